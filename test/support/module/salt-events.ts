// fast-check arbitraries of events as Salt means them: states of every kind, summaries, jobs of several functions,
// secrets in all places, large values. generators.ts has what breaks scanners; this has what options decide on.
import fc from 'fast-check';
import { quoted } from './generators.js';
import { requisiteStates } from './generators/requisites.js';

type Json = unknown;

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{15}$/);
const hex = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map((all) => all.join(''));
const alnum = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'ABCDEFGHJKabcdefghjk0123456789'), { minLength: length, maxLength: length })
    .map((all) => all.join(''));

const SECRET_NAMES = [
  ...[
    'password',
    'DB_PASSWORD',
    'db-password',
    'passwd',
    'ssh_passphrase',
    'pwd',
    'my_pwd',
    'pwd-old',
    'client_secret',
  ],
  ...['X-Auth-Token', 'apiKey', 'api_key', 'AccessKey', 'account-key', 'private_key', 'credentials', 'Authorization'],
  ...['proxy-authorization', 'Cookie', 'set-cookie', 'psk', 'connectionString', 'encryption-key', 'secret1'],
];
const PLAIN_NAMES = [
  ...['old', 'new', 'mode', 'user', 'license', 'licence', 'x-y', 'my_key', 'sshkey', 'zz', 'é', 'key', 'a.b'],
];
const secretName = fc.constantFrom(...SECRET_NAMES);

const phrase = fc.oneof(
  fc.tuple(secretName, fc.constantFrom('=', ': '), token).map((each) => each.join('')),
  fc.tuple(secretName, token).map(([name, value]) => `"${name}": "${value}"`),
  fc.tuple(secretName, token).map(([name, value]) => `{'x': 1, '${name}': '${value}'}`),
  fc.tuple(secretName, token).map(([name, value]) => `--${name} ${value}`),
  fc.tuple(fc.constantFrom('Bearer', 'Basic'), token).map((each) => each.join(' ')),
  token.map((value) => `https://deploy:${value}@git.example.com/x.git`),
  alnum(64).map((value) => `-----BEGIN RSA PRIVATE KEY-----\n${value}\n-----END RSA PRIVATE KEY-----`),
  fc.array(fc.constantFrom(...'ABCDEFGH0123'), { minLength: 16, maxLength: 16 }).map((each) => `AKIA${each.join('')}`),
  alnum(36).map((value) => `ghp_${value}`),
  alnum(20).map((value) => `glpat-${value}`),
  fc.tuple(alnum(20), alnum(30), alnum(43)).map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`),
  hex(64).map((value) => `dop_v1_${value}`),
);
const PLAIN = [
  ...[
    '',
    'Success!',
    'Service nginx is running',
    'a=b c: d',
    'Password changed',
    'é€😀',
    'line\nline\ttab',
    'x'.repeat(40),
  ],
  ...[
    'State test_|-a was not run',
    '"quoted" \\ back',
    'tokens',
    '@@ -1 +1 @@\n-a\n+b\n',
    '--force yes',
    'http://a.b/c',
  ],
];
const comment = fc.oneof(
  { arbitrary: fc.constantFrom(...PLAIN), weight: 6 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom('', 'run ', 'é\n', 'x, '), phrase, fc.constantFrom('', ' end', '\nnext line', ' é'))
      .map((each) => each.join('')),
    weight: 2,
  },
);

const { value } = fc.letrec<{ value: Json; object: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: comment, weight: 4 },
    { arbitrary: fc.constantFrom(null, true, false, 0, 7, -1.5, {}, [], ''), weight: 3 },
    { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 1 },
    { arbitrary: tie('object'), weight: 3 },
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...SECRET_NAMES, ...PLAIN_NAMES, ...PLAIN_NAMES, 'diff', 'diff'), tie('value')), {
      maxLength: 4,
    })
    .map((members) => Object.fromEntries(members)),
}));

const changes = fc.oneof(
  { arbitrary: fc.constant({}), weight: 4 },
  { arbitrary: fc.constantFrom(null, '', [], 'changed', false, 3, ['x']), weight: 2 },
  {
    arbitrary: fc.dictionary(fc.constantFrom(...PLAIN_NAMES, ...SECRET_NAMES, 'diff'), value, { maxKeys: 3 }),
    weight: 4,
  },
  { arbitrary: comment.map((diff) => ({ diff, nested: { diff, mode: '0644' } })), weight: 1 },
);

/** Members that are there or not. */
function some(members: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<Record<string, Json>> {
  return fc.record(members, { requiredKeys: [] });
}

const state = fc
  .tuple(
    fc.record({ changes, result: fc.constantFrom(true, true, false, false, null, null, 'x') }, { requiredKeys: [] }),
    some({
      name: fc.constantFrom('a', '/srv/x', 'nginx', 'é'),
      comment,
      __id__: fc.constantFrom('a', 'b', 'é', 'nginx', 'set password=abcdefgh'),
      __sls__: fc.constantFrom('web', 'web', 'common.users', 'é', 7),
      duration: fc.constantFrom(0, 0.622, 12.5, 199, 1234.567, 5, 5, -1, 1e12, 9e11, '5 ms', null, 1e-7),
      __run_num__: fc.nat(99),
      start_time: fc.constant('09:19:48.350511'),
    }),
    some({ __state_ran__: fc.boolean(), skip_watch: fc.boolean() }),
    some({
      success: fc.boolean(),
      retcode: fc.nat(2),
      event_id: fc.constant('own'),
      trace_id: fc.constantFrom('own', null, {}),
      span_id: fc.constantFrom('own', 7, ['own']),
      env: fc.constant('own'),
      warnings: value,
    }),
    fc.dictionary(fc.constantFrom(...SECRET_NAMES, ...PLAIN_NAMES), value, { maxKeys: 2 }),
  )
  .map((parts) => Object.assign({}, ...parts.slice().reverse()) as Record<string, Json>);

const stateKey = fc.constantFrom(
  ...[
    'file_|-a_|-/srv/x_|-managed',
    'file_|-b_|-/srv/y_|-managed',
    'cmd_|-a_|-echo "x"_|-run',
    'pkg_|-é_|-😀_|-installed',
  ],
  ...[
    'service_|-nginx_|-nginx_|-running',
    'cmd_|-c_|-curl --token abcdefghijkl_|-run',
    'test_|-a_|-b_|-c_|-nop',
    'a_|-b_|-c_|-d',
  ],
  ...['cmd_|-z_|-\u0000_|-run', 'test_|-web_|-web_|-nop'],
);
const states: fc.Arbitrary<Record<string, Json>> = fc.oneof(
  { arbitrary: fc.dictionary(stateKey, state, { maxKeys: 5 }), weight: 3 },
  { arbitrary: requisiteStates, weight: 1 },
);
const withOthers = fc.tuple(
  states,
  fc.dictionary(fc.constantFrom('other', 'a_|-b', 'retcode', 'token'), value, { maxKeys: 2 }),
);
const failure = fc.oneof(
  comment.map((text) => [`Rendering SLS 'base:x' failed: ${text}`]),
  fc.constantFrom('VALUE_TRIMMED', 'ERROR', null, false, [], {}, { 'a_|-b_|-c_|-d': 'VALUE_TRIMMED' }),
  value,
);
/** What Uyuni's action chains return: states of `module.run` that hold what they ran. */
const nested = fc
  .tuple(state, states, fc.constantFrom('ret', 'state.apply'), fc.constantFrom('run', 'wait', 'runs'), fc.boolean())
  .map(([outer, inner, name, how, isDeep]) => {
    const call = { ...outer, changes: { [name]: inner } };
    const held = isDeep ? { ...outer, changes: { ret: { 'module_|-i_|-state.sls_|-run': call } } } : call;
    return { [`module_|-m_|-state.apply_|-${how}`]: held, ...inner };
  });
const returned = fc.oneof(
  { arbitrary: states, weight: 6 },
  { arbitrary: nested, weight: 1 },
  { arbitrary: withOthers.map(([some_, others]) => ({ ...some_, ...others })), weight: 1 },
  { arbitrary: failure, weight: 3 },
  { arbitrary: state, weight: 1 },
);

const STATE_FUNCTIONS = [
  ...['state.sls', 'state.apply', 'state.highstate', 'state.low', 'state.single', 'state.test', 'chroot.sls'],
  ...['transactional_update.apply', 'mgractionchains.start'],
];
const OTHER_FUNCTIONS = [
  'test.ping',
  'cmd.run',
  'mine.update',
  'saltutil.find_job',
  'custom.wrapper',
  'state.show_top',
  'é',
];
const fun = fc.oneof(fc.constantFrom(...STATE_FUNCTIONS), fc.constantFrom(...STATE_FUNCTIONS, ...OTHER_FUNCTIONS));
const args = fc.array(
  fc.oneof(
    comment,
    fc.constantFrom('web', 7, null),
    value,
    value.map((pillar) => ({ __kwarg__: true, pillar })),
  ),
  { maxLength: 3 },
);

const single = fc.record({ fun, return: returned }).map((each) => each as Record<string, Json>);
const keyed = fc
  .tuple(fc.array(fun, { minLength: 1, maxLength: 3 }), fc.array(returned, { minLength: 3, maxLength: 3 }), fc.nat(9))
  .map(([functions, values, how]) => {
    if (how === 0) return { fun: functions, return: values[0] };
    const more = how === 1 ? [...functions, 'state.top'] : functions;
    return { fun: functions, return: Object.fromEntries(more.map((name, index) => [name, values[index % 3]])) };
  });
const ordered = fc
  .tuple(fc.array(fun, { minLength: 1, maxLength: 4 }), fc.array(returned, { maxLength: 4 }))
  .map(([functions, values]) => ({ fun: functions, return: values }));
const runner = fc
  .tuple(
    fc.constantFrom(
      ...['runner.state.orchestrate', 'runner.state.orch', 'runner.jobs.active', 'runner.test.arg'],
      ...['runner.jobs.lookup_jid', 'runner.salt.execute', 'runner.state.orchestrate_single'],
    ),
    fc.oneof(
      {
        arbitrary: fc
          .dictionary(fc.constantFrom('master_master', 'm2'), returned, { maxKeys: 2 })
          .map((data) => ({ data, retcode: 0 })),
        weight: 4,
      },
      {
        arbitrary: fc.tuple(returned, fc.constantFrom(0, 'x', null, [])).map(([value_, retcode]) => ({
          data: { m2: value_, retcode },
          outputter: 'highstate',
        })),
        weight: 1,
      },
      { arbitrary: returned, weight: 2 },
      { arbitrary: fc.dictionary(fc.constantFrom('web-01', 'm2', 'outputter'), returned, { maxKeys: 2 }), weight: 1 },
    ),
  )
  .map(([name, value_]) => ({ fun: name, return: value_ }));

const JID = '20261122091947512388';
const STAMP = '2026-11-22T09:19:49.076174+00:00';
const more = some({
  fun_args: fc.oneof(args, fc.array(args, { maxLength: 3 }), fc.constantFrom(null, 'web', {})),
  _stamp: fc.constant(STAMP),
  success: fc.boolean(),
  retcode: fc.oneof(fc.nat(3), value),
  user: fc.constantFrom('root', 'sudo_deploy', 'password=abcdefgh'),
  tgt: fc.constantFrom('*', ['a', 'b']),
  out: fc.constant('highstate'),
  metadata: value,
  'my-Secret': value,
  __run_num__: fc.nat(1),
});

type Wrap = 'envelope' | 'bare' | 'masterless';
const jobReturn = fc
  .tuple(
    fc.oneof({ arbitrary: single, weight: 6 }, { arbitrary: keyed, weight: 2 }, { arbitrary: ordered, weight: 2 }),
    more,
    fc.constantFrom<Wrap>('envelope', 'envelope', 'envelope', 'bare', 'masterless'),
    fc.constantFrom('web-01', 'é-02', 'db\u000003'),
    fc.constantFrom(JID, JID, JID, 'nocache', 'req', `${JID}_12`),
    fc.nat(20),
  )
  .map(([job, others, wrap, id, jid, whose]): Json => {
    const data = { ...others, id, jid, ...job };
    if (wrap === 'masterless') return data;
    if (wrap === 'bare') return { cmd: '_return', ...data };
    // Seldom the tag of another.
    const tag = `salt/job/${whose === 0 ? JID : jid}/ret/${whose === 1 ? 'web-01' : id}`;
    return { data: { cmd: '_return', ...data }, tag };
  });
/** What the master's own scheduler ran. */
const scheduled = fc
  .tuple(runner, more, fc.constantFrom('_return', '_return', '_minion_event'), fc.constantFrom('req', 'nocache', JID))
  .map(([job, others, cmd, jid]): Json => ({
    data: { ...others, cmd, id: 'x_master', jid, ...job, fun: job.fun.replace('runner.', '') },
    tag: '__schedule_return',
  }));
/** A host that `salt-ssh` could not log in to. */
const unreachable = fc
  .tuple(more, fun, some({ stdout: comment, stderr: comment, retcode: fc.constantFrom(255, 1) }), fc.boolean())
  .map(([others, name, said, isTagged]): Json => {
    const data = { ...others, ...said, id: 'web-01', fun: name, jid: JID };
    return isTagged ? { data, tag: `salt/job/${JID}/ret/web-01` } : data;
  });
const runnerReturn = fc.tuple(runner, more).map(([job, others]): Json => ({
  tag: 'salt/run/20261122091947512388/ret',
  data: { ...others, jid: '20261122091947512388', ...job },
}));
const otherEvent = fc
  .tuple(
    fc.constantFrom('salt/auth', 'salt/job/1/new', 'minion_start', 'salt/job/1/prog/web-01/3', 'salt/run/1/new'),
    fc.dictionary(fc.constantFrom(...SECRET_NAMES, ...PLAIN_NAMES, 'jid', 'pub', '_stamp', 'id'), value, {
      maxKeys: 4,
    }),
  )
  .map(([tag, data]): Json => ({ tag, data }));

/** A value's text: compact, as Python writes it, over many lines, or in ASCII. */
function spell(json: Json, style: number): string {
  const compact = JSON.stringify(json);
  if (style === 1) return compact.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (each) => (each.length === 1 ? `${each} ` : each));
  if (style === 2) return JSON.stringify(json, null, 2);
  if (style !== 3) return compact;
  return compact.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as text in one of those spellings, as it is or in `log`. */
function written(json: fc.Arbitrary<Json>): fc.Arbitrary<string> {
  return fc.tuple(json, fc.nat(3), fc.nat(7)).map(([each, style, how]) => {
    const text = spell(each, style);
    return how < 5 ? text : `{"log":${quoted(how === 5 ? text : `${text}\n`, how - 5)},"file":"events"}`;
  });
}

/** Events of all kinds. */
export const saltEvent = written(
  fc.oneof(
    { arbitrary: jobReturn, weight: 8 },
    { arbitrary: runnerReturn, weight: 2 },
    { arbitrary: scheduled, weight: 1 },
    { arbitrary: unreachable, weight: 1 },
    { arbitrary: otherEvent, weight: 2 },
  ),
);

const filling = fc.oneof(
  fc
    .tuple(fc.constantFrom('x', 'é', '€', '😀', '"', '\\', '\u0001', 'ab\n', '漢字'), fc.nat(6000))
    .map(([unit, times]) => unit.repeat(times)),
  fc.nat(400).map((times) => Array.from({ length: times }, (_, index) => index * 7)),
  fc
    .tuple(fc.nat(120), comment)
    .map(([times, text]) => Array.from({ length: times }, (_, index) => ({ [`k${index}`]: text, n: index }))),
  fc
    .nat(200)
    .map((times) =>
      Object.fromEntries(
        Array.from({ length: times }, (_, index) => [`name${index}`, { old: index, new: 'é'.repeat(index % 40) }]),
      ),
    ),
  fc.tuple(fc.nat(20), fc.nat(5000)).map(([depth, length]) => {
    let deep: Json = 'z'.repeat(length);
    for (let level = 0; level < depth; level++) deep = level % 2 === 0 ? [level, deep] : { a: 1, b: deep };
    return deep;
  }),
);
const bulkyState = fc
  .tuple(
    state,
    some({
      changes: filling,
      comment: filling,
      name: filling,
      warnings: filling,
      a: filling,
      b: filling,
      trace_id: filling,
    }),
    fc.nat(30),
    fc.nat(600),
  )
  .map(([each, large, count, length]) => {
    // Seldom a state of so many members that cutting cannot help.
    const many = count === 0 ? length * 2 : count < 4 ? length % 20 : 0;
    const added = Object.fromEntries(
      Array.from({ length: many }, (_, index) => [`m${index}`, 'v'.repeat(index % 300)]),
    );
    return { ...each, ...large, ...added };
  });

/** Job returns with values so large that `max_bytes` cuts them. */
export const bulkyEvent = written(
  fc
    .tuple(
      fc.oneof(
        { arbitrary: fc.dictionary(stateKey, bulkyState, { minKeys: 1, maxKeys: 2 }), weight: 4 },
        { arbitrary: filling, weight: 1 },
      ),
      more,
      some({ fun_args: filling, metadata: filling }),
      fc.constantFrom('state.sls', 'test.ping'),
    )
    .map(([value_, others, large, name]): Json => ({
      data: {
        ...others,
        ...large,
        cmd: '_return',
        id: 'web-01',
        jid: '20261122091947512388',
        fun: name,
        return: value_,
      },
      tag: 'salt/job/20261122091947512388/ret/web-01',
    })),
);
