// The tables of docs/guides/migration.md: every name exists where the guide says, and the old and the new value are the
// same. The old ones come from the returners of a real Salt 3006, on the bundled events.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SaltRecord, load } from '../../build/host/index.js';
import { describeWith } from '../support/program.js';
import { NEWER, OLDER, installSalt } from '../support/salt/install.js';
import { shipped } from '../support/fluent-bit/agent.js';
import { FIXTURE, records, run, temporaryDirectory } from '../support/command.js';
import { at, namesIn, rowsBelow } from '../support/guides/tables.js';

/** Without its blocks of commands. */
const GUIDE = readFileSync(join(process.cwd(), 'docs/guides/migration.md'), 'utf8').replace(/^ *```.*?^ *```$/gms, '');
/** What the guide says the tables want. */
const OPTIONS = { id: true, summary: true, job_members: ['success', 'retcode'] };
const KEY = /^(data|return)\.KEY\./;

const older = await installSalt(OLDER);
const newer = await installSalt(NEWER);
const root = temporaryDirectory();

let plain: Record<string, unknown>[];
let ecs: Record<string, unknown>[];
beforeAll(async () => {
  const options = join(root, 'options.json');
  writeFileSync(options, JSON.stringify(OPTIONS));
  const replayed = async (preset: string): Promise<Record<string, unknown>[]> =>
    records((await run(['replay', FIXTURE, '--options', options, '--preset', preset, '--quiet'])).stdout);
  plain = await replayed('flatten');
  ecs = await replayed('flatten_ecs');
});

describe('the fields of the migration guide', () => {
  it.each(['From elasticsearch', 'From splunk'])('are in records: %s', (heading) => {
    const named = rowsBelow(GUIDE, heading).flatMap(([, record = '', other = '']) => [
      ...namesIn(record).map((path) => ({ path, among: plain })),
      ...namesIn(other).map((path) => ({ path, among: ecs })),
    ]);
    expect(named.length).toBeGreaterThan(16);
    const calculated = /^(sls|run_num)$/; // by the Splunk app
    const missing = named.filter(
      ({ path, among }) => !calculated.test(path) && !among.some((record) => at(record, path) !== undefined),
    );
    expect(missing.map(({ path }) => path)).toEqual([]);
  });

  it("are in the record of the 2015 article's event, with the article's values", async () => {
    const folder = join(process.cwd(), 'test/fixtures');
    const article = JSON.parse(readFileSync(join(folder, 'article-2015-record.json'), 'utf8')) as SaltRecord;
    const [record] = (await load()).flatten(readFileSync(join(folder, 'article-2015.json'), 'utf8').trim());
    expect(record).toMatchObject(article);
    const said = /All thirteen members[^:]*: (.*?)\. New beside them/s.exec(GUIDE)?.[1] ?? '';
    expect(namesIn(said).sort()).toEqual(Object.keys(article).sort());
  });
});

describe('the settings of the migration guide', () => {
  const stores = [
    { heading: 'elasticsearch', configuration: shipped('opensearch') },
    { heading: 'splunk', configuration: shipped('splunk') },
  ] as const;

  it.each(stores)('have their new names in the shipped files: $heading', ({ heading, configuration }) => {
    const named = rowsBelow(GUIDE, heading).flatMap(([, now = '']) => namesIn(now));
    const settings = named.filter((name) => /^[A-Z_]+$/.test(name));
    expect(settings.length).toBeGreaterThan(3);
    expect(settings.filter((name) => !configuration.includes(`\n  ${name}: `))).toEqual([]);
  });

  it('have options that saltflat knows', () => {
    const schema = JSON.parse(readFileSync(join(process.cwd(), 'saltflat.schema.json'), 'utf8')) as {
      properties: object;
    };
    const options = namesIn(GUIDE)
      .map((name) => /^"(\w+)"/.exec(name)?.[1])
      .filter((name) => name !== undefined);
    expect(options).toContain('functions');
    expect(options.filter((name) => !(name in schema.properties) && name !== 'pass')).toEqual([]);
  });
});

interface OldDocument {
  readonly [member: string]: unknown;
}
/** What old_returners.py found: what was sent, or the exception. */
type Old = Readonly<Record<string, readonly OldDocument[] | string>>;

describeWith(`the returners of Salt ${OLDER}`, older.missing, () => {
  let old: Old;
  let states: Record<string, unknown>[];
  let summary: Record<string, unknown>;
  beforeAll(() => {
    const script = join(process.cwd(), 'test/support/guides/old_returners.py');
    old = JSON.parse(execFileSync(join(older.bin, 'python'), [script, FIXTURE], { encoding: 'utf8' })) as Old;
    const jid = at(sent('elasticsearch'), 'jid');
    const ofJob = plain.filter((record) => record['jid'] === jid);
    states = ofJob.filter((record) => record['event_type'] === 'state_return');
    summary = ofJob.find((record) => record['event_type'] === 'job_return')!;
  }, 120_000);

  /** The one document of a call. */
  function sent(call: string): OldDocument {
    const documents = old[call];
    if (!Array.isArray(documents)) throw new Error(`${call}: ${JSON.stringify(documents)}`);
    return (documents as readonly OldDocument[])[0]!;
  }

  it.each([
    {
      heading: 'From elasticsearch',
      call: 'elasticsearch',
      inside: (document: OldDocument) => document,
      states: 'data',
    },
    {
      heading: 'From splunk',
      call: 'splunk',
      inside: (document: OldDocument) => document['event'] as OldDocument,
      states: 'return',
    },
  ])(
    'sent every field of the table, with the value that the record has now: $call',
    ({ heading, call, inside, states: member }) => {
      const document = inside(sent(call));
      const byKey = document[member] as Record<string, OldDocument>;
      expect(states.map((record) => record['state_name']).sort()).toEqual(Object.keys(byKey).sort());
      const now: Record<string, unknown> = { ...summary, ...states[0] };
      for (const [before = '', after = ''] of rowsBelow(GUIDE, heading)) {
        const [path] = namesIn(before);
        const [name = ''] = namesIn(after);
        if (path === undefined || /^the key|^not there/.test(before) || path === 'data.return') continue;
        if (KEY.test(path)) {
          for (const state of states)
            expect([path, byKey[String(state['state_name'])]?.[path.replace(KEY, '')]]).toEqual([path, state[name]]);
        } else if (path === '@timestamp') expect(at(document, path)).toEqual(expect.any(String));
        else if (path === 'counts.succeeded')
          expect(at(document, path)).toBe(Number(summary['states']) - Number(summary['failed']));
        else expect([path, at(document, path)]).toEqual([path, path.startsWith('counts.') ? summary[name] : now[name]]);
      }
    },
  );

  it('know the settings of the tables', () => {
    const folder = join(older.bin, '../lib');
    const salt = readdirSync(folder).map((python) => join(folder, python, 'site-packages/salt'));
    const source = ['returners/elasticsearch_return.py', 'modules/elasticsearch.py', 'returners/splunk.py']
      .flatMap((file) => salt.map((path) => join(path, file)))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8'))
      .join('');
    const settings = ['elasticsearch', 'splunk'].flatMap((heading) =>
      rowsBelow(GUIDE, heading).flatMap(([setting = '']) => namesIn(setting)),
    );
    expect(settings.length).toBeGreaterThan(20);
    expect(settings.filter((name) => name !== 'salt-FUNCTION' && !source.includes(name))).toEqual([]);
  });

  it('lose what the guide says they lose', () => {
    const [problem] = namesIn(GUIDE).filter((name) => name.startsWith('RuntimeError'));
    expect(old['ordered']).toBe(problem);
    expect(old['batch']).toEqual([{ index: 'salt-master-event-cache', tag: 'last', data: {} }]);
    expect(Object.keys(sent('dots')['data'] as object)).toContain('file_|-a_b_|-a_b_|-managed');
    expect(sent('no_retcode')['success']).toBe(false);
    expect(sent('elasticsearch')['index']).toBe('salt-state_apply');
  });

  it('say of a run that did not compile what the guide says', () => {
    expect(at(sent('failed'), 'data.return')).toEqual(["Rendering SLS 'base:web' failed"]);
  });
});

describeWith(`Salt ${NEWER}`, newer.missing, () => {
  it('has the returners that the guide lists, and no others', () => {
    const folder = join(newer.bin, '../lib');
    const found = readdirSync(folder)
      .map((python) => join(folder, python, 'site-packages/salt/returners'))
      .flatMap((path) => readdirSync(path))
      .filter((name) => name.endsWith('.py') && name !== '__init__.py')
      .map((name) => name.replace(/(_return)?\.py$/, ''));
    const said = /Salt 3008 has these returners: (.*?)\./s.exec(GUIDE)?.[1] ?? '';
    expect(namesIn(said).sort()).toEqual(found.sort());
  });

  it('says what the guide quotes of a returner that is gone', () => {
    const folder = join(newer.bin, '../lib');
    const [source = ''] = readdirSync(folder)
      .map((python) => join(folder, python, 'site-packages/salt/utils/event.py'))
      .map((path) => readFileSync(path, 'utf8'));
    const quoted = namesIn(GUIDE).find((name) => name.startsWith('Could not store'))!;
    expect(source).toContain(`"${quoted.replace('elasticsearch.event_return', '%s')}"`);
  });
});
