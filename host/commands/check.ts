// `saltflat check`: what an options file switches on, or what is wrong with it.
import { EXIT, type ExitCode } from '../run/exit.js';
import { loadWith } from '../options/load.js';
import { stdoutSink } from '../delivery/sink.js';
import { printable } from '../text/terminal.js';
import { OPTIONS_FILE } from '../core/wasi.js';

/** What holds where the file says nothing, by the place of the member in it; undefined: no limit. */
export const DEFAULTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['only', 'all'],
  ['functions.include', ['*']],
  ['functions.exclude', []],
  ['states.exclude', []],
  ['returns', 'states'],
  ['returns_ignore', ['mine.*', 'saltutil.find_job', 'saltutil.is_running', 'saltutil.running']],
  ['other_events', 'drop'],
  ['summary', false],
  ['job_members', []],
  ['add', {}],
  ['changes', 'json'],
  ['fun_args', 'json'],
  ['id', false],
  ['redact', false],
  ['redact.members', []],
  ['redact.keep', []],
  ['redact.defaults', true],
  ['redact.strings', true],
  ['redact.diffs', 'keep'],
  ['max_bytes.member', undefined],
  ['max_bytes.record', undefined],
]);

type Options = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Options => typeof value === 'object' && value !== null;

/** What the options say at `place`; undefined where they say nothing. An object in the place of `redact` switches it on. */
function valueAt(options: Options, place: string): unknown {
  if (place === 'redact' && isObject(options['redact'])) return true;
  return place.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), options);
}

const textOf = (value: unknown): string =>
  value === undefined ? 'no limit' : printable(typeof value === 'string' ? value : JSON.stringify(value));

/** A line for each member that is not as by default; `all defaults` where there is none. */
export function describe(options: Options): string[] {
  const lines = [...DEFAULTS]
    .map(([place, byDefault]) => ({ place, byDefault, value: valueAt(options, place) }))
    .filter(({ byDefault, value }) => value !== undefined && JSON.stringify(value) !== JSON.stringify(byDefault))
    .map(({ place, byDefault, value }) => `${place}: ${textOf(value)} (default: ${textOf(byDefault)})`);
  return lines.length === 0 ? ['all defaults'] : lines;
}

async function* once(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** Checks `file`, `saltflat.json` in the working directory where none is named. Rejects with a `SaltflatError` where it is wrong. */
export async function check(file: string = OPTIONS_FILE): Promise<ExitCode> {
  const { options } = await loadWith(file);
  await stdoutSink(process.stdout)(once(describe(options)));
  return EXIT.OK;
}
