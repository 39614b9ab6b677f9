import fc from 'fast-check';
import { LineSplitter } from '../../../build/host/core/lines.js';
import { parameters } from '../../support/module/generators.js';

interface Found {
  text: string;
  number: number;
  offset: number;
  isTooLong: boolean;
}

/** The lines of `chunks`, their bytes copied as text. */
function split(chunks: readonly string[], maxBytes?: number): Found[] {
  const splitter = new LineSplitter(maxBytes);
  const found: Found[] = [];
  const take = (lines: ReturnType<LineSplitter['push']>): void => {
    for (const { bytes, number, offset, isTooLong } of lines)
      found.push({ text: Buffer.from(bytes).toString('latin1'), number, offset, isTooLong });
  };
  for (const chunk of chunks) take(splitter.push(Buffer.from(chunk, 'latin1')));
  take(splitter.end());
  return found;
}

describe('LineSplitter', () => {
  it('gives the same lines however the input is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '{}', '\n', '\r\n', '\r', ' ', '\t', '\xef\xbb\xbf')),
        fc.infiniteStream(fc.nat(4)),
        (pieces, sizes) => {
          const text = pieces.join('');
          const chunks: string[] = [];
          for (let at = 0; at < text.length;) {
            const { value } = sizes.next() as { value: number };
            chunks.push(text.slice(at, at + value));
            at += value;
          }
          expect(split(chunks)).toEqual(split([text]));
          for (const line of split(chunks)) expect(text.slice(line.offset).startsWith(line.text)).toBe(true);
        },
      ),
      parameters(100),
    );
  });

  it('keeps the beginning only of a line that is too long, and finds its way back', () => {
    const long = 'x'.repeat(2000);
    const lines = split([`ab\n${long.slice(0, 700)}`, long.slice(700), `\ncd\n`], 1500);
    expect(lines).toEqual([
      { text: 'ab', number: 1, offset: 0, isTooLong: false },
      { text: 'x'.repeat(1000), number: 2, offset: 3, isTooLong: true },
      { text: 'cd', number: 3, offset: 2004, isTooLong: false },
    ]);
  });
});
