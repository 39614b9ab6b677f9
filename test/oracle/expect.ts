// What the oracle expects where it cannot name one value, and how a value is compared with that.

/** Stands in an expected record in place of a value. `toJSON` is for messages and for measuring depth. */
export abstract class Expected {
  abstract matches(actual: unknown): boolean;
  abstract toJSON(): unknown;
}

/** Any of several. */
export class OneOf extends Expected {
  readonly #values: readonly unknown[];

  constructor(...values: readonly unknown[]) {
    super();
    this.#values = values;
  }

  matches(actual: unknown): boolean {
    return this.#values.some((value) => matches(actual, value));
  }

  toJSON(): unknown {
    return this.#values[0];
  }
}

/** A sum of decimals, which floats give only nearly. */
export class Near extends Expected {
  readonly #number: number;

  constructor(number: number) {
    super();
    this.#number = number;
  }

  matches(actual: unknown): boolean {
    return typeof actual === 'number' && Math.abs(actual - this.#number) <= 0.001 + Math.abs(this.#number) * 1e-9;
  }

  toJSON(): unknown {
    return this.#number;
  }
}

/** JSON in a string: the text itself where it is known, else any spelling of the value. */
export class Text extends Expected {
  readonly #text: string | null;
  readonly #value: unknown;

  constructor(text: string | null, value: unknown) {
    super();
    this.#text = text;
    this.#value = value;
  }

  matches(actual: unknown): boolean {
    if (typeof actual !== 'string') return false;
    return this.#text === null ? matches(JSON.parse(actual), this.#value) : actual === this.#text;
  }

  toJSON(): unknown {
    return this.#text ?? JSON.stringify(this.#value);
  }
}

/** A string with secrets inside: which of them must be gone, and whether a rule holds for certain. */
export class Masked extends Expected {
  readonly #plain: string;
  readonly #secrets: readonly string[];
  readonly #isCertain: boolean;

  constructor(plain: string, secrets: readonly string[], isCertain: boolean) {
    super();
    this.#plain = plain;
    this.#secrets = secrets;
    this.#isCertain = isCertain;
  }

  matches(actual: unknown): boolean {
    if (typeof actual !== 'string') return false;
    if (!this.#isCertain && actual === this.#plain) return true;
    return actual.includes('[redacted]') && !this.#secrets.some((secret) => actual.includes(secret));
  }

  toJSON(): unknown {
    return this.#isCertain ? `[redacted] of ${this.#plain}` : this.#plain;
  }
}

/** Whether a value is the expected one, the order of members aside. */
export function matches(actual: unknown, expected: unknown): boolean {
  if (expected instanceof Expected) return expected.matches(actual);
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null)
    return Object.is(actual, expected);
  if (Array.isArray(expected) !== Array.isArray(actual)) return false;
  const names = Object.keys(expected);
  if (names.length !== Object.keys(actual).length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(actual, name) &&
      matches((actual as Record<string, unknown>)[name], (expected as Record<string, unknown>)[name]),
  );
}

/**
 * Where a value is not the expected one: the first place, and what was to be there. To be asked where `matches` says
 * no.
 */
export function mismatch(actual: unknown, expected: unknown, path = ''): string {
  const isOpen = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !(value instanceof Expected);
  if (isOpen(actual) && isOpen(expected) && Array.isArray(actual) === Array.isArray(expected)) {
    const [left, right] = [actual as Record<string, unknown>, expected as Record<string, unknown>];
    const missing = Object.keys(right).find((name) => !Object.hasOwn(left, name));
    if (missing !== undefined) return `expected ${path}/${missing}: ${JSON.stringify(right[missing]).slice(0, 1000)}`;
    const extra = Object.keys(left).find((name) => !Object.hasOwn(right, name));
    if (extra !== undefined) return `unexpected ${path}/${extra}: ${JSON.stringify(left[extra]).slice(0, 1000)}`;
    const name = Object.keys(right).find((each) => !matches(left[each], right[each]));
    if (name !== undefined) return mismatch(left[name], right[name], `${path}/${name}`);
  }
  return `expected ${path}: ${JSON.stringify(expected).slice(0, 1000)}, not ${JSON.stringify(actual).slice(0, 1000)}`;
}
