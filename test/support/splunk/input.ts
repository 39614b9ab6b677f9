// Plays what Splunk does with a stream of bytes at index time, by the shipped props.conf and transforms.conf: lines,
// cutting, time, host. The rules are those of props.conf.spec and transforms.conf.spec. It is no Splunk: regular
// expressions are JavaScript's here, PCRE's there, and the app keeps to what both have.
import { type Stanza, readConf, settingOf } from './conf.js';
import { type Fields, parseEval } from './eval.js';

/** An event as Splunk would index it. */
export interface IndexedEvent {
  readonly raw: string;
  /** Seconds since 1970; null where it is the time of arrival. */
  readonly time: number | null;
  /** Null where the host stays that of the connection. */
  readonly host: string | null;
  /** Whether TRUNCATE cut it. */
  readonly isCut: boolean;
}

/** An input with the sourcetype `salt:state`. */
export class SplunkInput {
  readonly #props: Stanza;
  readonly #ingest: (fields: Fields) => Fields;

  constructor() {
    this.#props = readConf('props.conf').get('salt:state') ?? new Map<string, string>();
    const stanza = readConf('transforms.conf').get(this.#prop('TRANSFORMS-saltflat_ingest'));
    this.#ingest = parseEval(settingOf(stanza, 'INGEST_EVAL'));
    if (this.#prop('SHOULD_LINEMERGE') !== 'false') throw new Error('merging of lines is not played');
    if (this.#prop('DATETIME_CONFIG') !== 'CURRENT') throw new Error('times that Splunk looks for are not played');
  }

  /** The events of all that came over a connection. */
  read(stream: Buffer): IndexedEvent[] {
    return this.#lines(stream.toString()).map((line) => this.#index(line));
  }

  /** An event of HEC's /event: its time and host are the envelope's, until the app's rules say otherwise. */
  collect({
    event,
    time,
    host,
  }: {
    readonly event: object;
    readonly time: number;
    readonly host: string;
  }): IndexedEvent {
    return this.#ingested(JSON.stringify(event), { time, host, isCut: false });
  }

  #prop(name: string): string {
    return settingOf(this.#props, name);
  }

  /** The first group of LINE_BREAKER stands between two events and is in none of them. */
  #lines(text: string): string[] {
    const lines: string[] = [];
    let start = 0;
    for (const { indices } of text.matchAll(new RegExp(this.#prop('LINE_BREAKER'), 'dg'))) {
      const [from, to] = indices![1]!;
      lines.push(text.slice(start, from));
      start = to;
    }
    return [...lines, text.slice(start)].filter((line) => line !== '');
  }

  #index(line: string): IndexedEvent {
    const limit = Number(this.#prop('TRUNCATE'));
    const bytes = Buffer.from(line);
    const isCut = limit > 0 && bytes.length > limit;
    const raw = isCut ? bytes.subarray(0, limit).toString() : line;
    return this.#ingested(raw, { time: null, host: null, isCut });
  }

  #ingested(raw: string, { time, host, isCut }: Omit<IndexedEvent, 'raw'>): IndexedEvent {
    const fields = this.#ingest({ _raw: raw, _time: time, host });
    return { raw, isCut, time: fields['_time'] as number | null, host: fields['host'] as string | null };
  }
}
