// The commands, a row each: the command line, its help and its errors are made from them.
import { InvalidArgumentError } from 'commander';
import { PRESETS } from '../index.js';
import type { ExitCode } from '../run/exit.js';
import { FILTER_OPTIONS } from './asked.js';
import { check } from './check.js';
import { follow } from './follow.js';
import { CHECK_HELP, FOLLOW_HELP, REPLAY_HELP, REPORT_HELP, SHOW_HELP, VERIFY_HELP, WASM_HELP } from './help.js';
import { replay } from './replay.js';
import { FORMATS } from '../report/formats.js';
import { FAIL_ON, type FailOn } from '../report/verdict.js';
import { report } from './report.js';
import { show } from './show.js';
import { SEARCHABLE, SEARCHABLE_ADDRESSES, listed, storeRow } from '../stores/registry.js';
import { STORE_NAMES } from '../stores/store.js';
import { VERIFY_FORMATS, verify } from './verify.js';
import { writeModule } from './wasm.js';

/** An option of a command. */
export interface OptionRow {
  /** How it is written: `-o, --output <FILE>`. */
  readonly flags: string;
  readonly text: string;
  readonly choices?: readonly string[];
  readonly byDefault?: unknown;
  /**
   * The value of what was written, `before` being that of the same option in front of it. Throws an
   * `InvalidArgumentError` where it is none.
   */
  readonly read?: (text: string, before: unknown) => unknown;
  /** The option that it cannot be used with. */
  readonly conflicts?: string;
}

/** A command. */
export interface CommandRow {
  /** What it does, in one line. */
  readonly summary: string;
  /** What is named behind it, if anything: `[FILE...]`, and what that is. */
  readonly argument?: readonly [name: string, text: string];
  readonly options: readonly OptionRow[];
  /** What its help says behind arguments and options. */
  readonly help: string;
  /** Does it, with what was named and the values of its options. Rejects with a `SaltflatError`. */
  run(named: readonly string[], options: object): Promise<ExitCode>;
}

const EVENTS = 'events: files, folders of files, quoted globs; - is stdin';
const EVENTS_OR_EXAMPLE = `${EVENTS}, and so is no FILE; on a terminal that shows the events of the package`;

const OPTIONS: OptionRow = {
  flags: '--options <FILE>',
  text: 'which records leave and what stands in them (`saltflat check --help`); all defaults where absent',
};
const jobCache = (text: string): OptionRow => ({ flags: '--job-cache <DIR>', text });
const READ_CACHE = jobCache("read a master's job cache (its cachedir, /var/cache/salt/master) too");
const FILTERS: readonly OptionRow[] = Object.values(FILTER_OPTIONS);
const STORE_ADDRESSES = STORE_NAMES.map((name) => `${name}://`);

/** `flatten_ecs to OpenSearch and Elasticsearch`, for each preset that is a store's default. */
const STORE_PRESETS = PRESETS.filter((preset) => preset !== 'flatten').flatMap((preset) => {
  const titles = STORE_NAMES.map(storeRow).flatMap((row) => (row.preset === preset ? [row.title] : []));
  return titles.length === 0 ? [] : [`${preset} to ${listed(titles, 'and')}`];
});
const PRESET: OptionRow = {
  flags: '--preset <name>',
  text: `how records are put together (default: ${['flatten', ...STORE_PRESETS].join('; ')})`,
  choices: PRESETS,
};
const TLS_CA: OptionRow = { flags: '--tls-ca <FILE>', text: 'trust these PEM certificates, and no others' };

/** `--tries`, which are for something. */
const tries = (text: string): OptionRow => ({
  flags: '--tries <number>',
  text,
  byDefault: 10,
  read: (given) => {
    if (!/^[1-9]\d{0,5}$/.test(given)) throw new InvalidArgumentError('expected a whole number from 1 to 999999.');
    return Number(given);
  },
});

/** `--quiet`, and what is not said then. */
const quiet = (text: string): OptionRow => ({ flags: '-q, --quiet', text });

function readPoll(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 10)
    throw new InvalidArgumentError('expected 10 to 99999 milliseconds.');
  return Number(text);
}

/** What `--fail-on` names, with commas or several times. */
function failOnOf(text: string, before: unknown): readonly FailOn[] {
  const asked = text.split(',').map((each) => {
    const found = FAIL_ON.find((known) => known === each.trim());
    if (found === undefined) throw new InvalidArgumentError(`expected ${listed(FAIL_ON)}.`);
    return found;
  });
  return [...((before as readonly FailOn[] | undefined) ?? []), ...asked];
}

/** The two sides of `--compare`; what they are shows when the events are read. */
function sidesOf(text: string): readonly string[] {
  const sides = text.split(',').map((side) => side.trim());
  if (sides.length !== 2 || sides.includes('')) throw new InvalidArgumentError('expected two jids or times: A,B.');
  return sides;
}

export const COMMANDS = {
  replay: {
    summary: 'Read Salt events, write one JSON line a state record',
    argument: ['[FILE...]', EVENTS],
    options: [
      PRESET,
      OPTIONS,
      READ_CACHE,
      ...FILTERS,
      { flags: '-o, --output <FILE>', text: "write to FILE instead of stdout; a new one is its owner's alone" },
      {
        flags: '--to <address>',
        text: `send to ${listed(['tcp://', 'tls://', ...STORE_ADDRESSES])}`,
        conflicts: 'output',
      },
      TLS_CA,
      {
        flags: '--checkpoint <FILE>',
        text: 'stores: keep there how far each file was delivered, and go on from there',
      },
      {
        flags: '--rejects <FILE>',
        text: 'stores: keep there what is refused for good (default: the checkpoint with .rejects)',
      },
      tries('tries in a row to reach the receiver'),
      { flags: '--strict', text: 'exit with 1 where a record is malformed' },
      quiet('no progress, no summary, no notes on connections'),
    ],
    help: REPLAY_HELP,
    run: replay,
  },
  follow: {
    summary: 'Read Salt events as they are written, for as long as it runs',
    argument: ['<FILE...>', 'event files, quoted globs among them'],
    options: [
      PRESET,
      OPTIONS,
      { flags: '--checkpoint <FILE>', text: 'keep there how far each file was delivered, and go on from there' },
      {
        flags: '--from <where>',
        text: 'where files begin that are there already, unless the checkpoint knows',
        choices: ['start', 'end'],
        byDefault: 'start',
      },
      { flags: '--poll <ms>', text: 'how often files are looked at', byDefault: 250, read: readPoll },
      {
        flags: '--to <address>',
        text: `send to ${listed(['http://', 'https://', 'tcp://', 'tls://', ...STORE_ADDRESSES])}; stdout where absent`,
      },
      TLS_CA,
      {
        flags: '--rejects <FILE>',
        text: 'keep there what an HTTP receiver or a store refuses (default: the checkpoint with .rejects)',
      },
      quiet('no notes on files and connections, no summary'),
    ],
    help: FOLLOW_HELP,
    run: follow,
  },
  show: {
    summary: 'Show Salt events readably, one line a state',
    argument: ['[FILE...]', EVENTS_OR_EXAMPLE],
    options: [OPTIONS, READ_CACHE, ...FILTERS],
    help: SHOW_HELP,
    run: show,
  },
  report: {
    summary: 'Report what fails, where and why: as text, JSON, a page, JUnit, Markdown',
    argument: ['[FILE...]', EVENTS_OR_EXAMPLE],
    options: [
      { flags: '-o, --output <FILE>', text: 'write to FILE: .html, .json, .txt, .xml or .md says the format' },
      { flags: '--format <name>', text: 'text unless told, or unless FILE tells', choices: FORMATS },
      {
        flags: '--compare <before,after>',
        text: 'json: what became of each state: two jids, or times as of --since (default: the last two alike jobs)',
        read: sidesOf,
      },
      {
        flags: '--fail-on <what>',
        text: `exit with 1 where there is any: ${listed(FAIL_ON)}; several with commas`,
        read: failOnOf,
      },
      OPTIONS,
      READ_CACHE,
      ...FILTERS,
      quiet('no progress, no notes'),
    ],
    help: REPORT_HELP,
    run: report,
  },
  verify: {
    summary: `Compare event files with what ${listed(SEARCHABLE.map((name) => storeRow(name).title))} or the master has`,
    argument: ['[FILE...]', `${EVENTS}, and so is no FILE`],
    options: [
      { flags: '--in <address>', text: SEARCHABLE_ADDRESSES },
      {
        ...jobCache('compare with what a master saw: its cachedir, /var/cache/salt/master'),
        conflicts: 'in',
      },
      {
        flags: '--options <FILE>',
        text: 'the options that the records were sent with; all defaults where absent',
      },
      { flags: '--format <name>', text: 'how differences are listed', choices: VERIFY_FORMATS, byDefault: 'table' },
      TLS_CA,
      tries('tries in a row for one request'),
      quiet('no progress, no notes on connections'),
    ],
    help: VERIFY_HELP,
    run: verify,
  },
  check: {
    summary: 'Check an options file, and say what it switches on, or what it masks in a text',
    argument: ['[FILE]', 'options; - is stdin; ./saltflat.json where there is none'],
    options: [
      { flags: '--explain <TEXT>', text: 'which rule masks what in TEXT, a text or an event; - is stdin' },
      { flags: '--options <FILE>', text: 'the same as FILE' },
    ],
    help: CHECK_HELP,
    run: ([file], options) => check(file, options),
  },
  wasm: {
    summary: 'Write the WASM module to stdout or to a file',
    options: [{ flags: '-o, --out <FILE>', text: 'write to FILE instead of stdout' }],
    help: WASM_HELP,
    run: (_, { out }: { out?: string }) => writeModule(out),
  },
} satisfies Record<string, CommandRow>;

/** What can be asked for. */
export type CommandName = keyof typeof COMMANDS;
