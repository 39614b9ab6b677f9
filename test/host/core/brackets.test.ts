import { Brackets } from '../../../build/host/core/brackets.js';

const TEXTS = [
  '{"a":1}rest',
  '{"a":"}","b":["]",{"c":"\\"}"}]}{"next":0}',
  String.raw`{"a":"\\","b":"\\\"}","c":"\\\\"}]}`,
  '[[["["]]]]',
];

/** Where the first object or array of `text` ends, by parsing ever longer beginnings. */
function endOf(text: string): number {
  for (let end = 1; end <= text.length; end++)
    try {
      JSON.parse(text.slice(0, end));
      return end;
    } catch {
      // Not yet.
    }
  return -1;
}

describe('brackets', () => {
  it.each(TEXTS)('finds the end of %s, cut into two or three pieces anywhere', (text) => {
    const bytes = Buffer.from(text);
    const end = endOf(text);
    expect(end).toBeGreaterThan(0);
    for (let first = 0; first <= text.length; first++)
      for (let second = first; second <= text.length; second++) {
        const brackets = new Brackets();
        const cuts = [0, first, second, text.length];
        let found = -1;
        for (let piece = 0; piece < 3 && found < 0; piece++) {
          const at = brackets.read(bytes.subarray(cuts[piece], cuts[piece + 1]));
          if (at >= 0) found = cuts[piece]! + at;
        }
        expect(found).toBe(end);
      }
  });

  it('says -1 and stays in the string where a text ends in one', () => {
    const brackets = new Brackets();
    expect(brackets.read(Buffer.from('{"a":"b}'))).toBe(-1);
    expect(brackets.isInString).toBe(true);
    expect(brackets.depth).toBe(1);
  });
});
