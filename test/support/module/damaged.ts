// The real returns of the bundle, cut short and with changed bytes, and what the module makes of them and of the next
// event.
import { readFileSync } from 'node:fs';
import type { Saltflat } from '../../../build/host/index.js';
import { TIME, disagreement } from '../../oracle/agree.js';

function lines(name: string): string[] {
  const path = new URL(`../../../examples/events/${name}.ndjson`, import.meta.url);
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}

const encoder = new TextEncoder();

/** Every return at the master, the one of 110 KB apart, and at the masterless minion. */
export const RETURNS = lines('salt-3008.3-events').filter((line) =>
  /^salt\/(job\/\d+\/ret\/|run\/\d+\/ret$)/.test((JSON.parse(line) as { tag: string }).tag),
);
export const SMALL = [...RETURNS.filter((line) => line.length <= 4096), ...lines('salt-3008.3-masterless')];
export const LARGE = RETURNS.find((line) => line.length > 100_000) ?? '';
/** One return of each kind as an agent that tails the file hands it over. */
export const TEXTS = SMALL.filter((line) => line.length < 700 || line.includes('"fun": ["test.ping"')).map((line) =>
  JSON.stringify({ log: line }),
);

const REPLACEMENTS = [...'"\\{}[],: 0e'].map((char) => char.charCodeAt(0)).concat(0x00, 0x1f, 0x80, 0xff);

const GOOD = encoder.encode(
  '{"data": {"jid": "1", "id": "m", "fun": "state.sls", "fun_args": ["\\u00e9"], "return": {"a_|-b_|-c_|-d": {"result": true, ' +
    '"__id__": "b"}, "a_|-e_|-c_|-d": {}, "x": "VALUE_TRIMMED"}, "_stamp": "2026"}, "tag": "salt/job/1/ret/m"}',
);
const GOOD_RECORDS =
  '{"result": true, "__id__": "b","state_name":"a_|-b_|-c_|-d","state_id":"b","minion_id":"m","jid":"1","fun":"state.sls",' +
  '"fun_args":["\\u00e9"],"event_type":"state_return","_stamp":"2026"}' +
  '[1764000000.123456789,{"state_name":"a_|-e_|-c_|-d","state_id":"e","minion_id":"m","jid":"1","fun":"state.sls",' +
  '"fun_args":["\\u00e9"],"event_type":"state_return","_stamp":"2026"}]' +
  '[1764000000.123456789,{"fun_return":{"x":"VALUE_TRIMMED"},"minion_id":"m","jid":"1","fun":"state.sls",' +
  '"fun_args":["\\u00e9"],"event_type":"fun_return","_stamp":"2026","trimmed":true}]';

/** What goes wrong with an event, or with the good one after it. */
function problem(module: Saltflat, event: Uint8Array): string | null {
  const difference = disagreement(module, event);
  if (difference !== null) return difference;
  const next = module.call(GOOD, { time: TIME });
  if (next !== null && Buffer.compare(next, GOOD_BYTES) === 0) return null;
  return `after ${new TextDecoder().decode(event)}: ${next === null ? 'nothing' : new TextDecoder().decode(next)}`;
}
const GOOD_BYTES = encoder.encode(GOOD_RECORDS);

/** The text cut short, at every byte. */
export function* truncations(text: string): Generator<Uint8Array> {
  const bytes = encoder.encode(text);
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length);
}

/**
 * The text with one byte changed, for every `step`th byte: `count` replacements each, from `first` on, others for the
 * next byte. The same array each time.
 */
export function* changes(text: string, first = 0, count = REPLACEMENTS.length, step = 1): Generator<Uint8Array> {
  const bytes = encoder.encode(text);
  let next = first;
  for (let at = 0; at < bytes.length; at += step) {
    const old = bytes[at] ?? 0;
    for (let each = 0; each < count; each++) {
      const byte = REPLACEMENTS[next++ % REPLACEMENTS.length];
      if (byte === undefined || byte === old) continue;
      bytes[at] = byte;
      yield bytes;
    }
    bytes[at] = old;
  }
}

/** What goes wrong first; null where nothing does. */
export function firstProblem(module: Saltflat, events: Iterable<Uint8Array>): string | null {
  for (const event of events) {
    const found = problem(module, event);
    if (found !== null) return found;
  }
  return null;
}

/** Replacements for each byte: all of them in short returns, three at a time in the long ones, which are much alike. */
export function changesOf(line: string, index: number): Generator<Uint8Array> {
  return line.length < 800 ? changes(line) : changes(line, index * 3, 3);
}
