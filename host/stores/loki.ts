// Records into Loki, and what takes Loki's push (VictoriaLogs): a line each, few labels, the rest as structured
// metadata.
//
// Tried against VictoriaLogs 1.52; no Loki was to be had, so what only Loki says is read in its documentation. Neither
// has ids: what is sent twice is there twice in VictoriaLogs, while Loki drops a line that its stream has at that time
// already.
import { type Document, oneEach } from '../delivery/document.js';
import { BatchFailure, answeredText, failureOf, reasonText } from '../delivery/failure.js';
import { HttpClient } from '../delivery/http-client.js';
import type { Outcome, Receiver } from '../delivery/receiver.js';
import type { StoreAddress, StoreRow } from './store.js';

/** Loki answers when it has written to its log; under load that may take long. */
const ANSWER_MS = 120_000;

/** Its answers name the entries that it refuses, ten of a stream. In bytes. */
const ANSWER_BYTES = 262_144;

const PUSH_PATH = 'loki/api/v1/push';

/** VictoriaLogs shows this member of a line as its message; the second where a record has none. */
const MESSAGE_FIELD = '_msg_field=message,event.dataset';

/**
 * A structured metadata value is cut at so many characters: Loki takes 64 KB of an entry, with all names and values.
 */
const VALUE_CHARACTERS = 4096;

/** The first half of a character that is cut. */
const HALF = /[\ud800-\udbff]$/;

/** Where a record says what becomes a label or metadata: in ECS, and plain. */
type Paths = readonly [ecs: string, plain: string];

/** Their values are few; one that is not among them is `other`, as an event that was let pass may say anything. */
const LABELS: Readonly<Record<string, { readonly paths: Paths; readonly values: readonly string[] }>> = {
  event_type: {
    paths: ['salt.event_type', 'event_type'],
    values: ['state_return', 'fun_return', 'job_return', 'malformed'],
  },
  kind: {
    paths: ['salt.kind', ''],
    values: ['failed', 'changed', 'unchanged', 'skipped', 'would_change', 'returned', 'job_return', 'malformed'],
  },
};

/** The one label that the options file gives: `"add": {"environment": "production"}`. */
const ENVIRONMENT: Paths = ['labels.environment', 'environment'];

/** The same names as in examples/fluent-bit/loki.yaml: dashboards and queries rest on them. */
const METADATA: Readonly<Record<string, Paths>> = {
  minion: ['host.name', 'minion_id'],
  jid: ['salt.jid', 'jid'],
  state: ['salt.state.key', 'state_name'],
  state_id: ['salt.state.id', 'state_id'],
  sls: ['salt.state.sls', '__sls__'],
  action: ['event.action', 'fun'],
  outcome: ['event.outcome', ''],
  duration: ['event.duration', ''],
  trace_id: ['trace.id', 'trace_id'],
  span_id: ['span.id', 'span_id'],
};

/** One line of a stream: nanoseconds since 1970, the line, structured metadata. */
type Entry = readonly [time: string, line: string, metadata: Readonly<Record<string, string>>];

/** What lies at a dotted path, as text; undefined where there is none, or nothing in it. */
function textAt(record: unknown, path: string): string | undefined {
  const value = path
    .split('.')
    .reduce<unknown>((object, name) => (object as Record<string, unknown> | null)?.[name], record);
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The labels of a document, and its entry. */
function entryOf({ id, json, epoch }: Document): { readonly stream: Record<string, string>; readonly entry: Entry } {
  const record: unknown = JSON.parse(json);
  const either = ([ecs, plain]: Paths): string | undefined => textAt(record, ecs) ?? textAt(record, plain);
  const stream: Record<string, string> = { service_name: 'salt' };
  for (const [name, { paths, values }] of Object.entries(LABELS)) {
    const value = either(paths);
    if (value !== undefined) stream[name] = values.includes(value) ? value : 'other';
  }
  stream['event_type'] ??= 'other';
  const environment = stream['event_type'] === 'other' ? undefined : either(ENVIRONMENT);
  if (environment !== undefined) stream['environment'] = environment;
  const metadata: Record<string, string> = {};
  for (const [name, paths] of Object.entries(METADATA)) {
    const value = either(paths);
    if (value !== undefined) metadata[name] = value.slice(0, VALUE_CHARACTERS).replace(HALF, '');
  }
  metadata['event_id'] = id;
  return { stream, entry: [nanoseconds(epoch), json, metadata] };
}

/** Seconds with their fraction, as digits, in nanoseconds. */
function nanoseconds(epoch: string): string {
  const [seconds = '', fraction = ''] = epoch.split('.');
  return `${seconds}${fraction.padEnd(9, '0')}`;
}

/** A push of documents: a stream for each combination of labels. */
function pushOf(documents: readonly Document[]): string {
  const streams = new Map<string, { stream: Record<string, string>; values: Entry[] }>();
  for (const document of documents) {
    const { stream, entry } = entryOf(document);
    const key = JSON.stringify(stream);
    const known = streams.get(key);
    if (known === undefined) streams.set(key, { stream, values: [entry] });
    else known.values.push(entry);
  }
  return JSON.stringify({ streams: [...streams.values()] });
}

/**
 * What Loki says of an entry older than `reject_old_samples_max_age`: the whole push holds such, and it took the
 * others.
 */
const TOO_OLD = /has timestamp too old: .*?oldest acceptable timestamp is: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/;

/** The outcomes where some are too old: these are rejected at once, not found by halving. The others are sent again. */
function outcomesByAge(documents: readonly Document[], text: string, reason: string): Outcome[] | null {
  const oldest = TOO_OLD.exec(text)?.[1];
  if (oldest === undefined) return null;
  const limit = Date.parse(oldest) / 1000;
  const outcomes = documents.map(({ epoch }): Outcome =>
    Number(epoch) < limit ? { kind: 'rejected', status: 400, reason } : { kind: 'again', reason: '400' },
  );
  return outcomes.some(({ kind }) => kind === 'rejected') ? outcomes : null;
}

/** A receiver for an address of Loki. */
function openLoki(address: StoreAddress): Receiver {
  const { origin, index, name, authorization, redact, ca } = address;
  const http = new HttpClient({ origin, name, authorization, ca, answerMs: ANSWER_MS, answerBytes: ANSWER_BYTES });
  const pushed = index === '' ? PUSH_PATH : index;
  const path = `/${pushed}${pushed.startsWith('insert/') ? `?${MESSAGE_FIELD}` : ''}`;
  return {
    async send(documents) {
      const body = pushOf(documents);
      const { status, headers, text } = await http.request({
        method: 'POST',
        path,
        body,
        contentType: 'application/json',
      });
      if (status >= 200 && status < 300) return documents.map(() => ({ kind: 'sent' }));
      const reason = reasonText(text, redact);
      if (status === 400) {
        const outcomes = outcomesByAge(documents, text, reason);
        if (outcomes !== null) return outcomes;
        // It took the others; in a stream it knows their copies.
        throw new BatchFailure(status, answeredText(status, reason));
      }
      throw failureOf(status, reason, name, headers);
    },
    advice: () =>
      Promise.resolve(
        'what is old may not be taken: Loki refuses what is older than a week (reject_old_samples_max_age), VictoriaLogs ' +
          'drops without a word what is older than its -retentionPeriod (7 days)',
      ),
    close: () => http.close(),
  };
}

export const LOKI: StoreRow = {
  title: 'Loki',
  port: 3100,
  indexForm: '[PATH]',
  indexRule: (path) => (/^[\w./-]*$/.test(path) ? null : 'a path has letters, digits and . _ - / only'),
  takesPath: true,
  help: 'localhost:3100 and its push unless told; VictoriaLogs: HOST:9428/insert/loki/api/v1/push.',
  token: { scheme: 'Bearer', isNeeded: false },
  preset: 'flatten_ecs',
  requestBytes: 1_000_000, // Loki takes 4 MB; all of a request is held in memory there
  documents: () => oneEach(false),
  forced: () => ({ id: true }),
  tellsCopies: false,
  open: openLoki,
  search: { refusal: 'Loki has no ids to look up; what it has can be counted there, by event_id' },
};
