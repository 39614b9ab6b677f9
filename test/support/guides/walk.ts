// Goes through a guide as its reader does: each block of commands, in order, and a look at what it prints.
import { until } from '../program.js';
import { type Commands, type Guide, broken } from './guide.js';
import type { Sandbox } from './sandbox.js';

const PATIENCE_S = 60;

/** What both guides from zero have the reader call: Salt configured, a job, a service left behind. */
export const CALLS_FROM_ZERO = [
  'getent passwd fluent-bit',
  'useradd --system fluent-bit',
  'systemctl daemon-reload',
  'systemctl restart salt-master',
  'sudo -u fluent-bit fluent-bit -c /etc/fluent-bit/saltflat.yaml',
  'salt * state.apply',
  'systemctl daemon-reload',
  'systemctl enable fluent-bit',
  'systemctl restart fluent-bit',
];

/**
 * Runs the commands below a heading, of the whole guide unless one is named. Throws where one does other than the guide
 * says.
 */
export async function walk(guide: Guide, sandbox: Sandbox, heading?: string): Promise<void> {
  for (const commands of heading === undefined ? guide.commands : guide.section(heading)) {
    await step(commands, sandbox);
    guide.see(commands);
  }
}

async function step(commands: Commands, sandbox: Sandbox): Promise<void> {
  const { promised, place } = commands;
  let wrong = null as string | null;
  const look = commands.isBackground ? started(commands, sandbox) : ended(commands, sandbox);
  const hasPassed = async (): Promise<boolean> => (wrong = await look()) === null;
  // Another terminal is looked at until it says so; commands are run again only where the guide tells to wait.
  if (commands.isBackground || promised?.comesLater === true)
    await until(hasPassed, place, PATIENCE_S).catch(() => undefined);
  else await hasPassed();
  if (wrong !== null) throw new Error(`${place}\n${wrong}`);
}

type Look = () => Promise<string | null>;

function started({ text, promised }: Commands, sandbox: Sandbox): Look {
  const output = sandbox.start(text);
  return () => Promise.resolve(promised === null ? null : broken(promised, output()));
}

function ended({ text, promised, fails }: Commands, sandbox: Sandbox): Look {
  return async () => {
    const { code, output } = await sandbox.run(text);
    if ((code !== 0) !== fails) return `ended with ${code}:\n${output}`;
    return promised === null ? null : broken(promised, output);
  };
}
