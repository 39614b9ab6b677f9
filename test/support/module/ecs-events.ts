// fast-check arbitraries for `flatten_ecs`: members of every type where Salt writes one, and jobs whose true times are
// known.
import fc from 'fast-check';
import { anyValue, plainString, tagName } from './generators.js';

const NUMBERS = [
  ...['0', '7', '-3', '-0', '1.0', '1.5', '0.5e3', '1E-7', '1e9', '12345678901234', '1234567890123456', '0.622'],
  ...['999999999999', '1e12', '999999999999.9999', '123456789012345678901234567890', '9e307', '1e-400', '199.0004'],
  ...['0.0000001', '5e-324', '1002.265', '100000e-2', '0.1', '0.30000000000000004', '-1e3', '3600000', '86400000.5'],
];
const STARTS = [
  ...['09:19:48.350511', '00:00:00.000000', '23:59:59.999999', '12:00:00.5', '12:00:00', '24:00:00.000000', '9:00:00'],
  ...['12:60:00.000000', '12:00:60.000000', '12:00', 'garbage', '', '2026-11-22T12:00:00.000000', '12:00:00.00000x'],
];
const STAMPS = [
  ...['2026-11-22T09:19:49.076174+00:00', '2026-11-22T09:19:49.076174', '2026-11-22T09:19:49.076174Z'],
  ...['2026-11-22T09:19:49.076174+02:00', '2026-01-01T00:00:00.000000-03:30', '2024-02-29T23:59:59.999999+13:00'],
  ...['2026-02-30T09:19:49.076174', '2025-02-29T00:00:00', '2100-02-29T00:00:00Z', '2000-02-29T00:00:00Z', 'garbage'],
  ...[
    '2026-11-22T09:19:49',
    '2026-11-22T09:19:49.1',
    '2026-11-22 09:19:49.076174',
    '2026-11-22',
    '',
    '2026-13-01T00:00:00',
  ],
  ...[
    '2026-11-22T24:00:00',
    '2026-11-22T23:59:60',
    '2026-11-22T12:60:00Z',
    '0001-01-01T00:00:00',
    '0000-01-01T00:00:00',
  ],
  ...['9999-12-31T23:59:59.999999', '9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00', '1970-01-01T00:00:00Z'],
  ...['2026-11-22T09:19:49.123456789Z', '2026-11-22T09:19:49+0200', '2026-11-22T09:19:49+99:99', '2026-00-00T00:00:00'],
];

const text = (...values: readonly unknown[]): fc.Arbitrary<string> =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));
/** Levels and names around the bounds of flattened fields. */
const bounded = fc.oneof(
  fc.tuple(fc.integer({ min: 16, max: 22 }), fc.nat(2)).map(([depth, style]) => {
    const isList = (level: number): boolean => style === 2 && level % 2 === 1;
    const levels = Array.from({ length: depth }, (_, level) => level);
    const open = levels.map((level) => (isList(level) ? '[' : '{"a":')).join('');
    return `${open}"x"${levels
      .map((level) => (isList(level) ? ']' : '}'))
      .reverse()
      .join('')}`;
  }),
  fc.integer({ min: 8180, max: 8200 }).map((length) => `{"${'n'.repeat(length - 4000)}":{"${'é'.repeat(2000)}":1}}`),
  fc
    .tuple(fc.constantFrom('x', 'é', '€', '😀', '\\"', '\\u0001', '\\ud83d\\ude00', '\\u0061'), fc.nat(3))
    .map(([unit, shift]) => `{"a":["${'x'.repeat(shift)}${unit.repeat(18000 / Buffer.byteLength(unit))}",1]}`),
  fc.constantFrom(
    '{"":1}',
    '{"a":{"":1}}',
    '{"\\u0000":1}',
    '{"a\\u0000b":[1]}',
    '{"a":1,"a":2}',
    '{"a":{"b":1,"\\u0062":2}}',
  ),
);
const anything = fc.oneof(
  { arbitrary: anyValue, weight: 4 },
  { arbitrary: fc.constantFrom(...NUMBERS), weight: 2 },
  { arbitrary: text(null, true, false, '', [], {}, ['a', 'b'], { a: null }, 'text\nwith lines'), weight: 4 },
  { arbitrary: bounded, weight: 1 },
);

/** A member's value: mostly of the type that Salt gives it. */
function mostly(usual: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ arbitrary: usual, weight: 4 }, { arbitrary: anything, weight: 1 });
}

/** What a state of `module.run` holds. */
const NESTED = {
  ret: {
    'test_|-in_|-in_|-nop': { result: null, changes: {}, start_time: '12:00:01.000000', duration: 5 },
    'module_|-w_|-w_|-wait': {
      changes: { 'state.apply': { 'pkg_|-b_|-b_|-installed': { comment: 'VALUE_TRIMMED' } } },
    },
  },
};

const members: Readonly<Record<string, fc.Arbitrary<string>>> = {
  name: mostly(text('a', '/srv/x', '')),
  changes: mostly(
    text(NESTED, {}, {}, { diff: 'x' }, { pkg: { old: '', new: '1' } }, 'installed', [], '', ['x'], null),
  ),
  result: mostly(text(true, false, null)),
  comment: mostly(text('Done', '', ['one', 'two'], null)),
  __id__: mostly(text('a', 'é')),
  __sls__: mostly(text('web', 'common.users')),
  __run_num__: mostly(fc.constantFrom('0', '7', ...NUMBERS)),
  start_time: mostly(text(...STARTS)),
  duration: mostly(fc.constantFrom(...NUMBERS)),
  __state_ran__: mostly(text(true, false)),
  skip_watch: mostly(text(true, false)),
  jid: anything,
  salt: anything,
  trace: anything,
  span_id: anything,
  '@timestamp': anything,
  warnings: anything,
  _stamp: text(...STAMPS),
};
const state = fc.record(members, { requiredKeys: [] }).map(
  (each) =>
    `{${Object.entries(each)
      .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
      .join(',')}}`,
);
const KEYS = [
  ...[
    'file_|-/srv/x_|-/srv/x_|-managed',
    'module_|-m_|-m_|-run',
    'pkg_|-nginx_|-nginx_|-installed',
    'user_|-a_|-a_|-present',
  ],
  ...['group_|-a_|-a_|-absent', 'cmd_|-a_|-b_|-c_|-run', '_|-_|-_|-', 'test_|-é_|-😀_|-nop', 'Pkg_|-a_|-b_|-c'],
  ...['pkg\u0000_|-a_|-b_|-c', 'constructor_|-a_|-b_|-toString', '__proto___|-a_|-b_|-__proto__', 'pkg2_|-a_|-b_|-'],
];
const states = fc
  .uniqueArray(fc.tuple(text(...KEYS), state), { maxLength: 6, selector: ([key]) => key })
  .map((each) => `{${each.map(([key, value]) => `${key}:${value}`).join(',')}}`);
const returned = fc.oneof(
  { arbitrary: states, weight: 6 },
  { arbitrary: anything, weight: 1 },
  { arbitrary: state, weight: 1 },
  { arbitrary: text(['a', 'b'], 'one\ntwo', 'VALUE_TRIMMED', ['a', 1], [''], null, false), weight: 1 },
);
const job = fc.oneof(
  { arbitrary: fc.tuple(text('state.sls', 'state.low', 'test.ping', 'custom.wrapper'), returned), weight: 5 },
  { arbitrary: fc.tuple(fc.constant('["state.sls","test.ping"]'), returned), weight: 1 },
  {
    arbitrary: fc
      .tuple(returned, returned)
      .map(([one, two]) => ['["state.sls","state.apply"]', `{"state.sls":${one},"state.apply":${two}}`] as const),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(returned, returned)
      .map(([one, two]) => ['["state.sls","test.ping"]', `[${one},${two}]`] as const),
    weight: 1,
  },
  { arbitrary: returned.map((one) => ['"runner.state.orch"', `{"data":{"master":${one}}}`] as const), weight: 1 },
);
const others = fc.record(
  {
    _stamp: mostly(text(...STAMPS)),
    fun_args: mostly(text([], ['web'], ['web', 7, null, { a: 1 }], null)),
    success: mostly(text(true, false)),
    retcode: mostly(fc.constantFrom('0', '2', '-1', '1.5', '1e3')),
    user: mostly(text('root')),
    out: mostly(text('highstate')),
  },
  { requiredKeys: [] },
);

/** Job returns with values of all types in all members. */
export const hostileEvent = fc
  .tuple(
    job,
    others,
    fc.oneof({ arbitrary: fc.constant(null), weight: 9 }, { arbitrary: tagName, weight: 1 }),
    plainString,
  )
  .map(([[fun, value], more, tag, id]) => {
    const isRun = fun.startsWith('"runner');
    const pairs = Object.entries(more).map(([name, each]) => `${JSON.stringify(name)}:${each}`);
    const data = [
      ...pairs,
      ...(isRun ? [] : ['"cmd":"_return"', `"id":${id}`]),
      '"jid":"1"',
      `"fun":${fun}`,
      `"return":${value}`,
    ];
    const usual = isRun ? 'salt/run/1/ret' : `salt/job/1/ret/${String(JSON.parse(id))}`;
    if (tag === null && !/^[^/]+\/[^/]+\/1\/ret(?:\/[^/]+)?$/.test(usual)) return `{${data.join(',')}}`;
    return `{"data":{${data.join(',')}},"tag":${JSON.stringify(tag ?? usual)}}`;
  });

/** When a state truly ran, as microseconds since 1970 and UTC. */
export interface TrueTime {
  readonly start: number;
  readonly micros: number;
}

/** A job whose true times are known: its event, and the times of its states in the order of the records. */
export interface TimedJob {
  readonly event: string;
  readonly times: readonly TrueTime[];
  /** What `_stamp` is, in microseconds. */
  readonly stamp: number;
}

const MINUTE = 60_000_000;
/** Minutes east of UTC: whole hours, and what there is beside them. */
const ZONES = [0, 60, 120, -300, -480, 345, -210, 330, 525, 765, 780, 840, -720];
/** Beginnings, in UTC: any, and such that midnight, a year's end or a leap day lie near. */
const begin = fc.oneof(
  fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }),
  fc
    .tuple(
      fc.constantFrom(...['2023-12-31', '2024-02-28', '2024-02-29', '2026-02-28', '2000-02-28', '2026-11-22']),
      fc.integer({ min: -90, max: 90 }),
      fc.integer({ min: 0, max: 86399 }),
    )
    .map(([date, minutes, second]) => Date.parse(`${date}T23:59:59Z`) + minutes * 60_000 + (second % 60) * 1000),
);

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

/** A time of day as Salt writes it, of microseconds since 1970 in that zone. */
function clock(micros: number): string {
  const second = Math.floor(micros / 1e6);
  return `${new Date(second * 1000).toISOString().slice(11, 19)}.${digits(micros - second * 1e6, 6)}`;
}

/** A `_stamp` in one of its spellings. */
function spellStamp(micros: number, style: number): string {
  const at = (minutes: number): string => {
    const local = micros + minutes * MINUTE;
    return `${new Date(Math.floor(local / 1e6) * 1000).toISOString().slice(0, 11)}${clock(local)}`;
  };
  return [at(0), `${at(0)}+00:00`, `${at(0)}Z`, `${at(120)}+02:00`, `${at(-210)}-03:30`][style] ?? at(0);
}

/** Jobs of states one after the other, some beside them, in any zone, over midnights; the return a little later. */
export const timedJob: fc.Arbitrary<TimedJob> = fc
  .tuple(
    begin,
    fc.constantFrom(...ZONES),
    fc.array(
      fc.record({
        // Before a state: mostly nothing, seldom hours of a state without times.
        gap: fc.oneof({ arbitrary: fc.nat(2_000_000), weight: 9 }, { arbitrary: fc.nat(90 * MINUTE), weight: 1 }),
        micros: fc.oneof({ arbitrary: fc.nat(3_000_000), weight: 5 }, { arbitrary: fc.nat(100 * MINUTE), weight: 1 }),
        isParallel: fc.nat(4).map((each) => each === 0),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    // From the last state's end to the stamp, the clocks' difference included.
    fc.oneof(fc.nat(5_000_000), fc.integer({ min: 1 - 2 * MINUTE, max: 13 * MINUTE })),
    fc.nat(4),
    fc.nat(2),
    fc.nat(999),
  )
  .map(([ms, zone, steps, lag, style, shape, micros]) => {
    let now = ms * 1000 + micros;
    const times: TrueTime[] = [];
    for (const { gap, micros: length, isParallel } of steps) {
      // A parallel state is listed where it was begun, and what comes behind it does not wait.
      times.push({ start: now + gap, micros: length });
      now += gap + (isParallel ? 0 : length);
    }
    const end = Math.max(...times.map((time) => time.start + time.micros));
    // Salt may list what ran side by side in another order.
    const listed = shape === 2 && isClose(times) ? [...times].reverse() : times;
    const each = listed.map(({ start, micros: length }, index) => [
      `test_|-s${index}_|-s${index}_|-nop`,
      { result: true, changes: {}, start_time: clock(start + zone * MINUTE), duration: length / 1000 },
    ]);
    // As one function's return, or as two functions'.
    const half = each.length >> 1;
    const isMulti = shape === 1 && half > 0;
    const [one, two] = [Object.fromEntries(each.slice(0, half)), Object.fromEntries(each.slice(half))] as [
      object,
      object,
    ];
    const stamp = end + lag;
    const data = {
      ...{ cmd: '_return', id: 'm', jid: '1', fun: isMulti ? ['state.sls', 'state.apply'] : 'state.sls' },
      return: isMulti ? { 'state.sls': one, 'state.apply': two } : { ...one, ...two },
      _stamp: spellStamp(stamp, style),
    };
    return { event: JSON.stringify({ data, tag: 'salt/job/1/ret/m' }), times: listed, stamp };
  });

/** Whether all states began within an hour: then the first listed need not be the first begun. */
function isClose(times: readonly TrueTime[]): boolean {
  const starts = times.map(({ start }) => start);
  return Math.max(...starts) - Math.min(...starts) < 60 * MINUTE;
}
