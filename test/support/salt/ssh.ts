// An SSH server of the test's own on loopback, for `salt-ssh`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findProgram, until } from '../program.js';
import { closedPort } from '../receiver.js';
import { Daemon } from './daemon.js';

const SSHD = findProgram('SSHD', 'sshd', '../sbin/sshd');
const SSH = findProgram('SSH', 'ssh');

/** Why there is no salt-ssh here; null where there is. */
export const NO_SSH = whyNot();

function whyNot(): string | null {
  if (SSH === null || findProgram('SSH_KEYGEN', 'ssh-keygen') === null) return 'no ssh and ssh-keygen on PATH';
  if (SSHD === null) return 'no sshd; set SSHD or PATH';
  if (userInfo().uid === 0 && !existsSync('/run/sshd')) return 'no /run/sshd, which sshd wants from root';
  return null;
}

/** What `salt-ssh` is told so that it asks nobody. */
export interface Roster {
  readonly args: readonly string[];
  stop(): Promise<void>;
}

/** A server, and a roster with `ssh-01`, which it answers for, and `away-01`, at a port where nobody listens. */
export async function startSsh(folder: string): Promise<Roster> {
  const own = join(folder, 'ssh');
  mkdirSync(own, { mode: 0o700 });
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(own, name)]);
  writeFileSync(join(own, 'authorized_keys'), readFileSync(join(own, 'user.pub')), { mode: 0o600 });
  const [port, closed] = [await closedPort(), await closedPort()];
  const configuration = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${own}/host`, `AuthorizedKeysFile ${own}/authorized_keys`],
    ...['UsePAM no', 'StrictModes no', 'PasswordAuthentication no', 'PermitRootLogin yes', 'PidFile none'],
    ...['Subsystem sftp internal-sftp', ''],
  ];
  writeFileSync(join(own, 'sshd_config'), configuration.join('\n'));
  const at = (to: number): Record<string, unknown> => ({
    ...{ host: '127.0.0.1', port: to, user: userInfo().username, priv: join(own, 'user') },
    ...{ thin_dir: join(own, 'thin'), timeout: 30 },
    // Salt 3008.4 does not start where python3 is a shell script, as pyenv has it.
    set_path: '/usr/bin:/bin',
    ssh_options: ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
  });
  writeFileSync(join(own, 'roster'), JSON.stringify({ 'ssh-01': at(port), 'away-01': at(closed) }));
  const daemon = new Daemon(SSHD!, ['-D', '-e', '-f', join(own, 'sshd_config')], join(own, 'sshd.log'));
  await until(
    () => answers(port),
    () => `sshd listens; ${daemon.said}`,
  );
  const args = ['--roster-file', join(own, 'roster')];
  return { args, stop: () => daemon.stop() };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
