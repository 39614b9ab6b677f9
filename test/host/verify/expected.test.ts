import { BUCKETS, Buckets, type Expected, firstIdOf } from '../../../build/host/verify/expected.js';

const expected = (id: string): Expected => ({
  id,
  jid: '1',
  minion: 'm',
  fun: 'f',
  state: 's',
  file: 'a.ndjson',
  line: 1,
  content: 1,
});

describe('the buckets of ids', () => {
  it.each([
    '',
    '\u0000',
    '0',
    '00',
    '0f'.repeat(16),
    'Zz',
    'a',
    'fe',
    'ff',
    'f'.repeat(32),
    'g',
    'zz',
    'ü',
    '\u{1f600}',
  ])('hold %j where its place is in the order of ids', async (id) => {
    const buckets = new Buckets();
    await buckets.add(expected(id));
    const holding = Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter(
      (bucket) => buckets.count(bucket) > 0,
    );
    expect(holding).toHaveLength(1);
    const [bucket] = holding as [number];
    expect((await buckets.read(bucket)).map((each) => each.id)).toEqual([id]);
    if (bucket > 0) expect(firstIdOf(bucket) <= id).toBe(true);
    if (bucket < BUCKETS - 1) expect(id < firstIdOf(bucket + 1)).toBe(true);
  });
});
