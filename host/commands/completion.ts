// `saltflat completion SHELL`: a script that completes commands, options and their values, made from the rows of the
// commands.
import { UsageError } from '../core/error.js';
import type { CommandRow, OptionRow } from './table.js';

type Rows = Readonly<Record<string, CommandRow>>;

/** What an option is called: `['-o', '--output']`. */
const namesOf = ({ flags }: OptionRow): readonly string[] =>
  flags
    .replace(/ *[<[].*$/, '')
    .split(',')
    .map((name) => name.trim());
/** What its value is: `FILE`, `name`; null where it takes none. */
const valueOf = ({ flags }: OptionRow): string | null => /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? null;
const isPath = (option: OptionRow): boolean => /^(FILE|DIR)$/.test(valueOf(option) ?? '');
const takesFiles = ({ argument }: CommandRow): boolean => argument !== undefined;

const HELP = ['-h', '--help'];
const ALL = ['help', 'completion'];

/** Text in single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const words = (list: readonly string[]): string => quoted(list.join(' '));

function bash(rows: Rows): string {
  const commands = Object.entries(rows);
  const values = commands.flatMap(([name, { options }]) =>
    options.flatMap((option) => {
      const patterns = namesOf(option).map((each) => `'${name} ${each}'`);
      if (option.choices !== undefined)
        return [`    ${patterns.join('|')}) COMPREPLY=($(compgen -W ${words(option.choices)} -- "$cur")); return ;;`];
      if (isPath(option)) return [`    ${patterns.join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;`];
      return valueOf(option) === null ? [] : [`    ${patterns.join('|')}) return ;;`];
    }),
  );
  const options = commands.map(
    ([name, row]) => `    ${name}) options=${words([...row.options.flatMap(namesOf), ...HELP])} ;;`,
  );
  const names = words([...Object.keys(rows), ...ALL]);
  return `# bash completion for saltflat: source <(saltflat completion bash)
_saltflat() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} options=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W ${names} -- "$cur")); return; fi
  case "$command $prev" in
${values.join('\n')}
  esac
  case "$command" in
    help) COMPREPLY=($(compgen -W ${names} -- "$cur")); return ;;
    completion) COMPREPLY=($(compgen -W ${words(SHELL_NAMES)} -- "$cur")); return ;;
${options.join('\n')}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -f -- "$cur")) ;;
  esac
}
complete -o filenames -F _saltflat saltflat
`;
}

/** Text of an option for zsh's `_arguments`. */
const described = (text: string): string => text.replaceAll(/[[\]:]/g, (at) => `\\${at}`);

function zsh(rows: Rows): string {
  const summaries = Object.entries(rows).map(([name, { summary }]) => `    ${quoted(`${name}:${described(summary)}`)}`);
  const cases = Object.entries(rows).map(([name, row]) => {
    const specs = row.options.map((option) => {
      const value = valueOf(option);
      const action = option.choices !== undefined ? `(${option.choices.join(' ')})` : isPath(option) ? '_files' : ' ';
      const names = namesOf(option);
      const shown = `[${described(option.text)}]${value === null ? '' : `:${value}:${action}`}`;
      const repeated = names.length === 1 ? `'*'${names[0]!}` : `'*'{${names.join(',')}}`;
      return `      ${repeated}${quoted(shown)}`;
    });
    const files = takesFiles(row) ? ["      '*:file:_files'"] : [];
    return `    ${name}) _arguments \\\n${[...specs, ...files].join(' \\\n')} ;;`;
  });
  return `#compdef saltflat
# zsh completion for saltflat: saltflat completion zsh > "\${fpath[1]}/_saltflat"
_saltflat() {
  local -a commands
  commands=(
${summaries.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=\${words[2]}
  shift words; (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _saltflat saltflat
`;
}

function fish(rows: Rows): string {
  const none = `not __fish_seen_subcommand_from ${Object.keys(rows).join(' ')}`;
  const lines = Object.entries(rows).flatMap(([name, row]) => {
    const seen = `-n '__fish_seen_subcommand_from ${name}'`;
    const options = row.options.map((option) => {
      const names = namesOf(option).map((each) =>
        each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`,
      );
      const value = valueOf(option);
      const takes =
        option.choices !== undefined
          ? ` -x -a ${words(option.choices)}`
          : isPath(option)
            ? ' -r -F'
            : value === null
              ? ''
              : ' -x';
      return `complete -c saltflat ${seen} ${names.join(' ')}${takes} -d ${quoted(option.text)}`;
    });
    const files = takesFiles(row) ? [`complete -c saltflat ${seen} -F`] : [];
    return [`complete -c saltflat -n '${none}' -a ${name} -d ${quoted(row.summary)}`, ...options, ...files];
  });
  return `# fish completion for saltflat: saltflat completion fish | source\ncomplete -c saltflat -f\n${lines.join('\n')}\n`;
}

const SHELLS = { bash, zsh, fish } as const;
const SHELL_NAMES = Object.keys(SHELLS);

/** The script for a shell. Throws a `UsageError` where it is none of those. */
export function completionOf(shell: string | undefined, rows: Rows): string {
  const known = Object.entries(SHELLS).find(([name]) => name === shell);
  if (known !== undefined) return known[1](rows);
  throw new UsageError(
    `completion ${shell ?? ''}: expected ${SHELL_NAMES.join(', ')}; \`saltflat completion bash\` prints a script to source`,
    'BAD_OPTIONS',
    shell ?? '',
  );
}

/** What `--help` says of it. */
export const COMPLETION_HELP = `
Completes commands, options and their values by the shell's tab key.

Examples:
  source <(saltflat completion bash)                               in ~/.bashrc
  saltflat completion zsh > "\${fpath[1]}/_saltflat"
  saltflat completion fish > ~/.config/fish/completions/saltflat.fish`;
