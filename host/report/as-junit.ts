// A report as JUnit XML, for CI: a suite for each return of a minion, a test case for each of its states.
//
// Only elements and attributes that both Jenkins' and Surefire's schemas know: jid, function and time are properties.
import { InputError } from '../core/error.js';
import { asText, commandReason, readDuration, readTime, refusalOf, splitStateName } from '../core/salt.js';
import type { SaltRecord } from '../index.js';
import type { ReportData } from './data.js';
import type { Counted } from './gather.js';
import { nameOf } from './tables.js';
import { firstLine } from '../text/terminal.js';
import { plural, timeText } from './words.js';

/** All that XML 1.0 cannot have, in any spelling. */
const NO_XML = new RegExp(
  String.raw`[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]`,
  'g',
);
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const attribute = (text: string): string =>
  text.replace(NO_XML, '\ufffd').replace(/[&<>"\t\n\r]/g, (at) => ENTITIES[at]!);
const content = (text: string): string => text.replace(NO_XML, '\ufffd').replace(/[&<>\r]/g, (at) => ENTITIES[at]!);

const element = (name: string, attributes: Readonly<Record<string, string | number>>, inside = ''): string => {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(String(value))}"`);
  return `<${name}${written.join('')}${inside === '' ? '/>' : `>${inside}</${name}>`}`;
};

/** Characters of all suites: some 800,000 states. */
const MAX_CHARACTERS = 200_000_000;

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** How long a state took; Salt's clocks may go backwards, JUnit's may not. */
const msOf = (record: SaltRecord): number => Math.max(0, readDuration(record['duration']) ?? 0);

/** `nginx · service.running · nginx`, as the report's tables name a state. */
function caseName(record: SaltRecord): string {
  const { state_name: key = record['state_id'] ?? record['fun'] } = record;
  const { fun, id, name } = splitStateName(asText(key));
  return [id, fun, name ?? ''].filter((part) => part !== '').join(' · ');
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(asText) : []);

/**
 * The IDs of the states that a state was not run for, as the option `causes` names them; null where it failed by
 * itself.
 */
function causesOf({ caused_by: roots, caused_by_text: others }: SaltRecord): string | null {
  if (roots === undefined) return null;
  const names = [...texts(roots).map((root) => splitStateName(root).id), ...texts(others)];
  return names.length === 0 ? 'a requisite that failed' : [...new Set(names)].join(', ');
}

/** What happened to a test case. */
type Outcome = 'passed' | 'failures' | 'errors' | 'skipped';

function stateCase({ record, kind }: Counted): { readonly outcome: Outcome; readonly xml: string } {
  const comment = asText(record['comment']);
  const causes = causesOf(record);
  const attributes = {
    classname: asText(record['__sls__'] ?? '') || asText(record['fun']),
    name: caseName(record),
    time: seconds(msOf(record)),
  };
  const is = (outcome: Outcome, inside = ''): { outcome: Outcome; xml: string } => ({
    outcome,
    xml: element('testcase', attributes, inside),
  });
  if (kind === 'failed' && causes !== null)
    return is('skipped', element('skipped', { message: `not run, because of: ${causes}` }));
  if (kind === 'failed') {
    const text = [comment, commandReason(record['changes'])].filter((each) => each !== '').join('\n');
    return is('failures', element('failure', { message: firstLine(comment), type: 'failed' }, content(text)));
  }
  if (kind === 'skipped') return is('skipped', element('skipped', { message: firstLine(comment) }));
  if (kind === 'would_change') return is('passed', element('system-out', {}, content(`would change: ${comment}`)));
  return is('passed');
}

/** A state run that gave no states. */
function errorCase({ record }: Counted): { readonly outcome: Outcome; readonly xml: string } {
  const refusal = refusalOf(record['fun_return']);
  const returned = record['fun_return'];
  const text = refusal ?? (Array.isArray(returned) ? returned : [returned]).map(asText).join('\n');
  const type = refusal === null ? 'compile error' : 'refused';
  const error = element('error', { message: firstLine(text), type }, content(text));
  return {
    outcome: 'errors',
    xml: element('testcase', { classname: asText(record['fun']), name: type, time: seconds(0) }, error),
  };
}

const property = (name: string, value: string): string => element('property', { name, value });

function suite(
  name: string,
  properties: readonly string[],
  cases: readonly { readonly outcome: Outcome; readonly xml: string }[],
  ms: number,
): string {
  const count = (outcome: Outcome): number => cases.filter((each) => each.outcome === outcome).length;
  const attributes = {
    ...{ name, tests: cases.length, failures: count('failures'), errors: count('errors') },
    ...{ skipped: count('skipped'), time: seconds(ms) },
  };
  const known = properties.length === 0 ? [] : [element('properties', {}, properties.join(''))];
  const lines = [...known, ...cases.map(({ xml }) => xml)];
  return `${element('testsuite', attributes, `\n${lines.join('\n')}\n`)}\n`;
}

/** The suites of one event's records: one for each minion and job. */
function suitesOf(counted: readonly Counted[]): string {
  const returns = new Map<string, Counted[]>();
  for (const each of counted) {
    const { minion_id: minion, jid } = each.record;
    const key = JSON.stringify([minion, jid]);
    const known = returns.get(key);
    if (known === undefined) returns.set(key, [each]);
    else known.push(each);
  }
  return [...returns.values()].map(returnSuite).join('');
}

function returnSuite(counted: readonly Counted[]): string {
  const { record } = counted[0]!;
  const [minion, fun] = [asText(record['minion_id']), asText(record['fun'])];
  const properties = [
    property('minion', minion),
    property('jid', asText(record['jid'])),
    property('time', timeText(readTime(record))),
  ];
  const ms = counted.reduce((sum, each) => sum + msOf(each.record), 0);
  const cases = counted.map((each) => (each.record.event_type === 'state_return' ? stateCase(each) : errorCase(each)));
  return suite(`${fun} ${minion}`, properties, cases, ms);
}

/** Minions that were expected and never returned: a suite, empty where there is none. */
function silentSuite({ unanswered, minions, leftOut }: ReportData): string {
  if (unanswered.length === 0) return '';
  const cases = unanswered.map(({ minion, jid, fun }) => {
    const error = element('error', { message: `did not return in job ${jid}`, type: 'silent' });
    const attributes = { classname: fun, name: nameOf(minions, minion, '(others)'), time: seconds(0) };
    return { outcome: 'errors' as const, xml: element('testcase', attributes, error) };
  });
  const rest = leftOut.unanswered > 0 ? [property('not listed', String(leftOut.unanswered))] : [];
  return suite('minions that never returned', rest, cases, 0);
}

/** Events that were none: a suite with an error, empty where there is none. */
function malformedSuite({ malformed }: ReportData): string {
  if (malformed === 0) return '';
  const error = element('error', { message: plural(malformed, 'malformed event'), type: 'malformed' });
  const attributes = { classname: 'saltflat', name: 'every line is an event', time: seconds(0) };
  return suite('malformed events', [], [{ outcome: 'errors', xml: element('testcase', attributes, error) }], 0);
}

/** Takes the records of each event, and gives the document. */
export class Junit {
  readonly #suites: string[] = [];
  #characters = 0;

  /** Throws an `InputError` where there are more than a document is for. */
  add(counted: readonly Counted[]): void {
    const suites = suitesOf(counted);
    this.#suites.push(suites);
    this.#characters += suites.length;
    if (this.#characters > MAX_CHARACTERS)
      throw new InputError('too many states for JUnit: name less with --since, --minion or --sls', 'TOO_MANY', '-');
  }

  /** The whole document. */
  documentOf(data: ReportData): string {
    const suites = [...this.#suites, silentSuite(data), malformedSuite(data)].join('');
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Salt">\n${suites}</testsuites>\n`;
  }
}
