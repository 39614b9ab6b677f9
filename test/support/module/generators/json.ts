// fast-check arbitraries of JSON text, biased to what breaks scanners: not values, but spellings, duplicates, white
// space and what is no JSON at all.
import fc from 'fast-check';

const hex4 = (code: number, upper: boolean): string => {
  const digits = code.toString(16).padStart(4, '0');
  return `\\u${upper ? digits.toUpperCase() : digits}`;
};

/** Pieces of a string literal that are valid between its quotes. */
export const PIECES = [
  ...['a', 'Z', ' ', 'abcdefg', 'abcdefgh', 'abcdefghijklmnopq', '/', "'", '_|-', 'state', '0', 'VALUE_TRIMMED'],
  ...['{', '}', '[', ']', ',', ':', '{"', '"}', '],', '"'].map((text) => text.replaceAll('"', '\\"')),
  ...['\\"', '\\\\', '\\\\\\\\', '\\\\\\"', '\\\\\\\\\\\\\\\\\\"', '\\\\'.repeat(4), '\\\\'.repeat(7)],
  ...['\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\u0000', '\\u001f', '\\u0022', '\\u005c', '\\u005C', '\\u007f'],
  ...['é', 'ß', '€', '漢字', '😀', '\u2028', '\u00a0', '\u007f', '\ufeff', '\ufffd', '\u{10ffff}', '\u0080'],
  ...['\\ud83d\\ude00', '\\uD83D\\uDE00', '\\ud800', '\\udc00', '\\udc00\\ud800', '\\ud83d\\\\ude00', '\\ud800a'],
  ...['\\u00e9', '\\uffff', '\\ufffd', '\\ud83d\\u0041', '\\ud83d\\ud83d\\ude00', '\\ud83d\ude00'.slice(0, 6)],
];

/** Pieces that make a string literal, or the text around it, wrong. */
export const BAD_PIECES = [
  ...['\u0000', '\u0001', '\t', '\n', '\r', '\u001f', '"', '\\', '\\x', '\\u', '\\u12', '\\u12g4', '\\uD83', '\\U0041'],
  ...['\\ ', "\\'", '\\0', '\\a', '\\\u00e9', '\\u+123', '\\u 123', '\\u-001', '\\u00 1'],
];

export const NUMBERS = [
  ...[
    '0',
    '-0',
    '1',
    '7',
    '199.0',
    '1.0',
    '0.5',
    '-1.25',
    '1e5',
    '1E+10',
    '2e-7',
    '1e307',
    '-9.5e307',
    '1e-400',
    '0e0',
    '0e999',
  ],
  ...['123456789012345678901234567890', '9007199254740993', '0.1000000000000000055511151231257827', '10', '100e00'],
];
export const BAD_NUMBERS = [
  ...['01', '-', '+1', '1.', '.5', '1.e5', '1e', '1e+', '1e-', '-01', '0x10', '1_000', '--1', '1.2.3', '1e5.5', '1ee5'],
  ...[
    '1e308',
    '-1e400',
    '1e99999',
    `1${'0'.repeat(308)}`,
    'NaN',
    'Infinity',
    '-Infinity',
    '1 2',
    '00',
    '-.5',
    '1f',
    '1e 5',
    '- 1',
    '٣',
    '1,',
    '0b1',
  ],
];
/** Numbers that are none to JSON or to a double: null is read in their place. */
export const ODD_NUMBERS = ['NaN', 'Infinity', '-Infinity', '1e308', '-1e400', '0.001e311', `1${'0'.repeat(308)}`];
export const LITERALS = ['true', 'false', 'null'];
export const BAD_LITERALS = [
  ...['True', 'None', 'nul', 'truee', 'tru', 'fals', 'undefined', 'nullnull', 'true false', 'tRue', 'n', 'falsy', ''],
];

export const space = fc.oneof(
  { arbitrary: fc.constant(''), weight: 12 },
  { arbitrary: fc.constantFrom(' ', '\t', '\n', '\r\n', '  ', '\n        ', ' \t\r\n ', ' '.repeat(17)), weight: 4 },
);

export const plainString = fc
  .array(
    fc.oneof(
      { arbitrary: fc.constantFrom(...PIECES), weight: 4 },
      { arbitrary: fc.string({ unit: 'grapheme' }).map(bare), weight: 1 },
    ),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => `"${pieces.join('')}"`);

/** A string as JSON.stringify writes it, without its quotes. */
function bare(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** A name as a literal, some characters of it escaped in one of JSON's ways. */
export function spelled(name: string): fc.Arbitrary<string> {
  const plain = JSON.stringify(name);
  const escaped = fc.array(fc.nat(5), { minLength: name.length, maxLength: name.length }).map((choices) => {
    const chars = [...name].map((char, index) => {
      const choice = choices[index] ?? 0;
      if (choice > 1 || char.length > 1) return char === '/' && choice === 2 ? '\\/' : bare(char);
      return hex4(char.charCodeAt(0), choice === 1);
    });
    return `"${chars.join('')}"`;
  });
  return fc.oneof({ arbitrary: fc.constant(plain), weight: 9 }, { arbitrary: escaped, weight: 1 });
}

/** An object's text from pairs of literals and values. */
export function objectText(pairs: readonly (readonly [string, string])[], gap: string): string {
  return `{${gap}${pairs.map(([key, value]) => `${key}${gap}:${gap}${value}`).join(`${gap},${gap}`)}${gap}}`;
}

export function objectOf(pairs: fc.Arbitrary<(readonly [string, string])[]>): fc.Arbitrary<string> {
  return fc.tuple(pairs, space).map(([each, gap]) => objectText(each, gap));
}

/** Nesting of a given depth around a scalar, in lists, objects or both. */
export function nested(depth: number, style: number): string {
  const opens: string[] = [];
  const closes: string[] = [];
  for (let level = 0; level < depth; level++) {
    const list = style === 0 || (style === 2 && level % 3 === 0);
    opens.push(list ? '[' : '{"a":');
    closes.push(list ? ']' : '}');
  }
  return `${opens.join('')}1${closes.reverse().join('')}`;
}

export const anyKey = fc.oneof(
  { arbitrary: plainString, weight: 3 },
  { arbitrary: fc.constantFrom('"a"', '"__proto__"', '"constructor"', '"7"', '"toString"', '""', '"name"'), weight: 2 },
);

export const { value: anyValue } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: plainString, weight: 4 },
    { arbitrary: fc.constantFrom(...NUMBERS), weight: 2 },
    { arbitrary: fc.constantFrom(...LITERALS, '{}', '[]', '""'), weight: 2 },
    { arbitrary: tie('list'), weight: 1 },
    { arbitrary: tie('object'), weight: 2 },
  ),
  list: fc
    .tuple(fc.array(tie('value'), { maxLength: 4 }), space)
    .map(([each, gap]) => `[${gap}${each.join(`${gap},${gap}`)}${gap}]`),
  object: objectOf(fc.array(fc.tuple(anyKey, tie('value')), { maxLength: 4 })),
}));

/** Any text as a JSON string, escaped in one of several ways. */
export function quoted(text: string, style: number): string {
  const plain = JSON.stringify(text);
  if (style === 0) return plain;
  if (style === 1) return plain.replaceAll('/', '\\/');
  if (style === 2) return plain.replace(/[\u007f-\uffff]/g, (char) => hex4(char.charCodeAt(0), false));
  // Every third character as \uXXXX.
  return `"${Array.from({ length: text.length }, (_, at) => (at % 3 === 0 ? hex4(text.charCodeAt(at), at % 2 === 0) : bare(text.charAt(at)))).join('')}"`;
}

/** A value as Python writes it, and as Salt leaves it where it cuts. */
export const looseValue = fc.oneof(
  { arbitrary: anyValue, weight: 8 },
  { arbitrary: fc.constantFrom(...ODD_NUMBERS), weight: 1 },
  { arbitrary: fc.constantFrom(...ODD_NUMBERS).map((number) => `{"a":[1,${number} ,\n${number}]}`), weight: 1 },
  {
    arbitrary: fc.constantFrom(
      ...['"VALUE_TRIMMED"', '["VALUE_TRIMMED"]', '{"a":[{"b":"VALUE\\u005fTRIMMED"}]}', '{"VALUE_TRIMMED":1}'],
      ...['{"a":"VALUE_TRIMMED","a":1}', '{"VALUE_TRIMMED" : [] }', '" VALUE_TRIMMED"', '["VALUE_TRIMMED","x"]'],
    ),
    weight: 1,
  },
);
