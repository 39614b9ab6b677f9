// Two different records under one id: replay, verify and the report say so; the same record twice is no such case.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Twins } from '../../../build/host/core/twins.js';
import { isComplete, noComparison } from '../../../build/host/verify/compare.js';
import { records, run, temporaryDirectory } from '../../support/command.js';
import { failure, result, returnLine } from '../../support/report-events.js';
import { FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

const folder = temporaryDirectory();
afterEach(closeFakes);

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const IDS = file('ids.json', '{"id": true}');
const TRACES = file('traces.json', '{"trace": true}');
const genuine = returnLine({ returned: { ...failure('a'), ...result('b') } });
const again = returnLine({ returned: { ...failure('a'), ...result('b') }, stamp: '2026-11-22T09:19:49.5+00:00' });
const forged = returnLine({ returned: { ...result('a'), ...result('b') } });

describe('saltflat replay', () => {
  it.each(
    ['flatten', 'flatten_array', 'flatten_ecs'].flatMap((preset) => [
      [preset, IDS],
      [preset, TRACES],
    ]),
  )('says how many records share an id and differ (%s, %#)', async (preset, options) => {
    const args = ['replay', '--options', options, '--preset', preset];
    const { code, stderr } = await run(args, genuine + again + forged + forged);
    expect(stderr).toContain(
      'saltflat: 1 record shares its event_id with an earlier record of the input, and not what stands in it',
    );
    expect(code).toBe(0);
    expect((await run(args, genuine + again + genuine)).stderr).not.toContain('shares');
  });

  it('says it of a store, which keeps one of them', async () => {
    const fake = await FakeStore.listen();
    const { code, stderr } = await run(['replay', '--to', `opensearch://${fake.host}/salt`], genuine + forged);
    expect(stderr).toContain('1 record shares its event_id');
    expect(code).toBe(0);
  });

  it('takes no member of a state for an id', () => {
    const twins = new Twins('flatten');
    const id = 'ab'.repeat(16);
    const record = (text: string): void =>
      twins.note(Buffer.from(`{"comment":"\\"event_id\\":\\"${id}\\"",${text}}`), 'changed');
    record('"event_id":"no id"');
    record('"x":1');
    record(`"event_id":"${id}"`);
    record(`"event_id":"${id}"`);
    expect(twins.differing).toBe(0);
    record(`"event_id":"${id}","x":1`);
    expect(twins.differing).toBe(1);
  });
});

describe('saltflat verify', () => {
  const listen = (): Promise<FakeStore> =>
    FakeStore.listen({
      other: ({ path }) => {
        const keyword = { keyword: { aggregatable: true } };
        if (path.includes('_field_caps')) return { status: 200, body: { fields: { event_id: keyword, jid: keyword } } };
        return { status: 200, body: path.includes('_count') ? { count: 0 } : { hits: { hits: [] } } };
      },
    });

  it('lists them, with the places of both, and is not complete', async () => {
    const [one, two] = [file('one.ndjson', genuine), file('two.ndjson', again + forged)];
    const args = ['verify', one, two, '--in', `opensearch://${(await listen()).host}/salt`];
    const json = await run([...args, '--format', 'json']);
    const found = records(json.stdout).filter(({ finding }) => finding === 'differing');
    expect(found).toEqual([
      expect.objectContaining({ file: two, line: 2, first_file: one, first_line: 1, minion_id: 'web-01' }),
    ]);
    expect(records(json.stdout).at(-1)).toMatchObject({ differing: 1, complete: false });
    const table = await run(args);
    expect(table.stdout).toMatch(/\ndiffering +20261122091947512388 +web-01 .*two\.ndjson:2, first /);
    expect(table.stdout).toContain('1 record of the files under the id of another one that differs: a store keeps one');
    expect(table.stdout).toMatch(/, 1 differing\n$/);
    expect(table.code).toBe(1);
    expect(isComplete({ ...noComparison(), expected: 2, found: 2, differing: 1 })).toBe(false);
  });

  it('finds them beside a job cache too', async () => {
    const cache = join(folder, 'master');
    mkdirSync(cache);
    expect(spawnSync('tar', ['-xzf', 'test/fixtures/job-cache.tar.gz', '-C', cache]).status).toBe(0);
    const events = readFileSync('test/fixtures/job-cache-events.ndjson', 'utf8');
    const twin = file('twin.ndjson', `${events}${genuine}${forged}`);
    const { code, stdout } = await run(['verify', twin, '--job-cache', cache]);
    expect(stdout).toContain('different: the event files have all, and 1 under the id of another one that differs; ');
    expect(code).toBe(1);
    const same = await run(['verify', file('same.ndjson', `${events}${events}`), '--job-cache', cache]);
    expect({ code: same.code, stdout: same.stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^complete: /) as string,
    });
  });

  it.each([
    ['nothing', '', 'nothing was read: the input is empty'],
    ['another log', 'Nov 30 sshd: bye\n', '1 line read, none of them an event of Salt'],
    ['other events', '{"tag":"salt/auth","data":{"id":"m"}}\n', '1 event read, none of them the return of a state run'],
  ])('is not complete where the files hold no record (%s)', async (_, content, said) => {
    const args = ['verify', file('none.ndjson', content), '--in', `opensearch://${(await listen()).host}/salt`];
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(said) as string });
    expect(stdout).toContain(': nothing to compare: 0 records of ');
    const json = await run([...args, '--format', 'json']);
    expect(records(json.stdout).at(-1)).toMatchObject({ expected: 0, complete: false });
  });
});
