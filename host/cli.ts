#!/usr/bin/env node
// The command line: what can be asked for, and what it exits with.
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { check } from './commands/check.js';
import { SaltflatError } from './core/error.js';
import { type FollowOptions, follow } from './commands/follow.js';
import {
  CHECK_HELP,
  FOLLOW_HELP,
  PROGRAM_HELP,
  REPLAY_HELP,
  REPORT_HELP,
  SHOW_HELP,
  VERIFY_HELP,
  WASM_HELP,
} from './commands/help.js';
import { PRESETS } from './index.js';
import { type ReplayOptions, replay } from './commands/replay.js';
import { FORMATS, type ReportOptions, report } from './commands/report.js';
import { type ShowOptions, show } from './commands/show.js';
import { EXIT, type ExitCode, exitCodeOf } from './run/exit.js';
import { StoppedError, dieBy } from './run/signals.js';
import { VERIFY_FORMATS, type VerifyOptions, verify } from './commands/verify.js';
import { versions, writeModule } from './commands/wasm.js';

const { version, description } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  description: string;
};

function readTries(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 999999.');
  return Number(text);
}

function readPoll(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 10)
    throw new InvalidArgumentError('expected 10 to 99999 milliseconds.');
  return Number(text);
}

const OPTIONS = 'which records leave and what stands in them (`saltflat check --help`); all defaults where absent';

/** The commands. `onExit` is told what the command that was run exits with. */
function program(onExit: (code: ExitCode) => void): Command {
  const saltflat = new Command('saltflat')
    .description(description)
    .option('-V, --version', 'the versions of the command and of the module')
    .on('option:version', () => {
      process.stdout.write(`${versions()}\n`);
      throw new CommanderError(EXIT.OK, 'commander.version', version);
    })
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `saltflat: ${text
            .replace(/^error: /, '')
            .trim()
            .replaceAll('\n', ' ')}\n`,
        ),
    })
    .addHelpText('after', PROGRAM_HELP)
    .helpCommand(false); // ours says which command it does not know
  saltflat
    .command('replay')
    .description('Read Salt events, write one JSON line a state record')
    .argument('[FILE...]', 'events; - is stdin')
    .addOption(
      new Option(
        '--preset <name>',
        'how records are put together (default: flatten; flatten_ecs to OpenSearch and Elasticsearch)',
      ).choices(PRESETS),
    )
    .option('--options <FILE>', OPTIONS)
    .addOption(new Option('-o, --output <FILE>', 'write to FILE instead of stdout'))
    .addOption(
      new Option(
        '--to <address>',
        'send to tcp://, tls://, opensearch://, elasticsearch:// or splunk-hec://',
      ).conflicts('output'),
    )
    .option('--tls-ca <FILE>', 'trust these PEM certificates, and no others')
    .option('--checkpoint <FILE>', 'stores: keep there how far each file was delivered, and go on from there')
    .option('--rejects <FILE>', 'stores: keep there what is refused for good (default: saltflat.rejects)')
    .addOption(new Option('--tries <number>', 'tries in a row to reach the receiver').argParser(readTries).default(10))
    .option('--strict', 'exit with 1 where a record is malformed')
    .option('-q, --quiet', 'no progress, no summary, no notes on connections')
    .addHelpText('after', REPLAY_HELP)
    .action(async (files: string[], options: ReplayOptions) => onExit(await replay(files, options)));
  saltflat
    .command('follow')
    .description('Read Salt events as they are written, for as long as it runs')
    .argument('<FILE...>', 'event files, quoted globs among them')
    .addOption(new Option('--preset <name>', 'how records are put together').choices(PRESETS).default('flatten'))
    .option('--options <FILE>', OPTIONS)
    .option('--checkpoint <FILE>', 'keep there how far each file was delivered, and go on from there')
    .addOption(
      new Option('--from <where>', 'where files begin that are there already, unless the checkpoint knows')
        .choices(['start', 'end'])
        .default('start'),
    )
    .addOption(new Option('--poll <ms>', 'how often files are looked at').argParser(readPoll).default(250))
    .option('--to <address>', 'http://…, https://…, tcp://HOST:PORT or tls://HOST:PORT; stdout where absent')
    .option('--tls-ca <FILE>', 'trust these PEM certificates, and no others')
    .option('--rejects <FILE>', 'keep there what an HTTP receiver refuses (default: the checkpoint with .rejects)')
    .option('-q, --quiet', 'no notes on files and connections, no summary')
    .addHelpText('after', FOLLOW_HELP)
    .action(async (files: string[], options: FollowOptions) => onExit(await follow(files, options)));
  saltflat
    .command('show')
    .description('Show Salt events readably, one line a state')
    .argument('[FILE...]', 'events; - is stdin; the events of the package where there is none')
    .option('--options <FILE>', OPTIONS)
    .addHelpText('after', SHOW_HELP)
    .action(async (files: string[], options: ShowOptions) => onExit(await show(files, options)));
  saltflat
    .command('report')
    .description('Report what failed, where, how often: as text, JSON or a page')
    .argument('[FILE...]', 'events; - is stdin; the events of the package where there is none')
    .option('-o, --output <FILE>', 'write to FILE: .html, .json or .txt says the format')
    .addOption(new Option('--format <name>', 'text unless told, or unless FILE tells').choices(FORMATS))
    .option('--options <FILE>', OPTIONS)
    .option('-q, --quiet', 'no progress, no notes')
    .addHelpText('after', REPORT_HELP)
    .action(async (files: string[], options: ReportOptions) => onExit(await report(files, options)));
  saltflat
    .command('verify')
    .description('Compare event files with what OpenSearch or Elasticsearch has of them')
    .argument('<FILE...>', 'events; - is stdin')
    .requiredOption('--in <address>', 'opensearch://[HOST[:PORT]]/INDEX or elasticsearch://…')
    .option('--options <FILE>', 'the options that the records were sent with; all defaults where absent')
    .addOption(new Option('--format <name>', 'how differences are listed').choices(VERIFY_FORMATS).default('table'))
    .option('--tls-ca <FILE>', 'trust these PEM certificates, and no others')
    .addOption(new Option('--tries <number>', 'tries in a row for one request').argParser(readTries).default(10))
    .option('-q, --quiet', 'no progress, no notes on connections')
    .addHelpText('after', VERIFY_HELP)
    .action(async (files: string[], options: VerifyOptions) => onExit(await verify(files, options)));
  saltflat
    .command('check')
    .description('Check an options file, and say what it switches on')
    .argument('[FILE]', 'options; - is stdin; ./saltflat.json where there is none')
    .addHelpText('after', CHECK_HELP)
    .action(async (file: string | undefined) => onExit(await check(file)));
  saltflat
    .command('wasm')
    .description('Write the WASM module to stdout or to a file')
    .option('-o, --out <FILE>', 'write to FILE instead of stdout')
    .addHelpText('after', WASM_HELP)
    .action(async ({ out }: { out?: string }) => writeModule(out));
  saltflat
    .command('help')
    .description('The same as COMMAND --help')
    .argument('[COMMAND]', 'all of it where there is none')
    .action((name: string | undefined) => {
      const command = name === undefined ? saltflat : saltflat.commands.find((each) => each.name() === name);
      if (command === undefined) saltflat.error(`unknown command '${name}'; \`saltflat help\` names them`);
      else command.help();
    });
  return saltflat;
}

/** Runs the command that `argv` (as `process.argv`) asks for. Resolves to the exit code; errors are on stderr by then. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.OK;
  try {
    await program((code) => {
      exitCode = code;
    }).parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
    const isExpected = error instanceof SaltflatError;
    const message = isExpected
      ? error.message.replaceAll('\n', '\nsaltflat: ') // a line for each mistake in the options
      : `internal error: ${String(error).split('\n', 1)[0]}; reinstall saltflat or report this`;
    process.stderr.write(`saltflat: ${message}\n`);
    if (error instanceof StoppedError) await dieBy(error.signal);
    return exitCodeOf(error);
  }
  return exitCode;
}

process.stderr.on('error', () => undefined); // who closed stderr wants no diagnostics
const exitCode = await main(process.argv);
// Exits although stdin may still be open: a lost receiver or a closed pipe does not wait for more events.
process.stderr.write('', () => process.exit(exitCode));
