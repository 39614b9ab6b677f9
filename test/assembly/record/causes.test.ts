// `causes`: which states failed by themselves, and which Salt did not run for those.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { PLAIN_PRESETS } from '../../../build/host/core/presets.js';
import { type SaltRecord, load } from '../../../build/host/index.js';
import { disagreement } from '../../oracle/agree.js';
import { sharedLimit } from '../../oracle/cut.js';
import { ecsDisagreement } from '../../oracle/ecs-agree.js';
import type { Options } from '../../oracle/options.js';
import { parameters } from '../../support/module/generators.js';
import { requisiteStates } from '../../support/module/generators/requisites.js';
import { job, recordsWith, textsWith } from '../../support/module/jobs.js';

type States = Record<string, object>;

const key = (id: string): string => `test_|-${id}_|-${id}_|-nop`;
const PREFIX = 'One or more requisite failed: ';
/** A state of the SLS `a` that failed by itself. */
const root = (id: string, more: object = {}): States => ({
  [key(id)]: { result: false, changes: {}, comment: 'it broke', __id__: id, __sls__: 'a', ...more },
});
/** One that Salt did not run: `names` as its comment has them. */
const follower = (id: string, names: string, more: object = {}): States => ({
  [key(id)]: {
    ...{ result: false, changes: {}, comment: PREFIX + names, __state_ran__: false, __id__: id, __sls__: 'a' },
    ...more,
  },
});

/** What each state is caused by: ids of states, and texts behind a bar. Without the others. */
async function causesOf(returned: object, options: Options = {}): Promise<Record<string, string[]>> {
  const records = await recordsWith({ causes: true, ...options }, job('state.apply', returned));
  const idOf = (name: string): string => name.split('_|-')[1] ?? '';
  return Object.fromEntries(
    records.flatMap(({ state_name: name, caused_by: by, caused_by_text: texts = [] }) =>
      by === undefined
        ? []
        : [[idOf(String(name)), [...(by as string[]).map(idOf), ...(texts as string[]).map((text) => `| ${text}`)]]],
    ),
  );
}

it.each<[string, States, Record<string, string[]>]>([
  ['a root and who follows it', { ...root('r'), ...follower('f', 'a.r') }, { f: ['r'] }],
  [
    'a chain, whatever the order',
    { ...follower('g', 'a.f'), ...follower('h', 'a.g'), ...follower('f', 'a.r'), ...root('r') },
    { f: ['r'], g: ['r'], h: ['r'] },
  ],
  [
    'several roots, each once, in the order of the return',
    { ...root('q'), ...root('r'), ...follower('f', 'a.r'), ...follower('g', 'a.r, a.f, a.q') },
    { f: ['r'], g: ['q', 'r'] },
  ],
  [
    'points, commas and blanks in names: the longest name holds',
    {
      ...root('x'),
      ...root('x, y.z'),
      ...root('b.c', { __sls__: 'a, b' }),
      ...follower('f', 'a.x, y.z, a.x'),
      ...follower('g', 'a, b.b.c, a.x'),
      ...follower('h', 'a.x, y'),
    },
    { f: ['x', 'x, y.z'], g: ['x', 'b.c'], h: ['x', '| y'] },
  ],
  [
    'a name of several states: all that failed of it, and none that did not',
    {
      'test_|-s_|-one_|-nop': { ...root('s')[key('s')] },
      'test_|-s_|-two_|-nop': { ...root('s')[key('s')], result: true },
      'test_|-s_|-three_|-nop': { ...root('s')[key('s')] },
      ...follower('f', 'a.s'),
    },
    { f: ['s', 's'] },
  ],
  [
    'a state with the name of its own root',
    { 'pkg_|-s_|-s_|-installed': { ...root('s')[key('s')] }, ...follower('s', 'a.s'), ...follower('f', 'a.s') },
    { s: ['s'], f: ['s'] },
  ],
  [
    'what is not in the return, through a chain too',
    { ...root('r'), ...follower('f', 'b.gone, a.r, c.gone, d.gone'), ...follower('g', 'a.f') },
    { f: ['r', '| b.gone', '| c.gone, d.gone'], g: ['r', '| b.gone', '| c.gone, d.gone'] },
  ],
  [
    'circles',
    { ...follower('f', 'a.g'), ...follower('g', 'a.f'), ...follower('h', 'a.h'), ...follower('i', 'a.i, a.f, x.y') },
    { f: [], g: [], h: [], i: ['| x.y'] },
  ],
  [
    'a circle with a way out',
    { ...follower('f', 'a.g'), ...follower('g', 'a.f, a.r'), ...root('r') },
    { f: ['r'], g: ['r'] },
  ],
  ['no name at all', follower('f', ''), { f: [] }],
  [
    'Salt 3006, which does not say that it did not run the state',
    { ...root('r'), ...follower('f', 'a.r', { __state_ran__: undefined }) },
    { f: ['r'] },
  ],
  [
    'what only looks like it',
    {
      ...root('r'),
      ...follower('ran', 'a.r', { __state_ran__: true }),
      ...follower('changed', 'a.r', { changes: { a: 1 } }),
      ...follower('succeeded', 'a.r', { result: true }),
      ...follower('skipped', 'a.r', { result: null }),
      ...root('told', { comment: `It says: ${PREFIX}a.r` }),
      ...root('listed', { comment: [`${PREFIX}a.r`] }),
    },
    {},
  ],
  [
    'states without an SLS, which nothing names',
    { ...root('r', { __sls__: null }), ...follower('f', 'a.r') },
    { f: ['| a.r'] },
  ],
])('%s', async (_, returned, expected) => {
  expect(await causesOf(returned)).toEqual(expected);
});

it('are looked for among the states that one state holds, or those of the return itself', async () => {
  const outer = 'module_|-m_|-m_|-run';
  const inner = { ...root('r'), ...follower('f', 'a.r'), ...follower('g', 'a.q') };
  const returned = { ...root('q'), [outer]: { result: false, changes: { ret: inner } }, ...follower('h', 'a.r, a.q') };
  const records = await recordsWith({ causes: true }, job('state.apply', returned));
  expect(records.filter((record) => 'caused_by' in record)).toMatchObject([
    { state_id: 'f', parent_state: outer, caused_by: [key('r')] },
    { state_id: 'g', parent_state: outer, caused_by: [], caused_by_text: ['a.q'] },
    { state_id: 'h', caused_by: [key('q')], caused_by_text: ['a.r'] },
  ]);
});

it('are those of each function of a job', async () => {
  const [first, second] = [{ ...root('r'), ...follower('f', 'a.r') }, follower('f', 'a.r')];
  const event = job(['state.sls', 'state.apply'], { 'state.sls': first, 'state.apply': second });
  expect((await recordsWith({ causes: true }, event)).map(({ caused_by: by }) => by)).toEqual([
    undefined,
    [key('r')],
    [],
  ]);
});

it('stand behind the names of the state, and win over members of its own', async () => {
  const own = { caused_by: 'own', caused_by_text: 'own', failed_roots: 'own' };
  const returned = { ...root('r', own), ...follower('f', 'a.r', own) };
  const [first, second] = await recordsWith({ causes: true }, job('state.apply', returned));
  expect(first).toMatchObject(own);
  expect(second).toMatchObject({ caused_by: [key('r')], failed_roots: 'own' });
  expect(Object.keys(second ?? {}).slice(-9, -5)).toEqual(['state_name', 'state_id', 'caused_by', 'minion_id']);
  expect(second).not.toHaveProperty('caused_by_text');
});

it('are counted in summaries, and in the fields of the Elastic Common Schema', async () => {
  const event = job('state.apply', { ...root('r'), ...follower('f', 'a.r'), ...follower('g', 'a.f, x.y') });
  const counts = { failed: 3, failed_roots: 1, failed_followers: 2 };
  expect((await recordsWith({ causes: true, summary: true, only: 'changed' }, event)).at(-1)).toMatchObject(counts);
  expect((await recordsWith({ summary: true }, event)).at(-1)).not.toHaveProperty('failed_roots');
  const module = await load({ options: { causes: true, summary: true } });
  expect(module.flatten(event, { preset: 'flatten_ecs' }).map(({ salt }) => salt)).toMatchObject([
    {},
    { caused_by: [key('r')] },
    { caused_by: [key('r')], caused_by_text: ['x.y'] },
    { summary: counts },
  ]);
});

it('are masked like the names of the states, and cut like them where there are too many', async () => {
  const id = 'deploy --password hunter22hunter22';
  const returned = { ...root(id), ...follower('f', `a.${id}, b.token=abcdefghijkl`) };
  const [first, second] = await recordsWith({ causes: true, redact: true }, job('state.apply', returned));
  expect(first?.['state_name']).toContain('[redacted]');
  expect(second?.['caused_by']).toEqual([first?.['state_name']]);
  expect(second?.['caused_by_text']).toEqual(['b.token=[redacted]']);
});

it('are there without looking into anything where no state failed: the records are the same bytes', async () => {
  const done = { result: true, changes: {}, comment: 'ok', __id__: 'd', __sls__: 'a' };
  const event = job('state.apply', { [key('d')]: done, [key('e')]: { ...done, __state_ran__: false } });
  expect(await textsWith({ causes: true }, event)).toEqual(await textsWith({}, event));
});

describe('many', () => {
  const COUNT = 10_000;
  const all = (make: (index: number) => States): States =>
    Object.assign({}, ...Array.from({ length: COUNT }, (_, index) => make(index))) as States;
  const causes = (records: readonly SaltRecord[]): unknown[] => records.map(({ caused_by: by }) => by);

  it('in a chain end at its root', async () => {
    const chain = all((index) => (index === 0 ? root('s0') : follower(`s${index}`, `a.s${index - 1}`)));
    for (const returned of [chain, Object.fromEntries(Object.entries(chain).reverse())]) {
      const records = await recordsWith({ causes: true }, job('state.apply', returned));
      expect(causes(records).filter((by) => by !== undefined)).toEqual(Array(COUNT - 1).fill([key('s0')]));
    }
  });

  it('follow one root', async () => {
    const returned = { ...all((index) => follower(`s${index}`, 'a.r')), ...root('r') };
    const records = await recordsWith({ causes: true }, job('state.apply', returned));
    expect(causes(records).slice(0, -1)).toEqual(Array(COUNT).fill([key('r')]));
  });

  it('roots of one state: the first hundred of the return are named', async () => {
    const names = Array.from({ length: COUNT }, (_, index) => `a.s${COUNT - 1 - index}`).join(', ');
    const returned = { ...all((index) => root(`s${index}`)), ...follower('f', names), ...follower('g', 'a.f, x.y') };
    const records = await recordsWith({ causes: true, summary: true }, job('state.apply', returned));
    const first = Array.from({ length: 100 }, (_, index) => key(`s${index}`));
    expect(records.slice(-3)).toMatchObject([
      { caused_by: first },
      { caused_by: first },
      { failed_roots: COUNT, failed_followers: 2 },
    ]);
    expect(records.at(-2)).not.toHaveProperty('caused_by_text');
  });

  it('followers of everything before them, and of each other', async () => {
    const returned = all((index) =>
      index % 2 === 0
        ? root(`s${index}`)
        : follower(`s${index}`, `a.s${index - 1}, a.s${Math.max(index - 2, 1)}, a.s${COUNT - 1}`),
    );
    const records = await recordsWith({ causes: true }, job('state.apply', returned));
    const first = Array.from({ length: 100 }, (_, index) => key(`s${2 * index}`));
    expect(records[1]?.['caused_by']).toEqual(first); // all in one circle
    expect(records.at(-1)?.['caused_by']).toEqual(first);
  });

  it('leave the memory as large as it was', async () => {
    const module = await load({ options: { causes: true } });
    const event = job('state.apply', {
      ...root('s0'),
      ...all((index) => follower(`s${index + 1}`, `a.s${index}, x.y`)),
    });
    module.call(Buffer.from(event), {});
    const before = module.memoryBytes;
    for (let again = 0; again < 5; again++) module.call(Buffer.from(event), {});
    expect(module.memoryBytes).toBe(before);
  });

  it('names of one beginning are no more work', async () => {
    const ids = Array.from({ length: 40 }, (_, index) =>
      Array(index + 1)
        .fill('x')
        .join(', '),
    );
    const names = Array(2000).fill('a.x, x, x').join(', ');
    const returned = Object.assign({}, ...ids.map((id) => root(id)), follower('f', names)) as States;
    expect(await causesOf(returned)).toEqual({ f: ['x, x, x'] });
  });

  it('long names are cut to their share with max_bytes', async () => {
    const long = 'n'.repeat(20_000);
    const returned = { ...all((index) => (index < 3000 ? follower(`s${index}`, `a.${long}`) : {})), ...root(long) };
    const options = { causes: true, max_bytes: { member: 262_144, record: 1_000_000 } };
    const [record] = await recordsWith(options, job('state.apply', returned));
    const limit = sharedLimit(3001, options.max_bytes.member);
    expect(record?.['truncated']).toEqual({ caused_by: 2 * 20_000 + 20 });
    expect(Buffer.byteLength(JSON.stringify(record?.['caused_by']))).toBe(limit);
  });
});

/**
 * What a real Salt returned, and the roots and followers of the tree that it was given
 * (test/systems/agents/salt-causes).
 */
interface Run {
  readonly return: Record<string, object>;
  readonly roots: readonly string[];
  readonly followers: Readonly<Record<string, readonly string[]>>;
}

it.each(['3006.29', '3008.4'])('are those of the tree that Salt %s was given', async (version) => {
  const path = new URL(`../../fixtures/causes/salt-${version}.json`, import.meta.url);
  const { return: returned, roots, followers } = JSON.parse(readFileSync(path, 'utf8')) as Run;
  expect(Object.keys(followers).length).toBeGreaterThan(8);
  const records = await recordsWith({ causes: true, summary: true }, job('state.apply', returned));
  const found = records.flatMap(({ state_name: name, caused_by: by }) => (by === undefined ? [] : [[name, by]]));
  const order = Object.keys(returned);
  const expected = Object.entries(followers).map(([name, all]) => [
    name,
    all.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
  ]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  expect(records.at(-1)).toMatchObject({ failed_roots: roots.length, failed_followers: expected.length });
});

it('are those of the command line, with names in names', async () => {
  const path = new URL('../../fixtures/cli/salt-call-requisites-out-json.json', import.meta.url);
  const { local } = JSON.parse(readFileSync(path, 'utf8')) as { local: object };
  const one = 'root one';
  const both = [one, 'root, two.x'];
  expect(await causesOf(local)).toEqual({
    ...{ 'follower req': [one], 'follower two': both, chain: [one], watcher: [one], anyreq: both },
    ...{ 'after names': ['names_state', 'names_state'], 'sls req': ['in b'] },
  });
});

const CUTTING: Options = { causes: true, summary: true, max_bytes: { member: 256, record: 8192 } };

it.each<[string, Options]>([
  ['alone', { causes: true }],
  ['with all else', { causes: true, summary: true, trace: true, returns: 'all', job_members: ['success'] }],
  ['with secrets masked', { causes: true, redact: true, summary: true }],
  ['with text', { causes: true, changes: 'text', only: 'failed', states: { exclude: ['*_|-n_|-*'] } }],
  ['cut', CUTTING],
])(
  'module and oracle agree, %s',
  async (_, options) => {
    const { max_bytes: limits, ...others } = options;
    const [module, uncut] = [await load({ options }), await load({ options: others })];
    const events = fc
      .tuple(requisiteStates, requisiteStates, fc.nat(9), fc.boolean())
      .map(([outer, inner, how, isText]) => {
        const held = { 'module_|-m_|-m_|-run': { result: false, changes: { ret: inner, 'state.apply': outer } } };
        const event = job('state.apply', how === 0 ? { ...outer, ...held } : outer);
        return isText ? JSON.stringify({ log: event }) : event;
      });
    const property = fc.property(events, fc.constantFrom(...PLAIN_PRESETS), (event, preset) => {
      const problem = disagreement(module, event, preset, { options, uncut });
      if (problem !== null) throw new Error(problem);
      if (limits !== undefined || options.redact !== undefined) return;
      const other = ecsDisagreement(module, event, options);
      if (other !== null) throw new Error(other);
    });
    fc.assert(property, parameters(300));
  },
  120_000,
);
