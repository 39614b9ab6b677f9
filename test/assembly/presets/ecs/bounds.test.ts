// `flatten_ecs`: the bounds of flattened fields, and max_bytes.
import fc from 'fast-check';
import { type EcsRecord, load } from '../../../../build/host/index.js';
import { ecsTexts } from '../../../oracle/ecs-agree.js';
import { type Span, readSpan } from '../../../oracle/json.js';
import type { Options } from '../../../oracle/options.js';
import { ecsWith, recordOf } from '../../../support/module/ecs-records.js';
import * as generate from '../../../support/module/generators.js';
import { JID, job, states } from '../../../support/module/jobs.js';
import { cuttingOptions } from '../../../support/module/option-sets.js';
import { bulkyEvent } from '../../../support/module/salt-events.js';

const changesOf = ({ salt }: EcsRecord): unknown => salt?.['changes'];
const levels = (count: number): object => JSON.parse(`${'{"a":'.repeat(count)}1${'}'.repeat(count)}`) as object;
const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('an object that no index takes stands as its text', () => {
  it.each([
    ['an empty name', '{"a":{"":1}}'],
    ['an empty name in a list', '{"a":[1,{"":1}]}'],
    ['a zero character in a name', '{"a\\u0000b":1}'],
    ['the first half of a surrogate pair in a name', '{"a":{"x\\ud83dy":1}}'],
    ['the second half, in capitals', '{"\\uDCE9":1}'],
    ['a first half before another escape', '{"\\ud83d\\n":1}'],
    ['two first halves', '{"\\ud83d\\ud83d":1}'],
    ['a half behind a pair', '{"\\ud83d\\ude00\\ude00":1}'],
    ['a name that stands twice', '{"a":1,"a":2}'],
    ['a name that stands twice in two spellings', '{"x":[{"a":1,"\\u0061":2}]}'],
    ['a number of 256 characters', `{"a":[1,-${'1'.repeat(255)}]}`],
    ['20 levels', JSON.stringify(levels(20))],
    ['20 levels of lists', `{"a":${'['.repeat(19)}${']'.repeat(19)}}`],
    ['31 levels', JSON.stringify(levels(31))],
    ['a name of 8,193 bytes', `{"${'é'.repeat(4096)}x":1}`],
    ['names of 8,200 bytes on one path', `{"${'a'.repeat(4100)}":{"${'b'.repeat(4100)}":1}}`],
  ])('%s', async (_, changes) => {
    for (const member of ['changes', 'own']) {
      const { salt } = await recordOf(`{"${member}":${changes}}`);
      const text = member === 'own' ? `{"own":${changes}}` : changes;
      expect(salt?.[member === 'own' ? 'extra' : 'changes']).toEqual({ json: text });
      expect(salt).not.toHaveProperty('truncated');
    }
  });

  it.each([
    ['19 levels', levels(19)],
    ['names of 8,100 bytes on one path', { ['a'.repeat(4050)]: { ['b'.repeat(4050)]: 1 } }],
    ['long names side by side', { ['a'.repeat(8000)]: 1, ['b'.repeat(8000)]: 1 }],
    ['names with dots, quotes and white space', { 'a.b': 1, a: { b: 2 }, '"': 1, ' ': 1, '\n': 1, '😀': 1 }],
    ['names with the halves of a pair spelt out', { '\\ud83d': 1, '\\': 2, '\\u0000': 3 }],
    ['many members', Object.fromEntries(Array.from({ length: 2000 }, (__, index) => [`n${index}`, index]))],
  ])('but not %s', async (_, changes) => {
    expect(changesOf(await recordOf({ changes }))).toEqual(changes);
  });

  it('is cut like a string', async () => {
    const { salt } = await recordOf({ changes: { '': 'x'.repeat(20000) } });
    expect(salt?.['changes']).toEqual({ json: expect.stringMatching(/^\{"":"x{16000,16384}$/) as unknown });
    expect(salt?.['truncated']).toEqual({ changes: expect.any(Number) as unknown });
  });
});

describe('strings in flattened fields', () => {
  it.each([
    ['ASCII', 'x', 16384],
    ['two bytes each', 'é', 8192],
    ['four bytes each', '😀', 4096],
  ])('are cut at 16,384 bytes: %s', async (_, unit, most) => {
    for (const count of [most - 1, most, most + 1, most * 2]) {
      const text = unit.repeat(count);
      const { salt } = await recordOf({ changes: { a: [text], b: 1 }, own: { c: text } });
      const expected = unit.repeat(Math.min(count, most));
      expect(salt?.['changes']).toEqual({ a: [expected], b: 1 });
      expect(salt?.['extra']).toEqual({ own: { c: expected } });
      if (count <= most) expect(salt).not.toHaveProperty('truncated');
      else {
        const sizes = { changes: size({ a: [text], b: 1 }), extra: size({ own: { c: text } }) };
        expect(salt?.['truncated']).toEqual(sizes);
      }
    }
  });

  it('elsewhere are not cut: text fields have no such bound', async () => {
    const comment = 'x'.repeat(100_000);
    expect((await recordOf({ comment }))['message']).toBe(comment);
    const { salt } = await recordOf({ changes: { a: comment } }, { changes: 'text' });
    expect(salt?.['changes_text']).toBe(`{"a":"${comment}"}`);
  });
});

const OBJECTS = ['salt', 'ecs', 'event', 'host', 'error', 'labels', 'state', 'job', 'summary'];

/** The texts of fields by the last part of their names, as salt.truncated has it; a name may stand for several. */
function leaves(record: Span): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = ({ members = [] }: Span): void => {
    for (const { name, value } of members) {
      if (OBJECTS.includes(name) && value.members !== undefined) visit(value);
      else if (name !== 'truncated') found.set(name, [...(found.get(name) ?? []), value.text]);
    }
  };
  visit(record);
  return found;
}

/** Pairs that are one value in two places: the name of the second, and of the first. */
const COPIES: Readonly<Record<string, string>> = { name: 'minion_id' };

/** The first thing about a cut record that is not as promised; null where all is. */
function cutProblem(uncut: string, cut: string, { member, record }: NonNullable<Options['max_bytes']>): string | null {
  const [whole, left] = [JSON.parse(uncut) as EcsRecord, JSON.parse(cut) as EcsRecord];
  if (whole.salt === undefined || whole.salt.kind === 'malformed') return uncut === cut ? null : 'it is not to be cut';
  if (record !== undefined && Buffer.byteLength(cut) > record) return `the record has ${Buffer.byteLength(cut)} bytes`;
  const [before, after] = [leaves(readSpan(uncut)), leaves(readSpan(cut))];
  const truncated = (left.salt?.['truncated'] ?? {}) as Record<string, number>;
  const isSame = (name: string): boolean => before.get(name)?.join() === after.get(name)?.join();
  for (const [name, texts] of after) {
    const long = texts.find((text) => /^["[{]/.test(text) && Buffer.byteLength(text) > (member ?? Infinity));
    if (long !== undefined) return `${name} has ${Buffer.byteLength(long)} bytes`;
    if (!isSame(name) && truncated[name] === undefined && truncated[COPIES[name] ?? ''] === undefined)
      return `${name} is cut and salt.truncated does not say so`;
  }
  const already = (whole.salt['truncated'] ?? {}) as Record<string, number>;
  const uncutName = Object.keys(truncated).find(
    (name) => already[name] === undefined && name !== 'record' && isSame(name),
  );
  if (uncutName !== undefined) return `${uncutName} is named and not cut`;
  return left.salt?.kind === whole.salt.kind ? null : 'the kind is another';
}

describe('max_bytes', () => {
  it('names what was cut by the last part of its field, with the bytes it had', async () => {
    const comment = 'c'.repeat(400);
    const state = { comment, name: 'n'.repeat(300), result: false, changes: { a: 'x'.repeat(500) } };
    const record = await recordOf(state, { max_bytes: { member: 256 } });
    expect(record.salt?.['truncated']).toEqual({ name: 302, changes: 508, message: 402 });
    expect(record['message']).toBe('c'.repeat(254));
    expect(record['error']).toEqual({ message: 'c'.repeat(254) });
    expect(size(changesOf(record))).toBe(256);
  });

  it('leaves what is short as it is', async () => {
    const event = job('state.sls', states({ a: { comment: 'x', changes: { a: 1 } } }));
    expect(await ecsWith({ max_bytes: { member: 256, record: 8192 } }, event)).toEqual(await ecsWith({}, event));
  });

  it.each([
    ['a long comment that stands twice', { comment: 'c'.repeat(30_000), result: false }, {}],
    ['a long name of the minion, which stands twice', {}, { id: 'm'.repeat(30_000) }],
    ['many members', Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`m${index}`, index])), {}],
    [
      'much of everything',
      { comment: 'c"'.repeat(9000), changes: { a: 'é'.repeat(9000) }, own: ['x'.repeat(9000)] },
      {},
    ],
    ['long arguments', {}, { fun_args: Array.from({ length: 900 }, (_, index) => `argument ${index}`) }],
  ])('keeps a record within its bytes: %s', async (_, state, members) => {
    const record = await recordOf(state, { max_bytes: { record: 8192 }, add: { dc: 'fra1' } }, members);
    expect(size(record)).toBeLessThanOrEqual(8192);
    expect(size(record)).toBeGreaterThan(4000);
    expect(record).toMatchObject({ salt: { jid: JID, event_type: 'state_return' }, labels: { dc: 'fra1' } });
    expect(Object.keys(record.salt?.['truncated'] as object).length).toBeGreaterThan(0);
  });

  it('keeps the bytes and names every cut, whatever the event', async () => {
    const property = fc.asyncProperty(cuttingOptions, fc.array(bulkyEvent, { maxLength: 8 }), async (given, list) => {
      const { max_bytes: limits = {}, ...others } = given;
      const [cutting, whole] = await Promise.all([load({ options: given }), load({ options: others })]);
      for (const event of list) {
        const [uncut, cut] = [ecsTexts(whole, event), ecsTexts(cutting, event)];
        expect(cut).toHaveLength(uncut.length);
        const problems = uncut.map((text, index) => cutProblem(text, cut[index] ?? '', limits));
        expect(problems).toEqual(uncut.map(() => null));
      }
    });
    await fc.assert(property, generate.parameters(40));
  }, 120_000);
});
