// Names and texts of a report, in bounded memory.
import { createHash } from 'node:crypto';
import { OTHERS } from './data.js';

/** Characters that are kept of each. */
export const MAX_NAME = 200;
export const MAX_JID = 40;
export const MAX_STATE_NAME = 400;
export const MAX_COMMENT = 1000;
export const MAX_ERROR = 4000;

/** `text`, or its beginning with its length and a hash, so that long texts that begin alike stay apart. */
export function bounded(text: string, max: number): string {
  if (text.length <= max) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${text.slice(0, max)}… [${text.length} characters, ${hash}]`;
}

/** Characters of the ID and of the name in a state's key, where the whole is too long. */
const MAX_KEY_PART = 140;

/** A state's key; one that is too long has its ID and its name bounded each, so that its function is still there. */
export function boundedKey(key: string, max: number): string {
  const separator = '_|-';
  const [module = '', id = '', ...rest] = key.length <= max ? [] : key.split(separator);
  const fun = rest.pop();
  if (fun === undefined || rest.length === 0) return bounded(key, max);
  const [shortId, shortName] = [id, rest.join(separator)].map((part) => bounded(part, MAX_KEY_PART));
  return bounded([module, shortId, shortName, fun].join(separator), max);
}

/** Names by number, the first ones that come; all others share the number `OTHERS`. */
export class Numbered {
  readonly #numbers = new Map<string, number>();
  readonly #max: number;
  #isCut = false;

  /** `max`: how many names are kept. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether a name found no room. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** The number of `name`, from 1; `OTHERS` where there is no room for it. */
  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#numbers.size >= this.#max) {
      this.#isCut = true;
      return OTHERS;
    }
    const number = this.#numbers.size + 1;
    this.#numbers.set(name, number);
    return number;
  }

  /** The names by number; that of `OTHERS` is empty. */
  get names(): string[] {
    return ['', ...this.#numbers.keys()];
  }
}
