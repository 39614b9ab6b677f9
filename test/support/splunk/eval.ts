// Splunk's eval expressions, as far as the app's INGEST_EVAL needs them: literals, fields, `.`, and the functions
// below. The rules are those of the Search Reference; what is not played throws.

/** What an expression gives; null is Splunk's null. */
export type Value = string | number | null;
/** The fields that an expression reads and sets. */
export type Fields = Readonly<Record<string, Value>>;

type Run = (fields: Fields) => Value;

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|(\d+)|([A-Za-z_]\w*)|([(),.=]))/gy;

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [, text, number, name, sign] = match;
    end = match.index + match[0].length;
    if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign! });
  }
  if (source.slice(end).trim() !== '') throw new Error(`not played: ${source.slice(end)}`);
  return tokens;
}

/** A member of the outermost object; null where the text is no object or has none. Paths into it are not played. */
function jsonExtract(text: Value, path: Value): Value {
  if (typeof path !== 'string' || /[.{}]/.test(path)) throw new Error(`json_extract of ${path} is not played`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(String(text));
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, path)) return null;
  const value = (parsed as Record<string, unknown>)[path];
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a format may hold. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  '%Y': '(?<year>\\d{4})',
  '%m': '(?<month>\\d\\d)',
  '%d': '(?<day>\\d\\d)',
  '%H': '(?<hour>\\d\\d)',
  '%M': '(?<minute>\\d\\d)',
  '%S': '(?<second>\\d\\d)',
  '%6N': '(?<micro>\\d{6})',
  '%z': '\\+0000',
};

/**
 * Seconds since 1970; null where the text has another form. Without `%z` it would be the indexer's local time: not
 * played.
 */
function strptime(text: Value, format: Value): Value {
  if (text === null) return null;
  if (!String(format).includes('%z')) throw new Error('local times are not played');
  const source = String(format).replace(/%\d?[A-Za-z]|[^%]/g, (part) => {
    if (!part.startsWith('%')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const conversion = CONVERSIONS[part];
    if (conversion === undefined) throw new Error(`${part} is not played`);
    return conversion;
  });
  const found = new RegExp(`^${source}$`).exec(String(text))?.groups;
  if (found === undefined) return null;
  const { year, month, day, hour, minute, second, micro = '0' } = found;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000 + Number(micro) / 1e6;
}

const FUNCTIONS: Readonly<Record<string, (...args: readonly Value[]) => Value>> = {
  coalesce: (...args) => args.find((arg) => arg !== null) ?? null,
  nullif: (value = null, other = null) => (value === other ? null : value),
  substr: (text = null, start = 1, length = 0) =>
    text === null ? null : String(text).slice(Number(start) - 1, Number(start) - 1 + Number(length)),
  json_extract: (text = null, path = null) => jsonExtract(text, path),
  strptime: (text = null, format = null) => strptime(text, format),
};

/** `name=expression, …`, each seeing what those before it set. Throws at what is not played. */
export function parseEval(source: string): (fields: Fields) => Fields {
  const tokens = tokensOf(source);
  let at = 0;
  const isSign = (sign: string): boolean => tokens[at]?.kind === 'sign' && tokens[at]?.text === sign;
  const take = (sign: string): void => {
    if (!isSign(sign)) throw new Error(`${sign} is missing before ${JSON.stringify(tokens[at])}`);
    at++;
  };

  function operand(): Run {
    const token = tokens[at++];
    if (token === undefined) throw new Error('the expression stops short');
    if (token.kind === 'text') return () => token.text;
    if (token.kind === 'number') return () => Number(token.text);
    if (token.kind !== 'name') throw new Error(`${token.text} is no operand`);
    if (!isSign('(')) return (fields) => fields[token.text] ?? null;
    const call = FUNCTIONS[token.text];
    if (call === undefined) throw new Error(`${token.text}() is not played`);
    take('(');
    const args = [expression()];
    while (isSign(',')) {
      take(',');
      args.push(expression());
    }
    take(')');
    return (fields) => call(...args.map((arg) => arg(fields)));
  }

  function expression(): Run {
    let left = operand();
    while (isSign('.')) {
      take('.');
      const [before, after] = [left, operand()];
      left = (fields) => {
        const [a, b] = [before(fields), after(fields)];
        return a === null || b === null ? null : `${a}${b}`;
      };
    }
    return left;
  }

  const assignments: { readonly name: string; readonly run: Run }[] = [];
  do {
    if (assignments.length > 0) take(',');
    const name = tokens[at++];
    if (name?.kind !== 'name') throw new Error('no field to set');
    take('=');
    assignments.push({ name: name.text, run: expression() });
  } while (at < tokens.length);
  return (fields) => assignments.reduce((known, { name, run }) => ({ ...known, [name]: run(known) }), fields);
}
