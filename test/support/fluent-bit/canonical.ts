// Records compared as text: member order, every escape and every digit of an integer count; how a float is spelt does
// not.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A float keeps 15 digits: the agent writes 16 (`%.16g`), so that 99.99 becomes 99.98999999999999. */
const DIGITS = 15;

function canonicalToken(token: string): string {
  if (token.startsWith('"')) {
    // No UTF-8 can hold half of a surrogate pair; the agent writes U+FFFD.
    return JSON.stringify((JSON.parse(token) as string).replace(LONE_SURROGATE, '\ufffd'));
  }
  if (/^-?\d+$/.test(token)) return token === '-0' ? '0' : token;
  return Number(token).toPrecision(DIGITS);
}

/** A record's JSON in one spelling. Two records that an agent may not tell apart have the same. */
export function canonical(json: string): string {
  let result = '';
  let from = 0;
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    result += json.slice(from, index).replace(/\s/g, '') + canonicalToken(token);
    from = index + token.length;
  }
  return result + json.slice(from).replace(/\s/g, '');
}

/** The first place where two lists of records differ, in words; null where they are the same. */
export function difference(actual: readonly string[], expected: readonly string[]): string | null {
  const at = expected.findIndex((record, index) => record !== actual[index]);
  if (at < 0 && actual.length === expected.length) return null;
  const index = at < 0 ? expected.length : at;
  const show = (records: readonly string[]): string => (records[index] ?? 'nothing').slice(0, 2000);
  return `record ${index} of ${actual.length}, expected ${expected.length}: ${show(actual)}\nexpected: ${show(expected)}`;
}

/** A record as a value, for comparing where the order of members does not count. */
export function loose(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (typeof value === 'number' ? value.toPrecision(DIGITS) : value));
}
