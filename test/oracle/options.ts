// The options file as docs/options.md has it, defaults filled in, and its globs.
import { anyGlob } from './globs.js';
import { namesOf } from './redact/names.js';
import { GROUPS, type Group, type TextSettings } from './redact/text.js';

export interface RedactOptions {
  readonly members?: readonly string[];
  readonly keep?: readonly string[];
  readonly defaults?: boolean;
  readonly strings?: boolean;
  readonly diffs?: 'keep' | 'drop' | 'hash';
  readonly without?: readonly Group[];
  readonly names?: readonly string[];
  readonly files?: readonly string[];
}

/** What may stand in `saltflat.json`. */
export interface Options {
  readonly only?: 'all' | 'changed' | 'failed' | 'notable';
  readonly functions?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  readonly states?: { readonly exclude?: readonly string[] };
  readonly returns?: 'states' | 'all';
  readonly returns_ignore?: readonly string[];
  readonly other_events?: 'drop' | 'pass';
  readonly summary?: boolean;
  readonly causes?: boolean;
  readonly job_members?: readonly string[];
  readonly add?: Readonly<Record<string, string | number | boolean>>;
  readonly changes?: 'json' | 'text';
  readonly fun_args?: 'json' | 'text';
  readonly id?: boolean;
  readonly trace?: boolean;
  readonly redact?: boolean | RedactOptions;
  readonly max_bytes?: { readonly member?: number; readonly record?: number };
}

/** No options: each is as it is by default. */
export const DEFAULTS: Options = {};

type Test = (text: string) => boolean;

/** The options as the oracle asks for them. */
export interface Settings {
  readonly only: NonNullable<Options['only']>;
  /** Whether returns of a function are wanted. */
  readonly isFunction: Test;
  /** Whether a state's name, id or `__sls__` is one to leave out. */
  readonly isExcludedState: Test;
  readonly returnsAll: boolean;
  /** Whether `returns: all` passes over a function. */
  readonly isIgnored: Test;
  readonly pass: boolean;
  readonly summary: boolean;
  readonly causes: boolean;
  readonly jobMembers: readonly string[];
  readonly add: Readonly<Record<string, string | number | boolean>>;
  readonly changesText: boolean;
  readonly funArgsText: boolean;
  readonly id: boolean;
  readonly trace: boolean;
  readonly redact: RedactSettings | null;
}

export interface RedactSettings extends TextSettings {
  /** Whether a file of this name holds secrets. */
  readonly isSecretFile: Test;
  readonly diffs: NonNullable<RedactOptions['diffs']>;
}

const RETURNS_IGNORE = ['mine.*', 'saltutil.find_job', 'saltutil.is_running', 'saltutil.running'];
/** Files whose diffs are dropped. */
const SECRET_FILES = (
  '*/shadow */shadow- */gshadow */.netrc */.pgpass */.htpasswd */.vault-token */.git-credentials */.erlang.cookie ' +
  '*/sasl_passwd */userlist.txt */chap-secrets */pap-secrets */ipsec.secrets *.secrets */passwd-s3fs */master.key ' +
  '*/id_rsa */id_dsa */id_ecdsa */id_ed25519 *.key *.pem *.p12 *.pfx *.jks *.kdbx *.keytab'
).split(' ');

function redactSettings(redact: Options['redact']): RedactSettings | null {
  if (redact === undefined || redact === false) return null;
  const { members = [], keep = [], defaults = true, strings = true, diffs = 'keep' } = redact === true ? {} : redact;
  const { without = [], names = [], files = [] } = redact === true ? {} : redact;
  const wanted = strings ? GROUPS : GROUPS.filter((group) => ['members', 'pairs', 'files'].includes(group));
  return {
    ...namesOf(members, keep, defaults),
    groups: new Set(wanted.filter((group) => !without.includes(group))),
    programs: names,
    isSecretFile: anyGlob([...SECRET_FILES, ...files]),
    diffs,
  };
}

/** Whether records have an `event_id`: `trace` brings it along. */
export function hasIds({ id, trace }: Options): boolean {
  return id === true || trace === true;
}

/** What `settingsOf` made of options before: the same few go with thousands of events, and patterns are dear. */
const made = new WeakMap<Options, Settings>();

/** The options with their defaults. `max_bytes` is not among them: the oracle's records are never cut (cut.ts). */
export function settingsOf(options: Options): Settings {
  const settings = made.get(options) ?? make(options);
  made.set(options, settings);
  return settings;
}

function make(options: Options): Settings {
  const included = anyGlob(options.functions?.include ?? ['*']);
  const excluded = anyGlob(options.functions?.exclude ?? []);
  return {
    only: options.only ?? 'all',
    isFunction: (fun) => included(fun) && !excluded(fun),
    isExcludedState: anyGlob(options.states?.exclude ?? []),
    returnsAll: options.returns === 'all',
    isIgnored: anyGlob(options.returns_ignore ?? RETURNS_IGNORE),
    pass: options.other_events === 'pass',
    summary: options.summary ?? false,
    causes: options.causes ?? false,
    jobMembers: options.job_members ?? [],
    add: options.add ?? {},
    changesText: options.changes === 'text',
    funArgsText: options.fun_args === 'text',
    id: hasIds(options),
    trace: options.trace ?? false,
    redact: redactSettings(options.redact),
  };
}
