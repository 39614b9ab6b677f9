// docs/sizing.md: each line's arithmetic gives its result, and what it says of bytes is what the events have.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCorpus } from '../../support/corpus.js';

const PAGE = readFileSync(join(process.cwd(), 'docs/sizing.md'), 'utf8');

/** The cells of every row of the page's tables. */
const rows = PAGE.split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** Numbers joined by × and ÷, from left to right; null for any other text. */
function computed(text: string): number | null {
  const words = text.replaceAll(',', '').split(' ');
  if (words.length < 3 || words.some((word, at) => (at % 2 === 0 ? !/^[\d.]+$/.test(word) : !/^[×÷]$/.test(word))))
    return null;
  return words.slice(1).reduce((value, word, at) => {
    const operand = Number(words[at + 2]);
    return at % 2 !== 0 ? value : word === '×' ? value * operand : value / operand;
  }, Number(words[0]));
}

const input = (name: string): number =>
  Number(rows.find(([, what]) => what === name)?.[2]?.replaceAll(',', '') ?? Number.NaN);

describe('the sizing page', () => {
  it('has results that its arithmetic gives, to the digits it shows', () => {
    const worked = rows.flatMap(([, what = '', arithmetic = '', result = '']) => {
      const value = computed(arithmetic);
      return value === null ? [] : [{ what, value, result: result.replaceAll(',', '') }];
    });
    expect(worked.length).toBeGreaterThan(12);
    const wrong = worked.filter(({ value, result }) => {
      const digits = result.split('.')[1]?.length ?? 0;
      return Math.abs(value - Number(result)) > 0.5 * 10 ** -digits + 1e-9;
    });
    expect(wrong).toEqual([]);
  });

  it('starts from as many bytes a state as the benchmark’s events have', () => {
    const corpus = makeCorpus(join(process.cwd(), 'examples/events/salt-3008.3-events.ndjson'), 1e6);
    expect(input('bytes a state, in the event') / (corpus.bytes / corpus.records)).toBeCloseTo(1, 1);
  });
});
