// fast-check arbitraries of event texts, biased to what breaks scanners. They make JSON text, not values: spellings,
// duplicates, white space and what is no JSON at all are the point.
import fc from 'fast-check';

/** Runs and seed of every property: fixed, so that a failure comes again; `FUZZ_RUNS` and `FUZZ_SEED` change them. */
export function parameters(runs: number): { numRuns: number; seed: number } {
  const env = (name: string): number | undefined => {
    const value = process.env[name];
    return value === undefined || value === '' ? undefined : Number(value);
  };
  return { numRuns: env('FUZZ_RUNS') ?? runs, seed: env('FUZZ_SEED') ?? 3008 };
}

const hex4 = (code: number, upper: boolean): string => {
  const digits = code.toString(16).padStart(4, '0');
  return `\\u${upper ? digits.toUpperCase() : digits}`;
};

/** Pieces of a string literal that are valid between its quotes. */
const PIECES = [
  ...['a', 'Z', ' ', 'abcdefg', 'abcdefgh', 'abcdefghijklmnopq', '/', "'", '_|-', 'state', '0', 'VALUE_TRIMMED'],
  ...['{', '}', '[', ']', ',', ':', '{"', '"}', '],', '"'].map((text) => text.replaceAll('"', '\\"')),
  ...['\\"', '\\\\', '\\\\\\\\', '\\\\\\"', '\\\\\\\\\\\\\\\\\\"', '\\\\'.repeat(4), '\\\\'.repeat(7)],
  ...['\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\u0000', '\\u001f', '\\u0022', '\\u005c', '\\u005C', '\\u007f'],
  ...['é', 'ß', '€', '漢字', '😀', '\u2028', '\u00a0', '\u007f', '\ufeff', '\ufffd', '\u{10ffff}', '\u0080'],
  ...['\\ud83d\\ude00', '\\uD83D\\uDE00', '\\ud800', '\\udc00', '\\udc00\\ud800', '\\ud83d\\\\ude00', '\\ud800a'],
  ...['\\u00e9', '\\uffff', '\\ufffd', '\\ud83d\\u0041', '\\ud83d\\ud83d\\ude00', '\\ud83d\ude00'.slice(0, 6)],
];

/** Pieces that make a string literal, or the text around it, wrong. */
const BAD_PIECES = [
  ...['\u0000', '\u0001', '\t', '\n', '\r', '\u001f', '"', '\\', '\\x', '\\u', '\\u12', '\\u12g4', '\\uD83', '\\U0041'],
  ...['\\ ', "\\'", '\\0', '\\a', '\\\u00e9', '\\u+123', '\\u 123', '\\u-001', '\\u00 1'],
];

const NUMBERS = [
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
const BAD_NUMBERS = [
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
const LITERALS = ['true', 'false', 'null'];
const BAD_LITERALS = [
  ...['True', 'None', 'nul', 'truee', 'tru', 'fals', 'undefined', 'nullnull', 'true false', 'tRue', 'n', 'falsy', ''],
];

const space = fc.oneof(
  { arbitrary: fc.constant(''), weight: 12 },
  { arbitrary: fc.constantFrom(' ', '\t', '\n', '\r\n', '  ', '\n        ', ' \t\r\n ', ' '.repeat(17)), weight: 4 },
);

const plainString = fc
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
function objectText(pairs: readonly (readonly [string, string])[], gap: string): string {
  return `{${gap}${pairs.map(([key, value]) => `${key}${gap}:${gap}${value}`).join(`${gap},${gap}`)}${gap}}`;
}

function objectOf(pairs: fc.Arbitrary<(readonly [string, string])[]>): fc.Arbitrary<string> {
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

const anyKey = fc.oneof(
  { arbitrary: plainString, weight: 3 },
  { arbitrary: fc.constantFrom('"a"', '"__proto__"', '"constructor"', '"7"', '"toString"', '""', '"name"'), weight: 2 },
);

const { value: anyValue } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
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

export { anyValue, plainString };

const STATE_MEMBERS = [
  ...['name', 'changes', 'result', 'comment', '__id__', '__sls__', '__run_num__', 'start_time', 'duration', 'warnings'],
  ...['state_name', 'state_id', 'minion_id', 'jid', 'fun', 'fun_args', 'event_type', '_stamp', '__proto__', 'trimmed'],
];
const stateMember = fc.oneof(
  { arbitrary: fc.constantFrom(...STATE_MEMBERS).chain((name) => fc.tuple(spelled(name), anyValue)), weight: 5 },
  { arbitrary: fc.tuple(anyKey, anyValue), weight: 1 },
);
const stateResult = objectOf(fc.array(stateMember, { maxLength: 8 }));

const STATE_KEYS = [
  ...['test_|-a_|-a_|-nop', 'test_|-b_|-b_|-nop', 'file_|-/srv/x_|-/srv/x_|-managed', 'pkg_|-é_|-😀_|-installed'],
  ...['cmd_|-a_|-b_|-c_|-run', '_|-_|-_|-', 'a_|-|-b_|-c_|-d', '_|-a_|-_|-', 'a_|-b_|_|-c_|-d', 'a__|-b_|--c_|-d'],
  ...['cmd_|-say "hi"_|-echo \\_|-run', 'a_|-b_|-c_|-d\u0000', '__proto___|-__proto___|-x_|-y', '1_|-2_|-3_|-4'],
];
const NEAR_STATE_KEYS = [
  'a_|-b_|-c',
  'a_|-b',
  '_|-',
  'a_|b_|-c_|-d',
  '_|-_|-_|',
  'a-|_b-|_c-|_d',
  'test.ping',
  'result',
];

const stateKey = fc.oneof(
  { arbitrary: fc.constantFrom(...STATE_KEYS).chain(spelled), weight: 4 },
  {
    arbitrary: fc
      .array(fc.constantFrom('_', '|', '-', '_|-', 'a', '/', '\\"'), { maxLength: 14 })
      .map((p) => `"${p.join('')}"`),
    weight: 1,
  },
);
const nearStateKey = fc.constantFrom(...NEAR_STATE_KEYS).chain(spelled);

const stateResults = objectOf(
  fc.array(
    fc.oneof(
      { arbitrary: fc.tuple(stateKey, stateResult), weight: 6 },
      { arbitrary: fc.tuple(stateKey, anyValue), weight: 1 },
      { arbitrary: fc.tuple(nearStateKey, anyValue), weight: 1 },
      { arbitrary: fc.tuple(nearStateKey, stateResult), weight: 1 },
    ),
    { maxLength: 5 },
  ),
);

const FUNCTIONS = [
  ...['sls', 'highstate', 'apply', 'single', 'sls_id', 'top', 'high', 'low', 'template', 'template_str', 'pkg'].map(
    (f) => `state.${f}`,
  ),
  ...[
    'state.show_sls',
    'state.running',
    'saltutil.find_job',
    'test.ping',
    'custom.wrapper',
    'state.',
    'state.slsx',
    '',
  ],
  ...['runner.state.orchestrate', 'runner.state.orch', 'runner.state.sls', 'runner.jobs.active', 'runner.', 'runner'],
];
const functionName = fc.oneof(
  { arbitrary: fc.constantFrom('state.sls', 'state.apply', 'state.low', 'test.ping', 'state.high'), weight: 5 },
  { arbitrary: fc.constantFrom(...FUNCTIONS), weight: 5 },
  { arbitrary: fc.constantFrom('__proto__', 'constructor', 'é', 'a"b'), weight: 1 },
);
const functionLiteral = functionName.chain(spelled);
const functionList = fc.array(functionLiteral, { maxLength: 4 }).map((each) => `[${each.join(' , ')}]`);
const fun = fc.oneof(
  { arbitrary: functionLiteral, weight: 8 },
  { arbitrary: functionList, weight: 4 },
  { arbitrary: anyValue, weight: 1 },
);

const trimmed = fc.constant('"VALUE_TRIMMED"');
const bareLow = objectOf(
  fc
    .tuple(fc.array(stateMember, { maxLength: 4 }), fc.array(fc.tuple(spelled('result'), anyValue), { maxLength: 1 }))
    .map(([a, b]) => [...a, ...b]),
);
const part = fc.oneof(
  { arbitrary: stateResults, weight: 6 },
  { arbitrary: bareLow, weight: 1 },
  { arbitrary: anyValue, weight: 2 },
  { arbitrary: trimmed, weight: 1 },
  { arbitrary: fc.constantFrom('{}', '[]', 'null', 'true', '{"a_|-b_|-c_|-d":"VALUE_TRIMMED"}'), weight: 1 },
);
const byFunction = objectOf(fc.array(fc.tuple(functionLiteral, part), { maxLength: 4 }));
const minionKey = fc.constantFrom(
  '"master_master"',
  '"web-01"',
  '"m2"',
  '"__proto__"',
  '"a_|-b_|-c_|-d"',
  '"m\\u0032"',
);
const runnerReturn = objectOf(
  fc
    .tuple(
      fc.array(
        fc.tuple(fc.constantFrom('"outputter"', '"retcode"', '"data"'), fc.constantFrom('"highstate"', '0', '{}')),
        { maxLength: 2 },
      ),
      fc.array(
        fc.tuple(
          spelled('data'),
          fc.oneof(
            { arbitrary: objectOf(fc.array(fc.tuple(minionKey, part), { maxLength: 3 })), weight: 5 },
            { arbitrary: anyValue, weight: 1 },
          ),
        ),
        { maxLength: 2 },
      ),
      fc.array(fc.tuple(minionKey, part), { maxLength: 2 }),
    )
    .map(([a, b, c]) => [...a, ...b, ...c]),
);
const partList = fc.array(part, { maxLength: 4 }).map((each) => `[${each.join(',')}]`);
const returned = fc.oneof(
  { arbitrary: part, weight: 8 },
  { arbitrary: byFunction, weight: 3 },
  { arbitrary: partList, weight: 1 },
  { arbitrary: runnerReturn, weight: 2 },
);

const jid = fc.oneof(
  { arbitrary: fc.constant('"20261122104126277444"'), weight: 15 },
  { arbitrary: anyValue, weight: 1 },
);
const minionId = fc.oneof(
  { arbitrary: fc.constantFrom('"web-01"', '"é\\"x"', '""', '"\\u0041"'), weight: 15 },
  { arbitrary: anyValue, weight: 1 },
);
const funArgs = fc.oneof(
  { arbitrary: fc.array(anyValue, { maxLength: 4 }).map((each) => `[${each.join(',')}]`), weight: 4 },
  { arbitrary: anyValue, weight: 1 },
);
const stamp = fc.oneof(
  { arbitrary: fc.constant('"2026-11-22T10:41:26.542660+00:00"'), weight: 4 },
  { arbitrary: anyValue, weight: 1 },
);
const command = fc.oneof(
  { arbitrary: fc.constant('"_return"'), weight: 6 },
  { arbitrary: fc.constantFrom('"_minion_event"', 'null', '"\\u005freturn"', '""', '{}'), weight: 1 },
);

/** A member that is mostly there once, seldom missing or there twice. */
function member(
  name: string,
  value: fc.Arbitrary<string>,
  missing = 1,
  once = 20,
): fc.Arbitrary<(readonly [string, string])[]> {
  const pair = fc.tuple(spelled(name), value);
  return fc.oneof(
    { arbitrary: fc.array(pair, { minLength: 1, maxLength: 1 }), weight: once },
    { arbitrary: fc.array(pair, { maxLength: 0 }), weight: missing },
    { arbitrary: fc.array(pair, { minLength: 2, maxLength: 2 }), weight: 1 },
  );
}

const noise = fc.array(
  fc.oneof(
    {
      arbitrary: fc.tuple(
        fc.constantFrom('"user"', '"out"', '"retcode"', '"success"', '"ts"', '"host"', '"@timestamp"', '"tags"'),
        anyValue,
      ),
      weight: 6,
    },
    {
      arbitrary: fc.tuple(fc.constantFrom('"tag"', '"data"', '"log"', '"message"', '"__run_num__"'), anyValue),
      weight: 1,
    },
    { arbitrary: fc.tuple(anyKey, anyValue), weight: 1 },
  ),
  { maxLength: 2 },
);

function shuffled<T>(items: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> {
  return items.chain((each) => fc.shuffledSubarray(each, { minLength: each.length }));
}

/** The text of a `D`: mostly a job return. */
export const dataText = objectOf(
  shuffled(
    fc
      .tuple(
        member('return', returned),
        member('fun', fun),
        member('jid', jid),
        member('id', minionId, 3),
        member('cmd', command, 6, 12),
        member('fun_args', funArgs, 5),
        member('_stamp', stamp, 5),
        noise,
      )
      .map((members) => members.flat()),
  ),
);

const TAGS = [
  ...['salt/job/20261122104126277444/ret/web-01', 'salt/run/20261122104126277444/ret', 'salt/job/1/ret/é"x'],
  ...[
    'salt/job/1/prog/web-01/0',
    'salt/job/1/sub/web-01/error/state.sls',
    'cmd.run',
    'salt/job/1/ret/',
    'salt/job//ret/m',
  ],
  ...['salt/job/1/ret/a/b', 'salt/run/1/ret/m', 'salt/run//ret', 'salt/job/1/new', 'salt/auth', '', 'minion_start'],
  ...['xsalt/job/1/ret/m', 'salt/job/1/ret', 'salt/jobs/1/ret/m', 'salt/job/1/return/m', 'salt/run/1/ret/'],
];
export const tagName = fc.oneof(
  { arbitrary: fc.constantFrom(...TAGS.slice(0, 2)), weight: 12 },
  { arbitrary: fc.constantFrom(...TAGS), weight: 4 },
);

/** An envelope's text, `data` and `tag` in any order. */
const envelopeText = objectOf(
  shuffled(
    fc
      .tuple(
        member('data', fc.oneof({ arbitrary: dataText, weight: 12 }, { arbitrary: anyValue, weight: 1 }), 1, 15),
        member(
          'tag',
          fc.oneof({ arbitrary: tagName.chain(spelled), weight: 15 }, { arbitrary: anyValue, weight: 1 }),
          2,
          20,
        ),
        fc.array(fc.tuple(fc.constantFrom('"log"', '"message"', '"return"', '"x"', '"date"'), anyValue), {
          maxLength: 1,
        }),
      )
      .map((members) => members.flat()),
  ),
);

const eventText = fc.oneof({ arbitrary: envelopeText, weight: 3 }, { arbitrary: dataText, weight: 2 });
const taggedText = fc
  .tuple(tagName, fc.constantFrom('\t', '\t ', ' \t', '\t\t', ' '), dataText)
  .map(([tag, tab, data]) => `${tag}${tab}${data}`);

/** Any text as a JSON string, escaped in one of several ways. */
export function quoted(text: string, style: number): string {
  const plain = JSON.stringify(text);
  if (style === 0) return plain;
  if (style === 1) return plain.replaceAll('/', '\\/');
  if (style === 2) return plain.replace(/[\u007f-\uffff]/g, (char) => hex4(char.charCodeAt(0), false));
  // Every third character as \uXXXX.
  return `"${Array.from({ length: text.length }, (_, at) => (at % 3 === 0 ? hex4(text.charCodeAt(at), at % 2 === 0) : bare(text.charAt(at)))).join('')}"`;
}

/** A root with a text in `log` or `message`. */
function wrapped(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      text,
      fc.nat(3),
      fc.constantFrom('log', 'message').chain(spelled),
      noise,
      fc.constantFrom('', '\n', '\r\n', ' '),
      fc.nat(9),
    )
    .map(([inner, style, name, others, end, order]) => {
      const pairs: (readonly [string, string])[] = [[name, quoted(inner + end, style)]];
      return objectText(order < 5 ? [...pairs, ...others] : [...others, ...pairs], '');
    });
}

/** Event texts in every shape. All but some roots in `TAG<TAB>D` without a tab are JSON, or hold it. */
export const anyEvent = fc
  .tuple(
    fc.oneof(
      { arbitrary: eventText, weight: 6 },
      { arbitrary: wrapped(fc.oneof(eventText, taggedText)), weight: 3 },
      { arbitrary: taggedText, weight: 1 },
      { arbitrary: wrapped(wrapped(eventText)), weight: 1 },
    ),
    fc.constantFrom('', '', '', '', '\ufeff', '\n', ' \t'),
    fc.constantFrom('', '', '', '\n', '\r\n', '  '),
  )
  .map(([text, before, after]) => before + text + after);

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[\s]+|[^\s"[\]{}:,]+|"/gs;

const badToken = fc.oneof(
  fc.constantFrom(...BAD_NUMBERS, ...NUMBERS),
  fc.constantFrom(...BAD_LITERALS, ...LITERALS),
  fc.constantFrom(...BAD_PIECES),
  fc.constantFrom(...BAD_PIECES, ...PIECES).map((piece) => `"${piece}"`),
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '{}',
    '[]',
    '[[',
    ']]',
    ',,',
    '::',
    '{"a"}',
    '{"a":}',
    '[,]',
    '[1,]',
    '{"a":1,}',
  ),
  fc.constantFrom('\f', '\v', '\u00a0', '\u2028', '\u0085', '\u0000', '/*x*/', '//x\n', '\ufeff', '#', "'a'", '﻿'),
);

/** Changes of one token: it goes, comes twice, changes places with the next, or becomes something else. */
const tokenChange = fc.tuple(fc.nat(), fc.nat(4), badToken);

export function changeTokens(text: string, changes: readonly (readonly [number, number, string])[]): string {
  let changed = text;
  for (const [where, how, token] of changes) {
    const tokens = changed.match(TOKEN) ?? [];
    const at = where % Math.max(tokens.length, 1);
    const here = tokens[at] ?? '';
    if (how === 0) tokens.splice(at, 1);
    else if (how === 1) tokens.splice(at, 0, here);
    else if (how === 2) tokens.splice(at, 2, tokens[at + 1] ?? '', here);
    else if (how === 3) tokens.splice(at, 1, token);
    else tokens.splice(at, 0, token);
    changed = tokens.join('');
  }
  return changed;
}

/** One to three such changes. */
export const tokenChanges = fc.array(tokenChange, { minLength: 1, maxLength: 3 });

/** Event texts with a few tokens changed. */
export const changedEvent = fc
  .tuple(anyEvent, fc.array(tokenChange, { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) => changeTokens(text, changes));

/** Texts in `log` and `message` with a few tokens changed inside. */
export const changedText = fc
  .tuple(fc.oneof(eventText, taggedText), fc.array(tokenChange, { minLength: 1, maxLength: 2 }), fc.nat(3))
  .map(([text, changes, style]) => `{"log":${quoted(changeTokens(text, changes), style)}}`);

/** A piece put into the middle of a string literal somewhere. */
export const changedString = fc
  .tuple(anyEvent, fc.nat(), fc.nat(), fc.constantFrom(...BAD_PIECES, ...PIECES))
  .map(([text, where, inside, piece]) => {
    const literals = [...text.matchAll(/"(?:[^"\\]|\\.)*"/gs)];
    const literal = literals[where % Math.max(literals.length, 1)];
    if (literal === undefined) return text;
    const at = literal.index + 1 + (inside % Math.max(literal[0].length - 1, 1));
    return text.slice(0, at) + piece + text.slice(at);
  });

/** Changes of bytes: one goes, one comes, one becomes another, a piece goes. */
const byteChange = fc.tuple(
  fc.nat(),
  fc.nat(4),
  fc.oneof(
    fc.constantFrom(
      0,
      9,
      10,
      0x1f,
      0x20,
      0x22,
      0x2c,
      0x3a,
      0x5b,
      0x5c,
      0x5d,
      0x7b,
      0x7d,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xed,
      0xf0,
      0xf4,
      0xff,
    ),
    fc.nat(255),
  ),
);

export function changeBytes(bytes: Uint8Array, changes: readonly (readonly [number, number, number])[]): Uint8Array {
  let changed = [...bytes];
  for (const [where, how, byte] of changes) {
    const at = where % Math.max(changed.length, 1);
    if (how === 0) changed.splice(at, 1);
    else if (how === 1) changed.splice(at, 0, byte);
    else if (how === 2) changed = changed.slice(0, at);
    else if (how === 3) changed.splice(at, byte % 9);
    else changed[at] = byte;
  }
  return Uint8Array.from(changed);
}

/** Events with a few bytes changed, UTF-8 or not. */
export const changedBytes = fc
  .tuple(anyEvent, fc.array(byteChange, { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) => changeBytes(new TextEncoder().encode(text), changes));

/** Nesting around the limit, in places where it matters and where it does not. */
export const deepEvent = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.integer({ min: 495, max: 520 }), weight: 8 },
      { arbitrary: fc.constantFrom(1, 40, 1024, 5000, 70000), weight: 1 },
    ),
    fc.nat(2),
    fc.constantFrom(
      'changes',
      'return',
      'unknown',
      'fun_args',
      'key',
      '_stamp',
      'log',
      'root',
      'unclosed',
      'wrapper',
      'id',
    ),
    fc.nat(3),
  )
  .map(([depth, style, place, quoting]) => {
    const deep = nested(depth, style);
    const state = (changes: string): string => `{"a_|-b_|-c_|-d":{"changes":${changes}}}`;
    const event = (more: string, value = state('{}')): string =>
      `{"jid":"1","id":"m","fun":"state.sls","return":${value}${more}}`;
    switch (place) {
      case 'changes':
        return `{"data":${event('', state(deep))},"tag":"salt/job/1/ret/m"}`;
      case 'return':
        return event('', deep);
      case 'root':
        return deep;
      case 'log':
        return `{"log":${quoted(event('', state(deep)), quoting)}}`;
      case 'wrapper':
        return `{"log":${quoted(event(''), quoting)},"kubernetes":${deep}}`;
      case 'unclosed':
        return event('', deep.slice(0, deep.length >> 1));
      case 'key':
        return `{"return":null,"a":${deep},"b":1}`;
      case 'unknown':
        return event(`,"x":${deep}`);
      default:
        return event(`,"${place}":${deep}`);
    }
  });

const NAME_STARTS = [
  '__id__',
  'name',
  'changes',
  'result',
  'comment',
  '__run_num__',
  '__sls__',
  'duration',
  'start_time',
  'state_id',
  'fun_args',
];
/** Names that begin alike, of every length around a word's: what a scanner that remembers names may mistake. */
const alikeName = fc
  .tuple(
    fc.constantFrom(...NAME_STARTS),
    fc.nat(16),
    fc.constantFrom('', '_', 'x', '__', 'é', '\\u005f', '\\"', ':', ' '),
  )
  .map(([start, length, end]) => `"${start.slice(0, length)}${end}"`);
const gappedMember = fc
  .tuple(alikeName, fc.array(space, { minLength: 4, maxLength: 4 }), anyValue)
  .map(([name, gaps, value]) => {
    return `${gaps[0]}${name}${gaps[1]}:${gaps[2]}${value}${gaps[3]}`;
  });

/** Many states whose members' names are alike, white space differing from member to member. */
export const alikeNames = fc
  .array(fc.array(gappedMember, { maxLength: 6 }), { minLength: 1, maxLength: 12 })
  .map((states) => {
    const members = states.map((each, index) => `"a_|-s${index}_|-c_|-d":{${each.join(',')}}`);
    return `{"jid":"1","id":"m","fun":"state.sls","return":{${members.join(',')}},"_stamp":"s"}`;
  });

/** A state's members, no two of one name and none of the event's, and the text of the event and of the record. */
export const exactState = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.oneof(plainString, alikeName), anyValue), {
      maxLength: 7,
      selector: ([name]) => String(JSON.parse(name)),
    }),
    fc.nat(4),
  )
  .map(([all, style]) => {
    const taken = ['__id__', 'state_id', 'fun_args', 'fun'];
    const members = all
      .filter(([name]) => !taken.includes(JSON.parse(name) as string))
      .map(([name, value]) => `${name}:${value}`);
    const event = `{"jid":"1","id":"m","fun":"state.sls","return":{"a_|-b_|-c_|-d":{${members.join(',')}}}}`;
    const common =
      '"state_name":"a_|-b_|-c_|-d","state_id":"b","minion_id":"m","jid":"1","fun":"state.sls","fun_args":null,"event_type":"state_return"';
    return {
      event: style === 4 ? event : `{"log":${quoted(event, style)}}`,
      record: `{${[...members, common].join(',')}}`,
    };
  });
