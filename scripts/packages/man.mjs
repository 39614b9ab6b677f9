// The manual page, roff: made from the rows and the help texts of the commands, which are its one source.
import { COMPLETION_HELP } from '../../build/host/commands/completion.js';
import { PROGRAM_HELP } from '../../build/host/commands/help.js';
import { COMMANDS } from '../../build/host/commands/table.js';

/** How wide a line of the source is; groff fills them anew. */
const WIDTH = 78;

const ESCAPES = { '\\': '\\e', '-': '\\-', "'": '\\(aq', '`': '\\(ga', '^': '\\(ha', '~': '\\(ti' };
const escaped = (text) =>
  text
    .replaceAll(/[\\\-'`^~]/g, (each) => ESCAPES[each])
    .replaceAll(/[^ -~\n]/gu, (each) => `\\[u${each.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
const bold = (text) => `\\fB${escaped(text)}\\fR`;

/** A line of text: a point at its beginning would be a request. */
const line = (text) => (text.startsWith('.') ? `\\&${text}` : text);

/** Text in lines that are filled. */
function filled(text) {
  const lines = [''];
  for (const word of escaped(text).split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== '' && last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map(line);
}

const asItIs = (lines) => ['.PP', '.nf', '.RS 2', ...lines.map((each) => line(escaped(each))), '.RE', '.fi'];
const term = (name, text) => ['.TP', bold(name), ...filled(text)];

/** A line of a shell or of JSON. */
const isCode = (text) => /^(?:saltflat |jq |[{#])/.test(text);

/** Lines that are indented: terms with their meanings beside or below them, commands, and sentences. */
function indented(lines) {
  const parts = [];
  for (const each of lines) {
    const text = each.trim();
    const [, name, meaning] = /^ {2}(\S.*?) {2,}(\S.*)$/.exec(each) ?? [];
    const last = parts.at(-1);
    if (name !== undefined) parts.push({ name, text: meaning });
    else if (each.startsWith('    ') && last?.name !== undefined) last.text += ` ${text}`;
    else if (each.startsWith('    ') && last?.lines === 1) parts.splice(-1, 1, { name: last.text, text });
    else if (isCode(text)) parts.push({ code: text });
    else if (last?.lines > 0) Object.assign(last, { text: `${last.text} ${text}`, lines: last.lines + 1 });
    else parts.push({ text, lines: 1 });
  }
  return parts.flatMap(({ name, code, text }) => {
    if (name !== undefined) return term(name, text);
    return code === undefined ? ['.PP', ...filled(text)] : asItIs([code]);
  });
}

/** Paragraphs, lists and examples of a help text. */
function bodyOf(help) {
  const out = [];
  for (const paragraph of help
    .trim()
    .split(/\n{2,}/)
    .filter(Boolean)) {
    let isExample = false;
    for (const [run] of paragraph.matchAll(/(?:^ {2}.*\n?)+|(?:^(?! {2}).*\n?)+/gm)) {
      const lines = run.trimEnd().split('\n');
      if (!run.startsWith('  ')) {
        isExample = run.trim() === 'Examples:';
        out.push('.PP', ...filled(run));
      } else if (isExample) out.push(...asItIs(lines.map((each) => each.slice(2))));
      else out.push(...indented(lines));
    }
  }
  return out;
}

const EXIT_CODES = /\n*Exit codes \(.*\):\n([^]*)$/;

/** How a value that is not told is given. */
const byDefault = (value) => (value === undefined ? '' : ` (default: ${JSON.stringify(value)})`);
const choices = (list) => (list === undefined ? '' : ` (choices: ${list.join(', ')})`);

function commandOf([name, { summary, argument, options = [], help }]) {
  return [
    `.SS saltflat ${escaped(name)} ${options.length > 0 ? '[options] ' : ''}${escaped(argument?.[0] ?? '')}`.trimEnd(),
    ...filled(`${summary}.`),
    ...(argument === undefined ? [] : term(argument[0], argument[1])),
    ...options.flatMap((row) => term(row.flags, `${row.text}${choices(row.choices)}${byDefault(row.byDefault)}`)),
    ...bodyOf(help.replace(EXIT_CODES, '')),
  ];
}

/** What is no row of the table: `cli.ts` makes them. */
const OTHERS = {
  completion: {
    summary: 'A script that completes commands and options in a shell',
    argument: ['<SHELL>', 'bash, zsh or fish'],
    help: COMPLETION_HELP,
  },
  help: {
    summary: 'The same as COMMAND --help',
    argument: ['[COMMAND]', 'all of it where there is none'],
    help: '',
  },
};

/** `saltflat(1)`. `date`: its day, `2026-11-22`. */
export function manPage({ version, description, date }) {
  const [, exitCodes] = EXIT_CODES.exec(PROGRAM_HELP);
  const [, examples] = /Examples:\n((?: {2}.*\n)+)/.exec(PROGRAM_HELP);
  const page = [
    '.\\" Made by scripts/packages/man.mjs of what saltflat --help says.',
    `.TH SALTFLAT 1 ${date} "saltflat ${version}" "User Commands"`,
    '.SH NAME',
    `saltflat \\- ${escaped(description.split(':', 1)[0])}`,
    '.SH SYNOPSIS',
    '.B saltflat',
    '.I COMMAND',
    '.RI [ OPTIONS ]',
    '.RI [ FILE ...]',
    '.SH DESCRIPTION',
    ...filled(`${description}.`),
    ...filled('The help of a command is what this page says of it.'),
    ...term('-v, --version', 'the versions of the command and of the module'),
    ...term('-h, --help', 'the help, of a command where one is named'),
    '.SH COMMANDS',
    ...Object.entries({ ...COMMANDS, ...OTHERS }).flatMap(commandOf),
    '.SH EXIT STATUS',
    'The highest that applies:',
    ...indented(exitCodes.trimEnd().split('\n')),
    '.SH EXAMPLES',
    ...asItIs(
      examples
        .trimEnd()
        .split('\n')
        .map((each) => each.slice(2)),
    ),
  ];
  // After a heading the first paragraph begins by itself.
  return `${page.join('\n').replaceAll(/^(\.S[HS] .*)\n\.PP$/gm, '$1')}\n`;
}
