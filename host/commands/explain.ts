// `saltflat check --explain TEXT`: which rule masks what in a text or an event, and how that is changed.
import { UsageError } from '../core/error.js';
import { OPTIONS_FILE } from '../core/wasi.js';
import type { Options } from '../index.js';
import { STDIN } from '../input/files.js';
import { type Explained, type Explanation, explain } from '../options/explain.js';
import { loadWith } from '../options/load.js';
import { codeOf } from '../core/error.js';
import { printable } from '../text/terminal.js';

/** How much is shown of what stands around a secret, and of the secret itself. In characters. */
const AROUND = 32;
const SECRET = 64;
/** Longer texts, and such with blanks in them, are names of nothing. */
const LONGEST_NAME = 256;

/** The options that TEXT is explained with, and where they come from, in words. */
async function optionsFrom(file: string | undefined): Promise<[options: Options, from: string]> {
  try {
    const { options } = await loadWith(file ?? OPTIONS_FILE);
    return [options, file === STDIN ? 'stdin' : (file ?? OPTIONS_FILE)];
  } catch (error) {
    if (file !== undefined || codeOf(error) !== 'ENOENT') throw error;
    return [{ redact: true }, `no ${OPTIONS_FILE} here, so as with "redact": true`];
  }
}

async function textFrom(argument: string): Promise<string> {
  if (argument !== STDIN) return argument;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '');
}

/** Whether it is an object of JSON: an event, or whatever else has members. */
function isObject(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const KEY = 'test_|-x_|-x_|-nop';

/** A return with one state. */
const eventWith = (key: string, state: object): string =>
  JSON.stringify({
    tag: 'salt/job/20261122091947512388/ret/minion',
    data: { jid: '20261122091947512388', id: 'minion', fun: 'state.apply', fun_args: [], return: { [key]: state } },
  });

/** A text in an event: what it is taken for, and where it lies. */
interface Reading {
  readonly title: string;
  readonly event: string;
  readonly place: readonly string[];
}

/** A text may be a text, and the name of a member or of a file. */
function readingsOf(text: string): Reading[] {
  const readings: Reading[] = [{ title: '', event: eventWith(KEY, { comment: text }), place: ['comment'] }];
  if (text.length <= LONGEST_NAME && /^[\p{L}\p{N}_.-]+$/u.test(text))
    readings.push({
      title: 'As the name of a member:',
      event: eventWith(KEY, { changes: { [text]: 'value' } }),
      place: ['changes', text],
    });
  if (text.length <= LONGEST_NAME && /^[^\s=:"'{}]+$/.test(text))
    readings.push({
      title: 'As the name of a file:',
      event: eventWith(`file_|-x_|-${text}_|-managed`, { changes: { diff: 'its diff' } }),
      place: ['changes', 'diff'],
    });
  return readings;
}

/** What lies in one place alone. */
function within({ masked, left, records }: Explanation, place: readonly string[]): Explanation {
  const isThere = ({ mask }: Explained): boolean =>
    mask.kind !== 'name' && JSON.stringify(mask.place) === JSON.stringify(place);
  return { records, masked: masked.filter(isThere), left: left.filter(isThere) };
}

const startOf = (text: string, most: number): string =>
  text.length <= most ? printable(text) : `${printable(text.slice(0, most))}… (${text.length} characters)`;

function* linesOf({ mask, reasons, change }: Explained, at: number, isText: boolean, verb: string): Generator<string> {
  const { before, secret, behind, place, record } = mask;
  const inFront = before.length > AROUND ? `…${printable(before.slice(-AROUND))}` : printable(before);
  const after = behind.length > AROUND ? `${printable(behind.slice(0, AROUND))}…` : printable(behind);
  const where = isText ? '' : `record ${record + 1}, ${place.map(printable).join('.')}: `;
  yield `${at}. ${where}${inFront}«${startOf(secret, SECRET)}»${after}`;
  for (const { group, isPart, entries } of reasons) {
    const own = entries.length === 0 ? '' : ` (redact.${printable(entries.join(', redact.'))})`;
    yield `   rule: ${group}${own}${isPart ? ', a part of it' : ''}`;
  }
  if (reasons.length === 0) yield '   rule: redact.diffs';
  if (change !== '') yield `   ${verb}: ${printable(change)}`;
}

/** What is said of one reading. */
function* say({ masked, left }: Explanation, isText: boolean): Generator<string> {
  let at = 0;
  for (const each of masked) yield* linesOf(each, ++at, isText, 'off');
  if (masked.length === 0) yield 'Nothing is masked.';
  if (left.length > 0) yield 'What the options leave:';
  for (const each of left) yield* linesOf(each, ++at, isText, 'on');
}

/**
 * The lines that explain `argument` (`-`: stdin) with the options of `file`, or of `saltflat.json` in the working
 * directory. Rejects with an `InputError` where a file cannot be read, with an `OptionsError` where it has mistakes.
 */
export async function explainText(argument: string, file: string | undefined): Promise<string[]> {
  if (argument === STDIN && file === STDIN)
    throw new UsageError('--explain - FILE -: stdin can be one of them', 'BAD_OPTIONS', '-');
  const [options, from] = await optionsFrom(file);
  const text = await textFrom(argument);
  if (isObject(text)) {
    const explanation = await explain(text, options);
    return [...explanation.records.map(printable), '', `Options: ${printable(from)}`, ...say(explanation, false)];
  }
  const lines: string[] = [];
  for (const { title, event, place } of readingsOf(text)) {
    const explanation = within(await explain(event, options), place);
    if (title === '') lines.push(...leaving(explanation), '', `Options: ${printable(from)}`);
    else if (explanation.masked.length + explanation.left.length > 0) lines.push('', title);
    else continue;
    lines.push(...say(explanation, true));
  }
  return lines;
}

/** The lines of a text as it leaves. */
function leaving({ records }: Explanation): string[] {
  const [record = '{}'] = records;
  const { comment } = JSON.parse(record) as { comment?: string };
  return (comment ?? '').split('\n').map(printable);
}
