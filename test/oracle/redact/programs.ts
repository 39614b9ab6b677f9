// Secrets in the arguments of known programs. From docs/redaction.md, "programs".
import { anyGlob } from '../globs.js';
import { folded } from './names.js';
import { type Found, type Quote, type Span, type View, matchAt, quoteBefore } from './view.js';

/** An argument as a shell takes it: where it stands, and where it does without quotes around the whole of it. */
interface Argument {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A command: its arguments, and the command behind a pipe. */
interface Command {
  readonly text: string;
  readonly args: readonly Argument[];
  readonly pipedTo: readonly Argument[];
}

type Rule = (command: Command) => Span[];

/** The span of an argument from a place in it on; quotes around all of that stay. */
function from({ start, end, text }: Argument, at = 0): Span[] {
  const rest = text.slice(at);
  const isQuoted = /^(["'])[^]*\1$/.test(rest) && rest.length > 1;
  const span: Span = isQuoted ? [start + at + 1, end - 1] : [start + at, end];
  return span[1] > span[0] ? [span] : [];
}

/** The argument behind an option: `-p X`. */
const behind =
  (...options: readonly string[]): Rule =>
  ({ args }) =>
    args.flatMap((arg, index) => {
      const next = args[index + 1];
      return next && options.includes(arg.text) ? from(next) : [];
    });

/** What is joined to an option: `-pX`. */
const joined =
  (option: string): Rule =>
  ({ args }) =>
    args.flatMap((arg) =>
      arg.text.startsWith(option) && arg.text.length > option.length ? from(arg, option.length) : [],
    );

const both =
  (...rules: readonly Rule[]): Rule =>
  (command) =>
    rules.flatMap((rule) => rule(command));

/** A rule that holds where one of these words stands before. */
const after =
  (words: readonly string[], rule: Rule): Rule =>
  (command) => {
    const index = command.args.findIndex((arg) => words.includes(arg.text));
    return index < 0 ? [] : rule({ ...command, args: command.args.slice(index + 1) });
  };

/** What stands behind the first of a separator in an argument. */
function split(arg: Argument, separator: string, at = 0): Span[] {
  const found = arg.text.indexOf(separator, at);
  if (found < 0) return [];
  const opening = arg.text[at] ?? '';
  const end = `"'`.includes(opening) && arg.text.endsWith(opening) ? arg.end - 1 : arg.end;
  const start = arg.start + found + 1;
  if (end > start) return [[start, end]];
  return [];
}

/** `-u user:X`, `-su user:X`, `-uuser:X`, `--user=user:X`. */
const login =
  (separator: string, ...more: readonly string[]): Rule =>
  ({ args }) =>
    args.flatMap((arg, index) => {
      const option = arg.text;
      const next = args[index + 1];
      if (/^-[A-Za-z]*[uU]$/.test(option) || ['--user', '--proxy-user', ...more].includes(option))
        return next ? split(next, separator) : [];
      const [together] = /^(?:-[uU]|--(?:proxy-)?user=|--auth=)/.exec(arg.text) ?? [];
      return together === undefined ? [] : split(arg, separator, together.length);
    });

const last = (arg: Argument | undefined, isWanted = true): Span[] => (arg && isWanted ? from(arg) : []);

const CONTAINERS = ['docker', 'podman', 'nerdctl', 'buildah', 'skopeo', 'helm', 'az'];
const PASSWORD_READERS = ['passwd', 'smbpasswd', 'cryptsetup', 'saslpasswd2'];

function echoed({ args, pipedTo }: Command): Span[] {
  const [program = '', ...rest] = pipedTo.map(({ text }) => text);
  if (program === 'chpasswd') return args.flatMap((arg) => split(arg, ':'));
  const reads =
    PASSWORD_READERS.includes(program) ||
    (program === 'sudo' && rest.some((arg) => /^-[A-Za-z]*S/.test(arg))) ||
    (CONTAINERS.includes(program) && rest.includes('login'));
  return reads ? args.filter(({ text }) => !text.startsWith('-')).flatMap((arg) => from(arg)) : [];
}

/** Programs, as globs, and what is secret in their arguments. */
const PROGRAMS: readonly (readonly [string, Rule])[] = [
  ['mysql* mariadb*', joined('-p')],
  ['mysqladmin mariadb-admin', behind('password')],
  ['curl wget', login(':')],
  ['http https', login(':', '-a', '--auth')],
  ['lftp', login(',')],
  ['sshpass', both(behind('-p'), joined('-p'))],
  [CONTAINERS.join(' '), after(['login'], behind('-p'))],
  ['redis-cli valkey-cli', behind('-a')],
  ['ldap*', both(behind('-w'), joined('-w'))],
  ['ldappasswd', behind('-s')],
  ['zip unzip sqlcmd bcp ipmitool mosquitto_pub mosquitto_sub', behind('-P')],
  ['7z 7za 7zr', joined('-p')],
  ['mongo*', behind('-p')],
  ['snmp*', behind('-c', '-A', '-X')],
  ['plink pscp psftp putty', behind('-pw')],
  ['useradd usermod', behind('-p')],
  ['ssh-keygen', behind('-N', '-P')],
  [
    'htpasswd mosquitto_passwd',
    ({ args }) =>
      last(
        args.at(-1),
        args.slice(0, -1).some(({ text }) => /^-[A-Za-z]*b/.test(text)),
      ),
  ],
  ['rabbitmqctl', after(['add_user', 'change_password', 'authenticate_user'], ({ args }) => last(args[1]))],
  ['net', after(['user'], ({ args }) => last(args[1], !/^[-/]/.test(args[1]?.text ?? '')))],
  ['openssl', after(['passwd'], ({ args }) => last(args.at(-1), !args.at(-1)?.text.startsWith('-')))],
  ['vault', after(['write', 'kv'], joined('value='))],
  ['smbclient rpcclient smbget wbinfo net', percent],
  ['echo printf', echoed],
  ['ConvertTo-SecureString', ({ args }) => last(args.find(({ text }) => !text.startsWith('-')))],
];

/** `-U user%X`. */
function percent({ args }: Command): Span[] {
  return args.flatMap((arg, index) => {
    const next = args[index + 1];
    if (arg.text === '-U' && next) return split(next, '%');
    return arg.text.startsWith('-U') ? split(arg, '%', 2) : [];
  });
}

const RULES = PROGRAMS.flatMap(([globs, rule]) =>
  globs.split(' ').map((glob) => ({ isIt: anyGlob([folded(glob)]), rule })),
);

/** What may stand in an argument without quotes, and texts in quotes that close in their line. */
const PIECE = /"(?:\\[^\r\n]|[^"\\\r\n])*"|'[^'\r\n]*'|\\(?:\r?\n|\r|[^])|(?!_\|-)[^ \t\r\n|;&]/y;
const GAP = /(?:[ \t]|\\(?:\r?\n|\r))+/y;

/** The arguments from a place on, and where they stop. */
function argumentsAt(
  text: string,
  at: number,
  outer: Quote | null,
): { readonly args: Argument[]; readonly end: number } {
  const closing = outer === null ? null : '\\'.repeat(outer.backslashes) + outer.char;
  const isEnd = (here: number): boolean =>
    closing !== null &&
    text.startsWith(closing, here) &&
    matchAt(/$|[ \t\r\n,;)\]}.:]/y, text, here + closing.length) !== null;
  const args: Argument[] = [];
  let here = at;
  for (;;) {
    here += matchAt(GAP, text, here)?.[0].length ?? 0;
    const start = here;
    for (let piece; !isEnd(here) && (piece = matchAt(PIECE, text, here)) !== null && !/^\\[\r\n]/.test(piece[0]);)
      here += piece[0].length;
    if (here === start) return { args, end: here };
    args.push({ start, end: here, text: text.slice(start, here) });
  }
}

/** The command behind a pipe, `sudo` before it left out. */
function piped(text: string, at: number, outer: Quote | null): Argument[] {
  const pipe = matchAt(/\|&?[ \t]*/y, text, at);
  if (!pipe) return [];
  const { args } = argumentsAt(text, at + pipe[0].length, outer);
  const isSudo = args[0]?.text === 'sudo' && !args[1]?.text.startsWith('-');
  return isSudo ? args.slice(1) : args;
}

function ruleOf(entry: string): { isIt: (program: string) => boolean; rule: Rule } | null {
  const [program = '', option = ''] = entry.split(/[ \t\r\n]+/);
  return option === '' ? null : { isIt: anyGlob([folded(program)]), rule: both(behind(option), joined(option)) };
}

export function* programs({ text, words, programs: more }: View): Iterable<Found> {
  const rules = [...RULES, ...more.flatMap((entry) => ruleOf(entry) ?? [])];
  for (const { start, end, text: program } of words) {
    if (
      !(/[ \t\r\n/("'`;|&]/.test(text[start - 1] ?? ' ') || text.startsWith('_|-', start - 3)) ||
      !/[ \t]/.test(text[end] ?? '')
    )
      continue;
    const wanted = rules.filter(({ isIt }) => isIt(folded(program)));
    if (wanted.length === 0) continue;
    const outer = quoteBefore(text, start);
    const { args, end: behindArgs } = argumentsAt(text, end, outer);
    const command = { text, args, pipedTo: piped(text, behindArgs, outer) };
    yield { at: start, masks: wanted.flatMap(({ rule }) => rule(command)) };
  }
  for (const match of text.matchAll(/(?<=[ \t])\/p:([^ \t\r\n=]+)(?![^ \t\r\n])/g))
    yield { at: match.index, masks: [[match.index + 3, match.index + match[0].length]] };
}
