// The library: one module, loaded with options.
import { readFileSync } from 'node:fs';
import { MODULE_PATH, type Options, OptionsError, SaltflatError, load } from '../../../build/host/index.js';
import { eventLine, state } from '../../support/command.js';

const EVENT = eventLine('1', [state(), state({ result: false })]);
const OPTIONS: Options = { only: 'failed' };

/** What JavaScript can say, and TypeScript cannot. */
const WRONG = { only: 'chaged', ids: true } as object as Options;

describe('load', () => {
  it.each([
    ['text', JSON.stringify(OPTIONS)],
    ['bytes', new TextEncoder().encode(JSON.stringify(OPTIONS))],
    ['an ArrayBuffer', Uint8Array.from(Buffer.from(JSON.stringify(OPTIONS))).buffer],
    ['an object', OPTIONS],
  ])('takes options as %s', async (_, options) => {
    const saltflat = await load({ options });
    expect(saltflat.flatten(EVENT).map(({ result }) => result)).toEqual([false]);
  });

  it('gives each instance its own options', async () => {
    const [all, failed, none] = await Promise.all([load(), load({ options: OPTIONS }), load({ options: {} })]);
    expect([all, failed, none].map((saltflat) => saltflat.flatten(EVENT).length)).toEqual([2, 1, 2]);
  });

  it('loads the bytes that it is given', async () => {
    expect((await load({ module: readFileSync(MODULE_PATH) })).flatten(EVENT)).toHaveLength(2);
    await expect(load({ module: Buffer.from('no module') })).rejects.toThrow(WebAssembly.CompileError);
  });

  it('rejects with all mistakes of the options', async () => {
    const error: unknown = await load({ options: WRONG }).then(null, (cause: unknown) => cause);
    expect(error).toBeInstanceOf(OptionsError);
    expect(error).toBeInstanceOf(SaltflatError);
    const { code, source, mistakes, message } = error as OptionsError;
    expect({ code, source }).toEqual({ code: 'BAD_OPTIONS_FILE', source: 'saltflat.json' });
    expect(mistakes).toHaveLength(2);
    expect(mistakes[0]).toBe('only: expected one of "all", "changed", "failed", "notable", not "chaged"');
    expect(mistakes[1]).toMatch(/^ids: unknown member; allowed: .*\bid\b/);
    expect(message).toBe(mistakes.map((mistake) => `saltflat.json: ${mistake}`).join('\n'));
  });

  it.each([
    ['what JSON cannot say', () => undefined],
    ['a list', []],
    ['empty text', ''],
  ])('refuses %s, and does not fall back to the defaults', async (_, options) => {
    await expect(load({ options: options as Options })).rejects.toBeInstanceOf(OptionsError);
  });
});

describe('flatten', () => {
  it('gives the records of the preset', async () => {
    const saltflat = await load();
    expect(saltflat.flatten(EVENT, { preset: 'flatten_array' })).toEqual([{ states: saltflat.flatten(EVENT) }]);
    const kinds = saltflat.flatten(EVENT, { preset: 'flatten_ecs' }).map(({ salt }) => salt?.kind);
    expect(kinds).toEqual(['unchanged', 'failed']);
  });
});
