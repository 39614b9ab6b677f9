// Every key that docs/options.md knows by its shape is masked: one that only a list of shapes has, and not the letters
// that words are looked at for, would not be.
import { readFileSync } from 'node:fs';
import { load, type Saltflat } from '../../../build/host/index.js';
import { job, states } from '../../support/module/jobs.js';

const OPTIONS = new URL('../../../docs/options.md', import.meta.url);
const FILLER = 'Abcd1234'.repeat(5);

/** The keys' beginnings as the page has them, `…` for what follows. */
function shapes(): string[] {
  const [, text] = /^- keys by their shape: ([^;]*)/m.exec(readFileSync(OPTIONS, 'utf8')) ?? [];
  return [...(text ?? '').matchAll(/`([^`]+)`/g)].map(([, shape]) => shape!);
}

/** A key of a shape, longer than each has to be. */
const keyOf = (shape: string): string => `${shape.replaceAll('…', FILLER)}${shape.endsWith('…') ? '' : FILLER}`;

describe('a key that is known by its shape', () => {
  let module: Saltflat;
  beforeAll(async () => {
    module = await load({ options: { redact: true } });
  });

  const masked = (text: string): unknown =>
    module.flatten(job('state.sls', states({ a: { comment: text } })))[0]?.['comment'];

  it('is named in the page', () => {
    expect(shapes().length).toBeGreaterThan(20);
  });

  it.each(shapes())('%s is masked, wherever a word may begin', (shape) => {
    const key = keyOf(shape);
    expect(masked(key)).toBe('[redacted]');
    expect(masked(`got ${key}, once`)).toBe('got [redacted], once');
    expect(masked(`-${key}\n+"${key}"`)).toBe('-[redacted]\n+"[redacted]"');
  });
});
