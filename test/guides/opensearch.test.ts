// docs/guides/opensearch.md, line by line: a real Fluent Bit, a real OpenSearch. Its Dashboards are played by Node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpSink } from '../support/fluent-bit/sink.js';
import { describeWith } from '../support/program.js';
import { missingOpenSearch, startOpenSearch } from '../support/stores/opensearch.js';
import { Guide } from '../support/guides/guide.js';
import { Sandbox, missingAgent } from '../support/guides/sandbox.js';
import { CALLS_FROM_ZERO, walk } from '../support/guides/walk.js';

const LONG_MS = 240_000;
const missing = missingAgent() ?? missingOpenSearch();

describeWith('the guide from zero to OpenSearch', missing, () => {
  const opensearch = startOpenSearch();
  const guide = new Guide('docs/guides/opensearch.md');
  let dashboards: HttpSink;
  let sandbox: Sandbox;
  beforeAll(async () => {
    dashboards = await HttpSink.listen(() => ({ status: 200, body: '{"success":true}' }));
    sandbox = new Sandbox({ 9200: Number(opensearch.host.split(':')[1]), 5601: dashboards.port });
    sandbox.withoutLifecycle();
  });
  afterAll(async () => {
    await sandbox.remove();
    await dashboards.remove();
  });

  it(
    'ends with every state of a job in OpenSearch, once, and with the dashboards in place',
    async () => {
      await walk(guide, sandbox);
      const { hits } = (await opensearch.search('salt-states', { size: 100 })).hits;
      const states = hits.map(({ _source }) => (_source['salt'] as { state: { key: string } }).state.key);
      expect(states.sort()).toEqual(sandbox.returned);
      expect(hits.map(({ _index }) => _index)).toEqual(states.map(() => 'salt-states-000001'));

      expect(dashboards.requests).toMatchObject([
        { method: 'POST', path: '/api/saved_objects/_import?overwrite=true' },
      ]);
      const shipped = readFileSync(join(sandbox.checkout, 'examples/opensearch/dashboards.ndjson'), 'utf8');
      expect(dashboards.requests[0]?.body).toContain(shipped);
      expect(guide.unseen).toEqual([]);
    },
    LONG_MS,
  );

  it('restarts Salt once it is configured, and leaves a service behind', () => {
    expect(sandbox.calls).toEqual(CALLS_FROM_ZERO);
  });
});
