// What the files hold, kept by id so that it can be read again in the order of ids: in memory while it is little, else
// in a temporary folder.
import { rmSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dieBy } from '../run/signals.js';

/** One record of the files. What is null there is null here. */
export interface Expected {
  readonly id: string;
  readonly jid: string | null;
  readonly minion: string | null;
  readonly fun: string | null;
  /** The state's key; the record's type where it is none of a state. */
  readonly state: string | null;
  readonly file: string;
  readonly line: number;
  /** A hash of the whole record but its `_stamp`: two of one id that differ here are different records. */
  readonly content: number;
}

/** One for each first byte of an id, which the module writes as two hexadecimal digits. */
export const BUCKETS = 256;

/** Where the ids of a bucket begin, in the order of ids. */
export const firstIdOf = (bucket: number): string => bucket.toString(16).padStart(2, '0');

/**
 * The bucket of an id, in the order of ids: each holds what is sorted from its `firstIdOf` on, the first one also what
 * comes before. An event that was let pass may call its id what it likes, so this takes any text.
 */
function bucketOf(id: string): number {
  let first = 0;
  let last = BUCKETS - 1;
  while (first < last) {
    const middle = (first + last + 1) >>> 1;
    if (firstIdOf(middle) <= id) first = middle;
    else last = middle - 1;
  }
  return first;
}

/** So much text stays in memory. In UTF-16 units. */
const MEMORY = 32 * 1024 * 1024;

const FIELDS = ['id', 'jid', 'minion', 'fun', 'state', 'file', 'line', 'content'] as const;

/** Records by their id. */
export class Buckets {
  readonly #texts: string[][] = Array.from({ length: BUCKETS }, () => []);
  readonly #counts = new Uint32Array(BUCKETS);
  #size = 0;
  #folder: string | null = null;

  /** Adds one. To be awaited before the next. */
  async add(expected: Expected): Promise<void> {
    const bucket = bucketOf(expected.id);
    const text = `${JSON.stringify(FIELDS.map((field) => expected[field]))}\n`;
    this.#texts[bucket]!.push(text);
    this.#counts[bucket]!++;
    this.#size += text.length;
    if (this.#size >= MEMORY) await this.#store();
  }

  /** How many a bucket holds, those that came twice counted twice. */
  count(bucket: number): number {
    return this.#counts[bucket]!;
  }

  /** The records of one bucket. */
  async read(bucket: number): Promise<Expected[]> {
    const stored = this.#folder === null ? '' : await readFile(this.#path(bucket), 'utf8').catch(() => '');
    return `${stored}${this.#texts[bucket]!.join('')}`
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const values = JSON.parse(line) as unknown[];
        return Object.fromEntries(FIELDS.map((field, at) => [field, values[at]])) as unknown as Expected;
      });
  }

  /** Removes what is on disk. */
  async remove(): Promise<void> {
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
  }

  #path(bucket: number): string {
    return join(this.#folder!, String(bucket));
  }

  async #open(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'saltflat-verify-')); // its owner's alone
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => {
        rmSync(folder, { recursive: true, force: true });
        void dieBy(signal);
      });
    return folder;
  }

  async #store(): Promise<void> {
    this.#folder ??= await this.#open();
    for (const [bucket, texts] of this.#texts.entries()) {
      if (texts.length > 0) await appendFile(this.#path(bucket), texts.splice(0).join(''));
    }
    this.#size = 0;
  }
}
