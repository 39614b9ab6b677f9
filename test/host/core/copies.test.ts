import { Copies, contentHash, recordHash } from '../../../build/host/core/copies.js';

const id = (number: number): string => number.toString(16).padStart(16, '0').padEnd(32, 'f');

describe('copies of records', () => {
  it('are told from records that differ under the same id, in any order', () => {
    const copies = new Copies(1000);
    const [a, b, c] = ['a', 'b', 'c'].map(contentHash) as [number, number, number];
    expect([a, a, b, b, a, c, c].map((content) => copies.add(id(1), content))).toEqual([
      ...['first', 'copy', 'differing', 'copy', 'copy', 'differing', 'copy'],
    ]);
    expect(copies.add(id(2), a)).toBe('first');
  });

  it('are known of as many records as there is room for, and it is said when there is none', () => {
    const copies = new Copies(20_000);
    for (let number = 0; number < 20_000; number++) expect(copies.add(id(number * 7919), 1)).toBe('first');
    for (let number = 0; number < 20_000; number++) expect(copies.add(id(number * 7919), 1)).toBe('copy');
    expect(copies.isCut).toBe(false);
    expect(copies.add('ff'.repeat(16), 1)).toBe('first');
    expect(copies.isCut).toBe(true);
    expect(copies.add(id(0), 2)).toBe('differing');
  });

  it('are the same whatever the masters’ clocks say', () => {
    const record = { result: true, _stamp: '2026-11-22T09:00:00', event_id: 'x' };
    expect(recordHash({ ...record, _stamp: '2026-11-22T09:00:01' })).toBe(recordHash(record));
    expect(recordHash({ ...record, result: false })).not.toBe(recordHash(record));
  });

  it('are the same whatever is written between and in their values, and others where a value is another', () => {
    const hashOf = (text: string): number => recordHash(JSON.parse(text) as Record<string, unknown>);
    expect(hashOf('{ "a": [1.0, {"b": "\\u00e9"}], "jid": "1" }')).toBe(hashOf('{"a":[1,{"b":"é"}],"jid":"2"}'));
    const others = [
      '"1"',
      '1',
      '-1',
      '1.5',
      'true',
      'false',
      'null',
      '[]',
      '{}',
      '[[]]',
      '[1]',
      '["1"]',
      '{"1":1}',
      '""',
    ];
    const more = ['["a","b"]', '["ab"]', '["a",["b"]]', '[["a"],"b"]', '{"a":"b"}', '{"ab":""}', '"ab"', '"ba"'];
    const hashes = [...others, ...more].map((value) => hashOf(`{"x":${value}}`));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
