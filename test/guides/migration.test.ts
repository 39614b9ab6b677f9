// docs/guides/migration.md, line by line, on the new way that docs/guides/opensearch.md sets up: a real Fluent Bit, a
// real OpenSearch.
import { readFileSync } from 'node:fs';
import { describeWith } from '../support/program.js';
import { FIXTURE } from '../support/command.js';
import { missingOpenSearch, startOpenSearch } from '../support/stores/opensearch.js';
import { Guide } from '../support/guides/guide.js';
import { Sandbox, missingAgent } from '../support/guides/sandbox.js';
import { walk } from '../support/guides/walk.js';

const LONG_MS = 240_000;
const missing = missingAgent() ?? missingOpenSearch();

interface Event {
  readonly tag: string;
  readonly data: { readonly fun: string; readonly jid: string; readonly return: Record<string, { result: unknown }> };
}
const EVENTS = readFileSync(FIXTURE, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Event);

describeWith('the guide to moving over', missing, () => {
  const opensearch = startOpenSearch();
  const guide = new Guide('docs/guides/migration.md');
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = new Sandbox({ 9200: Number(opensearch.host.split(':')[1]) });
    sandbox.withoutLifecycle();
  });
  afterAll(() => sandbox.remove());

  /**
   * What the old returner stored: the document of a job with `states_count` (migration-tables.test.ts asks the real
   * one), the master's events.
   */
  async function store(): Promise<void> {
    const { data } = EVENTS.find((event) => event.tag.includes('/ret/') && event.data.fun === 'state.apply')!;
    const results = Object.values(data.return).map(({ result }) => result);
    const failed = results.filter((result) => result === false).length;
    const counts = { succeeded: results.length - failed, failed };
    await opensearch.request('POST', '/salt-state_apply/_doc?refresh=true', { jid: data.jid, counts });
    // A mapping that takes them all, so that history is whole.
    await opensearch.request('PUT', '/salt-master-event-cache', {
      mappings: { properties: { data: { type: 'object', enabled: false } } },
    });
    const bulk = EVENTS.map((event) => `{"index":{}}\n${JSON.stringify(event)}\n`).join('');
    await opensearch.request('POST', '/salt-master-event-cache/_bulk?refresh=true', bulk);
  }

  it(
    'ends with the new jobs and the old ones in one index, each state once',
    async () => {
      sandbox.write('/etc/salt/master.d/returners.conf', 'ext_job_cache: elasticsearch\n');
      const first = new Guide('docs/guides/opensearch.md');
      for (const step of ['1. The index', '2. Salt writes its returns to a file', '3. The agent', '4. A job'])
        await walk(first, sandbox, step);
      await store();
      await walk(guide, sandbox);
      expect(await opensearch.count('salt-states')).toBe(476);
      expect(guide.unseen).toEqual([]);
    },
    LONG_MS,
  );
});
