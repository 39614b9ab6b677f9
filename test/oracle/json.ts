// JSON for the oracle: values as JSON.parse gives them, and beside them the text that each member had.

/** A JSON object as parsed: own members only, `__proto__` among them. */
export type JsonObject = Record<string, unknown>;

// jest looks globals up slowly, and these are asked for millions of times.
const { hasOwn, defineProperty } = Object;
export const { parse } = JSON;

export function has(object: JsonObject, name: string): boolean {
  return hasOwn(object, name);
}

/** A member's value, undefined where there is none; never one of `Object.prototype`. */
export function get(object: JsonObject, name: string): unknown {
  return has(object, name) ? object[name] : undefined;
}

/** Adds a member, also one named `__proto__`. */
export function put(object: JsonObject, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The deepest nesting in a valid JSON text, brackets in strings left out. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}

/** A value's place in its text, and what stands in it: an object's members and a list's elements, in their order. */
export interface Span {
  readonly text: string;
  /** An object's members with the literals of their names, those that stand twice included. */
  readonly members?: readonly { readonly name: string; readonly literal: string; readonly value: Span }[];
  readonly elements?: readonly Span[];
}

/** The spans of a valid JSON text, white space around it left out. */
export function readSpan(text: string): Span {
  let at = 0;
  const skip = (): void => {
    while (' \t\n\r'.includes(text[at] ?? 'x')) at++;
  };
  const scalar = (): string => {
    const start = at;
    if (text[at] === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
      at++;
    } else while (at < text.length && !' \t\n\r,:]}'.includes(text[at] ?? '')) at++;
    return text.slice(start, at);
  };
  /** What stands between a bracket and its partner, each read by `each`. */
  const listed = <T>(close: string, each: () => T): T[] => {
    const all: T[] = [];
    at++;
    for (skip(); text[at] !== close; skip()) {
      if (text[at] === ',') at++;
      else all.push(each());
    }
    at++;
    return all;
  };
  const value = (): Span => {
    skip();
    const start = at;
    if (text[at] === '[') {
      const elements = listed(']', value);
      return { text: text.slice(start, at), elements };
    }
    if (text[at] !== '{') return { text: scalar() };
    const members = listed('}', () => {
      const literal = scalar();
      skip();
      at++; // the colon
      return { literal, name: parse(literal) as string, value: value() };
    });
    return { text: text.slice(start, at), members };
  };
  return value();
}

const spans = new WeakMap<object, Map<string, Span>>();
const texts = new WeakMap<object, string>();

/**
 * The value of spans; what `textOf` gives is known of it. Of members that stand twice the last wins, in the place of
 * the first.
 */
export function valueOf(span: Span): unknown {
  if (span.members !== undefined) {
    const object: JsonObject = {};
    const known = new Map<string, Span>();
    for (const { name, value } of span.members) {
      put(object, name, valueOf(value));
      known.set(name, value);
    }
    spans.set(object, known);
    texts.set(object, span.text);
    return object;
  }
  if (span.elements === undefined) return parse(span.text);
  const list = span.elements.map(valueOf);
  spans.set(list, new Map(span.elements.map((element, index) => [String(index), element])));
  texts.set(list, span.text);
  return list;
}

/** The text of a member or an element of what `valueOf` made, as the input had it. */
export function textOf(parent: object, name: string | number): string | undefined {
  return spans.get(parent)?.get(String(name))?.text;
}

/**
 * Whether a string of this value, letters and `_`, stands anywhere in what `valueOf` made, as the input had it: under
 * names that stand twice too.
 */
export function holdsString(value: unknown, wanted: string): boolean {
  if (typeof value !== 'object' || value === null) return value === wanted;
  const text = texts.get(value);
  if (text === undefined) return Object.values(value).some((each) => holdsString(each, wanted));
  if (!text.includes(wanted) && !text.includes('\\u')) return false; // no other escape stands for a letter
  return Array.from(text.matchAll(/("(?:[^"\\]|\\.)*")[ \t\n\r]*(:?)/g)).some(
    ([, literal = '', colon]) => colon === '' && parse(literal) === wanted,
  );
}
