#!/usr/bin/env node
// The command line: what was asked for, and what it exits with.
import { Command, CommanderError, Option } from 'commander';
import { COMPLETION_HELP, completionOf } from './commands/completion.js';
import { PROGRAM_HELP } from './commands/help.js';
import { COMMANDS, type CommandRow, type OptionRow } from './commands/table.js';
import { versions } from './commands/wasm.js';
import { SaltflatError } from './core/error.js';
import { readShipped } from './disk/shipped.js';
import { EXIT, type ExitCode, exitCodeOf } from './run/exit.js';
import { StoppedError, dieBy } from './run/signals.js';
import { printable } from './text/terminal.js';

const { version, description } = JSON.parse(readShipped('package.json').toString()) as {
  version: string;
  description: string;
};

function optionOf({ flags, text, choices, byDefault, read, conflicts }: OptionRow): Option {
  const option = new Option(flags, text);
  if (choices !== undefined) option.choices(choices);
  if (read !== undefined) option.argParser(read);
  if (byDefault !== undefined) option.default(byDefault);
  if (conflicts !== undefined) option.conflicts(conflicts);
  return option;
}

/** The commands. `onExit` is told what the command that was run exits with. */
function program(onExit: (code: ExitCode) => void): Command {
  const showVersions = (): never => {
    process.stdout.write(`${versions()}\n`);
    throw new CommanderError(EXIT.OK, 'commander.version', version);
  };
  const saltflat = new Command('saltflat')
    .description(description)
    .option('-v, --version', 'the versions of the command and of the module')
    .addOption(new Option('-V').hideHelp())
    .on('option:version', showVersions)
    .on('option:V', showVersions)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `saltflat: ${printable(
            text
              .replace(/^error: /, '')
              .trim()
              .replaceAll('\n', ' '),
          )}\n`,
        ),
    })
    .addHelpText('after', PROGRAM_HELP)
    .helpCommand(false); // ours says which command it does not know
  for (const [name, row] of Object.entries<CommandRow>(COMMANDS)) {
    const { summary, argument, options, help } = row;
    const command = saltflat.command(name).description(summary).addHelpText('after', help);
    if (argument !== undefined) command.argument(...argument);
    for (const option of options) command.addOption(optionOf(option));
    command.action(async () => onExit(await row.run(command.args, command.opts())));
  }
  saltflat
    .command('help')
    .description('The same as COMMAND --help')
    .argument('[COMMAND]', 'all of it where there is none')
    .action((name: string | undefined) => {
      const command = name === undefined ? saltflat : saltflat.commands.find((each) => each.name() === name);
      if (command === undefined) saltflat.error(`unknown command '${name}'; \`saltflat help\` names them`);
      else command.help();
    });
  saltflat
    .command('completion')
    .description('A script that completes commands and options in a shell')
    .argument('<SHELL>', 'bash, zsh or fish')
    .addHelpText('after', COMPLETION_HELP)
    .action((shell: string) => {
      process.stdout.write(completionOf(shell, COMMANDS));
    });
  return saltflat;
}

/**
 * Runs the command that `argv` (as `process.argv`) asks for. Resolves to the exit code; errors are on stderr by then.
 */
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
      ? error.message.split('\n').map(printable).join('\nsaltflat: ') // a line for each mistake in the options
      : `internal error: ${printable(String(error).split('\n', 1)[0]!)}; reinstall saltflat or report this`;
    process.stderr.write(`saltflat: ${message}\n`);
    if (error instanceof StoppedError) await dieBy(error.signal);
    return exitCodeOf(error);
  }
  return exitCode;
}

process.stderr.on('error', () => undefined); // who closed stderr wants no diagnostics
// No `await` out here: the single executable is CommonJS, which has none.
void main(process.argv).then((exitCode) => {
  // Exits although stdin may still be open: a lost receiver or a closed pipe does not wait for more events.
  process.stderr.write('', () => process.exit(exitCode));
});
