// Options for the tests: a table of sets that each have a reason, and fast-check arbitraries of any.
import fc from 'fast-check';
import type { Options } from '../../oracle/options.js';

/** Sets that real events are put through. */
export const OPTION_SETS: Readonly<Record<string, Options>> = {
  'no options': {},
  'only changed': { only: 'changed' },
  'only failed': { only: 'failed' },
  'only notable': { only: 'notable' },
  'some functions': { functions: { include: ['state.*', 'runner.*'], exclude: ['*.highstate', 'state.sls_i?'] } },
  'no function': { functions: { include: ['none'] } },
  'states left out by key, id and sls': { states: { exclude: ['file_|-*', 's000?', 'web.*', '*nop'] } },
  'all returns': { returns: 'all' },
  'all returns, none passed over': { returns: 'all', returns_ignore: [] },
  'all returns but some': { returns: 'all', returns_ignore: ['test.*', 'cmd.run'] },
  'other events too': { other_events: 'pass' },
  'other events too, secrets masked': { other_events: 'pass', redact: true },
  'everything there is': { other_events: 'pass', returns: 'all', returns_ignore: [], summary: true, id: true },
  summaries: { summary: true },
  'summaries of changes': { summary: true, only: 'changed', states: { exclude: ['*s0*'] } },
  causes: { causes: true },
  'causes and all else': { causes: true, summary: true, id: true, redact: true, returns: 'all' },
  'members of the job': { job_members: ['success', 'retcode', 'user', 'tgt', 'out', 'cmd'] },
  'constants and members of the job': {
    add: { dc: 'fra1', rack: 7, live: true, ratio: -1.5e-3, note: 'é "quoted"' },
    job_members: ['retcode'],
  },
  'text for changes': { changes: 'text' },
  'text for both': { changes: 'text', fun_args: 'text' },
  ids: { id: true, summary: true, returns: 'all' },
  traces: { trace: true, summary: true, returns: 'all', other_events: 'pass' },
  'traces of a master, secrets masked': { trace: true, id: false, add: { master: 'm\u00fcnchen' }, redact: true },
  'traces and ids of a master that is a number': { trace: true, id: true, add: { dc: 'fra1', master: 7 } },
  'traces in short records': { trace: true, max_bytes: { member: 256, record: 8192 }, returns: 'all', summary: true },
  'secrets masked': { redact: true },
  'secrets masked by more and fewer names': {
    redact: { members: ['old', '*_stat*'], keep: ['*token*'], diffs: 'hash' },
  },
  'names alone': { redact: { defaults: false, members: ['new', 'ret'], strings: false, diffs: 'drop' } },
  'secrets masked, then text': { redact: { members: ['n?w'], diffs: 'drop' }, changes: 'text', fun_args: 'text' },
  'short members': { max_bytes: { member: 256 } },
  'short members, as text': { max_bytes: { member: 300 }, changes: 'text', returns: 'all', id: true },
  'short records': { max_bytes: { record: 8192 }, returns: 'all', summary: true },
  'all at once': {
    only: 'notable',
    causes: true,
    functions: { exclude: ['test.*'] },
    states: { exclude: ['*_|-b_|-*'] },
    returns: 'all',
    other_events: 'pass',
    summary: true,
    job_members: ['success', 'retcode', 'out'],
    add: { dc: 'fra1' },
    changes: 'text',
    fun_args: 'text',
    id: true,
    trace: true,
    redact: { diffs: 'hash' },
    max_bytes: { member: 512, record: 9000 },
  },
};

const GLOBS = [
  ...['*', '?', '**', 'state.*', 'state.sls', 'state.sl?', 'state.l*w', 'test.*', '*.*', 'runner.*', 'runner.state.*'],
  ...['test.ping,*', '*,state.sls', 'custom.?rapper', 'é', 'é*', '????????', 'STATE.*', 'state+sls', '[a-z]*', 's*.*s'],
  ...['file_|-*', '*_|-managed', 'web', 'w?b', 'common.*', '*_|-a_|-*', '*|*|*|*', 'cmd*run', '*/x', '?_|-b*', '*"*'],
  ...['state.sls*', '*state.sls', 'a', 'b', 'nginx', '*€*', '😀*', '*?😀?*', '(a|b)', '.*', '^*', '\\*', '*a*a*'],
];
const globs = fc.oneof(
  fc.array(fc.constantFrom(...GLOBS), { maxLength: 3 }),
  fc.array(fc.stringMatching(/^[a-c*?._|-]{1,8}$/), { maxLength: 2 }),
);

const SECRET_GLOBS = [
  ...['licen?e', 'old', 'NEW', 'x-*', '*_y', 'my_key', 'user', 'z*z', 'sshKEY', '*p*w*', 'comm*', 'trace_*', 'é'],
];
const KEEP_GLOBS = ['*token*', 'Pwd', 'db-password', 'x_*', '*auth*', 'secret?', 'cookie', 'comment'];
const secretGlobs = (names: readonly string[]): fc.Arbitrary<string[]> =>
  fc.array(fc.constantFrom(...names), { maxLength: 3 });

const redact = fc.oneof(
  fc.boolean(),
  fc.record(
    {
      members: secretGlobs(SECRET_GLOBS),
      keep: secretGlobs(KEEP_GLOBS),
      defaults: fc.boolean(),
      strings: fc.boolean(),
      diffs: fc.constantFrom('keep', 'drop', 'hash'),
    },
    { requiredKeys: [] },
  ),
);

const JOB_MEMBERS = [
  ...['success', 'retcode', 'user', 'tgt', 'tgt_type', 'out', 'metadata', 'cmd', 'missing', 'warnings', 'my-Secret'],
  ...['host', '@timestamp', 'X_1-a', 'tags', 'full_return', 'n'.repeat(64)],
];
const ADDED = ['env', 'dc', 'x-y', '@_', '__a', 'warnings', 'host', 'password', 'master', 'master'];
const constant = fc.oneof(
  fc.constantFrom('fra1', '', 'é "q" \\ \n', '😀', '\u0001', 'a/b', '\0', 'x\ud83d'),
  fc.constantFrom(0, -1.5, 1e21, 7, 123456789, 0.001),
  fc.boolean(),
);
const names = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...JOB_MEMBERS), { maxLength: 5 }),
    fc.uniqueArray(fc.tuple(fc.constantFrom(...ADDED), constant), { maxLength: 3, selector: ([name]) => name }),
  )
  .map(([jobMembers, add]) => ({
    job_members: jobMembers,
    add: Object.fromEntries(add.filter(([name]) => !jobMembers.includes(name))),
  }));

const maxBytes = fc.record(
  {
    member: fc.oneof(fc.constantFrom(256, 257, 300, 1000), fc.integer({ min: 256, max: 20000 })),
    record: fc.oneof(fc.constantFrom(8192, 8193, 10000), fc.integer({ min: 8192, max: 40000 })),
  },
  { requiredKeys: [] },
);

/** Mostly so that some functions are left. */
const functions = fc
  .record(
    { include: globs.map((each) => [...each, 's*', '*.l*']), exclude: fc.oneof(fc.constant([]), globs) },
    { requiredKeys: [] },
  )
  .map((each) => ({ functions: each }));

const rest = fc.record(
  {
    only: fc.constantFrom('all', 'changed', 'failed', 'notable'),
    states: fc.record({ exclude: globs }, { requiredKeys: [] }),
    returns: fc.constantFrom('states', 'all'),
    returns_ignore: globs,
    other_events: fc.constantFrom('drop', 'pass'),
    summary: fc.boolean(),
    causes: fc.boolean(),
    changes: fc.constantFrom('json', 'text'),
    fun_args: fc.constantFrom('json', 'text'),
    id: fc.boolean(),
    trace: fc.boolean(),
    redact,
  },
  { requiredKeys: [] },
);

/** Any options but `max_bytes`. */
export const options: fc.Arbitrary<Options> = fc
  .tuple(rest, fc.option(names, { nil: {} }), fc.oneof(fc.constant({}), fc.constant({}), fc.constant({}), functions))
  .map(([each, named, functions_]) => ({ ...each, ...named, ...functions_ }));

/** Any options, `max_bytes` among them. */
export const cuttingOptions: fc.Arbitrary<Options> = fc
  .tuple(options, maxBytes)
  .map(([each, limits]) => ({ ...each, max_bytes: limits }));
