// The oracle: what one event's records are, worked out from the contract and docs/options.md with JSON.parse alone. It knows
// nothing of the module's code; where the two disagree, the contract decides.
import { Malformed, type Reading, readEvent, runsStates } from './parts.js';
import { type JsonObject, depthOf, get } from './json.js';
import { type Options, type Settings, settingsOf } from './options.js';
import { redacted } from './redact.js';
import { Writer } from './writer.js';

export type { JsonObject } from './json.js';
export { MAX_DEPTH } from './parts.js';

/** What an event comes to: its records, the one place where it is malformed, or the event itself. */
export type Verdict =
  | { readonly kind: 'records'; readonly records: readonly JsonObject[] }
  /** `evidence`: the text that is wrong, the input itself or what `log` or `message` holds. */
  | { readonly kind: 'malformed'; readonly of: 'input' | 'text'; readonly evidence: Uint8Array }
  /** An event that is no job return leaves: as it came, or as `event` where secrets are masked. */
  | { readonly kind: 'passed'; readonly event: JsonObject | null; readonly mayDrop: boolean };

/** The deepest record: two levels around it, and Fluent Bit carries no more (test/systems/agents, hostile input). */
export const MAX_RECORD_DEPTH = 32;

const NOTHING: Verdict = { kind: 'records', records: [] };

/** What becomes of an event that is no job return. A root that is no JSON, TAG<TAB>JSON, cannot leave as it came. */
function other({ event, isTagged }: Reading, settings: Settings, mayDrop = false): Verdict {
  if (!settings.pass) return NOTHING;
  const asCame = settings.redact === null && !isTagged;
  return { kind: 'passed', event: asCame ? null : (redacted(event, settings.redact) as JsonObject), mayDrop };
}

function verdictOf(reading: Reading, settings: Settings): Verdict {
  if (reading.kind !== 'job') return other(reading, settings);
  const { data, parts, isCertain, isRun } = reading;
  const writer = new Writer(data, settings);
  for (const part of parts) writer.add(part);
  // What only looks like a job return is one if it has something to say, or could have. Nothing else about it can be wrong.
  if (!isCertain && !writer.hasSpoken) {
    if (writer.isLeftOut || runsStates(get(data, 'fun')) || parts.some((part) => part.runsStates)) return NOTHING;
    if (!settings.returnsAll) return other(reading, settings);
    return parts.length > 0 ? NOTHING : other(reading, settings, true); // a job of several functions and no return
  }
  if (typeof get(data, 'jid') !== 'string') throw new Malformed('jid');
  if (!isRun && typeof get(data, 'id') !== 'string') throw new Malformed('id');
  if (writer.records.some((record) => depthOf(JSON.stringify(record)) > MAX_RECORD_DEPTH))
    throw new Malformed('record too deep');
  return { kind: 'records', records: writer.records };
}

const utf8 = new TextEncoder();

/**
 * What is to become of one event. `input`: the bytes as the agent hands them over. Values that the options leave open stand in
 * the records as what they must match (expect.ts); nothing in them is cut.
 */
export function oracle(input: Uint8Array, options: Options = {}): Verdict {
  const settings = settingsOf(options);
  let of: 'input' | 'text' = 'input';
  let evidence = input;
  try {
    const outer = readEvent(new TextDecoder().decode(input)); // malformed UTF-8 as U+FFFD, a BOM left out
    if (outer.kind !== 'text') return verdictOf(outer, settings);
    of = 'text';
    evidence = utf8.encode(outer.text); // lone surrogates as U+FFFD
    const text = new TextDecoder().decode(evidence);
    if (/^[ \t\n\r]*$/.test(text)) return NOTHING; // a blank line is no event
    return verdictOf({ ...readEvent(text), isTagged: false }, settings);
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', of, evidence };
    throw error;
  }
}
