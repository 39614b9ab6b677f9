// Arbitraries of what a job returns, and of the members beside it.
import fc from 'fast-check';
import { anyKey, anyValue, looseValue, objectOf, objectText, spelled } from './json.js';

const STATE_MEMBERS = [
  ...['name', 'changes', 'result', 'comment', '__id__', '__sls__', '__run_num__', 'start_time', 'duration', 'warnings'],
  ...[
    'state_name',
    'state_id',
    'minion_id',
    'jid',
    'fun',
    'fun_args',
    'event_type',
    '_stamp',
    '__proto__',
    'trimmed',
    'parent_state',
    'truncated',
  ],
];
const stateMember = fc.oneof(
  { arbitrary: fc.constantFrom(...STATE_MEMBERS).chain((name) => fc.tuple(spelled(name), looseValue)), weight: 5 },
  { arbitrary: fc.tuple(anyKey, anyValue), weight: 1 },
);
const stateResult = objectOf(fc.array(stateMember, { maxLength: 8 }));

const STATE_KEYS = [
  ...['test_|-a_|-a_|-nop', 'test_|-b_|-b_|-nop', 'file_|-/srv/x_|-/srv/x_|-managed', 'pkg_|-é_|-😀_|-installed'],
  ...['cmd_|-a_|-b_|-c_|-run', '_|-_|-_|-', 'a_|-|-b_|-c_|-d', '_|-a_|-_|-', 'a_|-b_|_|-c_|-d', 'a__|-b_|--c_|-d'],
  ...['module_|-m_|-state.apply_|-run', 'module_|-w_|-a_|-b_|-wait', 'module_|-m_|-m_|-runs', 'xmodule_|-m_|-m_|-run'],
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

/** State results whose states are made by `inner`. */
const resultsOf = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  objectOf(
    fc.array(
      fc.oneof(
        { arbitrary: fc.tuple(stateKey, inner), weight: 6 },
        { arbitrary: fc.tuple(stateKey, anyValue), weight: 1 },
        { arbitrary: fc.tuple(nearStateKey, anyValue), weight: 1 },
        { arbitrary: fc.tuple(nearStateKey, inner), weight: 1 },
      ),
      { maxLength: 5 },
    ),
  );

/** A state whose `changes` hold state results, as those of `module.run` do. */
const holding = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(stateMember, { maxLength: 3 }),
      spelled('changes'),
      fc.array(fc.tuple(fc.constantFrom('"ret"', '"state.apply"', '"state.sls"', '"x"'), resultsOf(inner)), {
        maxLength: 2,
      }),
      fc.array(stateMember, { maxLength: 1 }),
    )
    .map(([before, name, held, after]) => objectText([...before, [name, objectText(held, '')], ...after], ''));
const callKey = fc
  .constantFrom('module_|-m_|-state.apply_|-run', 'module_|-w_|-a_|-b_|-wait', 'test_|-m_|-m_|-run')
  .chain(spelled);
/** States that hold states, and those again. */
const nestedResults = objectOf(
  fc.array(fc.tuple(callKey, fc.oneof(holding(stateResult), holding(fc.oneof(stateResult, holding(stateResult))))), {
    minLength: 1,
    maxLength: 3,
  }),
);

const stateResults = fc.oneof(
  { arbitrary: resultsOf(stateResult), weight: 8 },
  { arbitrary: nestedResults, weight: 1 },
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
  ...['state.test', 'state.request', 'state.run_request', 'transactional_update.apply', 'transactional_update.pkg'],
  ...['chroot.highstate', 'chroot.single', 'dockermod.sls', 'docker.apply', 'docker.single', 'mgractionchains.start'],
  ...['runner.state.orchestrate', 'runner.state.orch', 'runner.state.sls', 'runner.jobs.active', 'runner.', 'runner'],
  ...['runner.state.orchestrate_single', 'runner.state.orchestrate_high', 'runner.state.orchestrate_show_sls'],
  ...['runner.jobs.lookup_jid', 'runner.salt.execute', 'state.orchestrate', 'state.orch', 'state.orchestrate_high'],
];
const functionName = fc.oneof(
  { arbitrary: fc.constantFrom('state.sls', 'state.apply', 'state.low', 'test.ping', 'state.high'), weight: 5 },
  { arbitrary: fc.constantFrom(...FUNCTIONS), weight: 5 },
  { arbitrary: fc.constantFrom('__proto__', 'constructor', 'é', 'a"b'), weight: 1 },
);
const functionLiteral = functionName.chain(spelled);
const functionList = fc.array(functionLiteral, { maxLength: 4 }).map((each) => `[${each.join(' , ')}]`);
export const fun = fc.oneof(
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
export const returned = fc.oneof(
  { arbitrary: part, weight: 8 },
  { arbitrary: byFunction, weight: 3 },
  { arbitrary: partList, weight: 1 },
  { arbitrary: runnerReturn, weight: 2 },
);

export const jid = fc.oneof(
  { arbitrary: fc.constant('"20261122104126277444"'), weight: 15 },
  {
    arbitrary: fc.constantFrom('"nocache"', '"req"', '"20261122104126277444_12"', '"2026112210412627744\\u0034"'),
    weight: 3,
  },
  { arbitrary: anyValue, weight: 1 },
);
export const minionId = fc.oneof(
  { arbitrary: fc.constantFrom('"web-01"', '"web\\u002d01"'), weight: 15 },
  { arbitrary: fc.constantFrom('"é\\"x"', '""', '"\\u0041"', '"web-02"'), weight: 3 },
  { arbitrary: anyValue, weight: 1 },
);
export const funArgs = fc.oneof(
  { arbitrary: fc.array(looseValue, { maxLength: 4 }).map((each) => `[${each.join(',')}]`), weight: 4 },
  { arbitrary: anyValue, weight: 1 },
);
export const stamp = fc.oneof(
  { arbitrary: fc.constant('"2026-11-22T10:41:26.542660+00:00"'), weight: 4 },
  { arbitrary: anyValue, weight: 1 },
);
export const command = fc.oneof(
  { arbitrary: fc.constant('"_return"'), weight: 6 },
  { arbitrary: fc.constantFrom('"_minion_event"', 'null', '"\\u005freturn"', '""', '{}'), weight: 1 },
);

/** A member that is mostly there once, seldom missing or there twice. */
export function member(
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

export const noise = fc.array(
  fc.oneof(
    {
      arbitrary: fc.tuple(
        fc.constantFrom(
          '"user"',
          '"out"',
          '"retcode"',
          '"stdout"',
          '"stderr"',
          '"schedule"',
          '"success"',
          '"ts"',
          '"host"',
          '"@timestamp"',
          '"tags"',
        ),
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
