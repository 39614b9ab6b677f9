// Events of the fixtures, changed as a hostile minion or a broken disk would: in what they say, or byte by byte.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE } from './command.js';
import { createRandom } from './random.js';

/** Longer events are mutated as little as short ones, and cost more. In bytes. */
const LONGEST = 6000;

const FIXTURES = 'test/fixtures';

/** Names that the module, the host or Salt look for. */
const NAMES = [
  ...['tag', 'data', 'cmd', 'id', 'jid', 'fun', 'return', 'retcode', 'success', '_stamp', 'fun_args', 'log', 'message'],
  ...['result', 'changes', 'comment', 'duration', 'start_time', 'name', '__id__', '__sls__', '__run_num__', 'out'],
  ...['event_type', 'event_id', 'minion_id', 'state_name', 'truncated', 'trimmed', 'minions', 'tgt', '@timestamp'],
  ...['__proto__', 'constructor', '', 'x_|-y_|-z_|-w', 'x_|-y', '\u0000', '\ud800', 'é'.repeat(300)],
];

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1e308, 5e-324, 2 ** 53, '', 'x', '\u0000', '\ud800', '\u202e\u009b]52;c;x\u0007'],
  ...[[], {}, [[]], [{}], { '': {} }, ['a', 1, null], 'a\nb\r\nc', '{"fun":"state.sls"}', 'x'.repeat(5000)],
  ...[
    '_return',
    'state.apply',
    'runner.state.orchestrate',
    'salt/job/1/ret/m',
    'salt/job/1/new',
    '20261122091947512388',
  ],
  { 'test_|-a_|-a_|-nop': { result: false, changes: {}, comment: 'c', truncated: 1 } },
  { return: { 'test_|-a_|-a_|-nop': { result: null, changes: [] } }, fun: 5 },
];

/** What stands between tokens, or breaks them. */
const BYTES = [
  0x00, 0x09, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x5b, 0x5c, 0x5d, 0x75, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xed, 0xff,
];

/** The events that are mutated, as text. */
function bases(): string[] {
  const singles = readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join(FIXTURES, name), 'utf8').trim());
  const returns = readFileSync(FIXTURE, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line.includes('/ret/') || line.includes('/new"'));
  return [...singles, ...returns].filter((text) => text.length <= LONGEST && !text.includes('\n'));
}

/** Mutates events; the same seed gives the same events. */
export class Mutator {
  readonly #bases = bases();
  /** An integer from 0, smaller than what is named. */
  readonly #below: (bound: number) => number;

  constructor(seed: number) {
    this.#below = createRandom(seed);
  }

  /** `count` events, a line each unless a mutation put a line feed in. */
  *events(count: number): Generator<Buffer> {
    for (let at = 0; at < count; at++) {
      const base = this.#of(this.#bases);
      if (at % 4 === 0) yield this.#inBytes(Buffer.from(base), 6);
      else yield at % 4 === 1 ? this.#inBytes(this.#inMembers(base), 1) : this.#inMembers(base);
    }
  }

  #of<T>(items: readonly T[]): T {
    return items[this.#below(items.length)]!;
  }

  #inMembers(base: string): Buffer {
    let event: unknown;
    try {
      event = JSON.parse(base);
    } catch {
      return Buffer.from(base);
    }
    for (let left = 1 + this.#below(4); left > 0; left--) event = this.#changed(event);
    const text = JSON.stringify(event) ?? 'null';
    const rare = [
      JSON.stringify({ log: text }),
      JSON.stringify({ message: `${text}\n` }),
      `[${text}]`,
      `${text}${text}`,
    ];
    return Buffer.from(this.#below(5) > 0 ? text : this.#of(rare));
  }

  /** One member somewhere in it added, renamed, removed or with another value. */
  #changed(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return this.#below(2) === 0 ? this.#of(VALUES) : value;
    const names = Object.keys(value);
    const entries = Object.entries(value);
    const at = this.#below(names.length + 1);
    const entry = entries[at];
    if (entry === undefined) entries.push([this.#of(NAMES), this.#of(VALUES)]);
    else if (this.#below(4) > 0) entry[1] = this.#changed(entry[1]);
    else {
      const [name, old] = entry;
      const changes: [string, unknown][][] = [
        [],
        [[this.#of(NAMES), old]],
        [[name, this.#of(VALUES)]],
        [[name, { [name]: old }]],
      ];
      entries.splice(at, 1, ...this.#of(changes));
    }
    return Array.isArray(value) ? entries.map(([, item]): unknown => item) : Object.fromEntries(entries);
  }

  #inBytes(event: Buffer, most: number): Buffer {
    let bytes = event;
    for (let left = 1 + this.#below(most); left > 0; left--) {
      const at = this.#below(bytes.length + 1);
      const end = Math.min(bytes.length, at + this.#below(20));
      const other = Buffer.from(this.#of(this.#bases));
      const changes: Buffer[][] = [
        [bytes.subarray(0, at), Buffer.of(this.#of(BYTES)), bytes.subarray(at + 1)],
        [bytes.subarray(0, at), Buffer.of(this.#of(BYTES)), bytes.subarray(at)],
        [bytes.subarray(0, at), Buffer.of(this.#below(256)), bytes.subarray(at + 1)],
        [bytes.subarray(0, at), bytes.subarray(end)],
        [bytes.subarray(0, end), bytes.subarray(at)],
        [bytes.subarray(0, at), other.subarray(this.#below(other.length))],
      ];
      bytes = Buffer.concat(this.#of(changes));
    }
    return bytes;
  }
}
