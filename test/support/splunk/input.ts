// Plays what Splunk does with a stream of bytes at index time, by the shipped props.conf and transforms.conf: lines, cutting, time,
// host. The rules are those of props.conf.spec and transforms.conf.spec. It is no Splunk: regular expressions are JavaScript's here,
// PCRE's there, and the app keeps to what both have.
import { type Stanza, readConf, settingOf } from './conf.js';

/** An event as Splunk would index it. */
export interface IndexedEvent {
  readonly raw: string;
  /** Seconds since 1970; null where Splunk would have to guess. */
  readonly time: number | null;
  /** Null where the host stays that of the connection. */
  readonly host: string | null;
  /** Whether TRUNCATE cut it. */
  readonly isCut: boolean;
}

/** What TIME_FORMAT may hold here. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  '%Y': '(?<year>\\d{4})',
  '%m': '(?<month>\\d\\d)',
  '%d': '(?<day>\\d\\d)',
  '%H': '(?<hour>\\d\\d)',
  '%M': '(?<minute>\\d\\d)',
  '%S': '(?<second>\\d\\d)',
  '%6N': '(?<micro>\\d{6})',
};

function formatRegex(format: string): RegExp {
  const source = format.replace(/%\d?[A-Za-z]|[^%]/g, (part) => {
    if (!part.startsWith('%')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const conversion = CONVERSIONS[part];
    if (conversion === undefined) throw new Error(`TIME_FORMAT has ${part}, which is not played`);
    return conversion;
  });
  return new RegExp(`^${source}`);
}

/** An input with the sourcetype `salt:state`. */
export class SplunkInput {
  readonly #props: Stanza;
  readonly #transform: Stanza;

  constructor() {
    this.#props = readConf('props.conf').get('salt:state') ?? new Map<string, string>();
    const transforms = readConf('transforms.conf');
    const name = settingOf(this.#props, 'TRANSFORMS-saltflat_host');
    this.#transform = transforms.get(name) ?? new Map<string, string>();
    if (this.#prop('SHOULD_LINEMERGE') !== 'false') throw new Error('merging of lines is not played');
    if (this.#prop('TZ') !== 'UTC') throw new Error('zones but UTC are not played');
  }

  /** The events of all that came over a connection. */
  read(stream: Buffer): IndexedEvent[] {
    return this.#lines(stream.toString()).map((line) => this.#index(line));
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
    return { raw, isCut, time: this.#time(raw), host: this.#host(raw) };
  }

  #time(raw: string): number | null {
    const prefix = new RegExp(this.#prop('TIME_PREFIX'), 's').exec(raw);
    if (prefix === null) return null;
    const from = prefix.index + prefix[0].length;
    const seen = raw.slice(from, from + Number(this.#prop('MAX_TIMESTAMP_LOOKAHEAD')));
    const found = formatRegex(this.#prop('TIME_FORMAT')).exec(seen)?.groups;
    if (found === undefined) return null;
    const { year, month, day, hour, minute, second, micro } = found;
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000 + Number(micro) / 1e6;
  }

  #host(raw: string): string | null {
    const seen = raw.slice(0, Number(settingOf(this.#transform, 'LOOKAHEAD')));
    const groups = new RegExp(settingOf(this.#transform, 'REGEX'), 's').exec(seen);
    const format = settingOf(this.#transform, 'FORMAT');
    if (settingOf(this.#transform, 'DEST_KEY') !== 'MetaData:Host') throw new Error('writes no host');
    return groups === null
      ? null
      : format.replace(/^host::/, '').replace(/\$(\d)/g, (_, number) => groups[Number(number)] ?? '');
  }
}
