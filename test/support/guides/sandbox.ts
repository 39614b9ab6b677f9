// A machine to try a guide on: a folder that plays `/`, with the programs of the guide.
//
// The reader's paths, /etc/saltflat and the like, lie below a temporary folder: commands are rewritten before they run,
// and so is the copy of the checkout in which they run, since configurations name such paths too. Ports are rewritten
// to those of the test's servers. Real: bash and its tools, curl, jq, saltflat, Fluent Bit, Vector, VictoriaLogs,
// Prometheus; setfacl, or `chmod o+rX` where the machine or its file system has no access lists. The agents' users are
// nobody, where the tests run as root, else whoever runs them. Played, each call noted in `calls`:
//
//   sudo       runs the command; `sudo -u fluent-bit` as nobody, where the tests run as root
//   journalctl prints what the service said that `serve` started
//   salt       does what the master does for the reader: where /etc/salt/master.d/saltflat.conf tells it to, it
//              appends to the event file a real job of that function, from the bundled events
//   systemctl, grafana, splunk, useradd, getent   do nothing; getent finds nobody
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { NO_FLUENT_BIT } from '../fluent-bit/agent.js';
import { findProgram, temporaryFolder } from '../program.js';
import { shippedTemplate } from '../stores/templates.js';
import { CLI, FIXTURE, textOf } from '../command.js';

/** Folders of the reader's machine. */
const FOLDERS = ['etc', 'opt', 'usr/lib/saltflat', 'var/lib', 'var/log'] as const;
const ABSOLUTE = new RegExp(`(?<![\\w./$}-])/(?=(?:${FOLDERS.join('|')})(?![\\w-]))`, 'g');

/** Where a command names the user of an agent; `sudo -u` is played. */
const AGENT = /(?<=\bu:|-o )(?:fluent-bit|saltflat|vector)\b/g;

/** Where a word of a command is an absolute path. */
const PATH = /(?:^|[\s"'=@>(])(\/[\w.-][^\s"')]*)/gm;

/** What guides take from the checkout. */
const COPIED = ['examples', 'saltflat.schema.json', 'vector.toml.example'] as const;
const AS_THEY_ARE = /\/examples\/events\//;

const BLOCK_MS = 120_000;

/** Why the guides that start an agent cannot run here; null where they can. */
export const missingAgent = (): string | null => NO_FLUENT_BIT ?? missingTools();

/** Which program that guides use is missing; null where all are there. */
export function missingTools(): string | null {
  const missing = ['bash', 'curl', 'jq', 'setpriv', 'sqlite3'].filter((name) => findProgram('', name) === null);
  return missing.length === 0 ? null : `no ${missing.join(', ')} on PATH`;
}

/** What commands left: null as exit code where a signal ended them. */
export interface Outcome {
  readonly code: number | null;
  /** stdout and stderr as one terminal shows them, with the guide's paths and ports. */
  readonly output: string;
}

export class Sandbox {
  /** What plays `/`. */
  readonly root: string;
  readonly #ports: readonly (readonly [documented: number, real: number])[];
  readonly #remove: () => void;
  readonly #exports: string[] = [];
  readonly #background: { readonly child: ChildProcess; output: string }[] = [];

  /** `ports`: the guide's, and those of the test's servers. */
  constructor(ports: Readonly<Record<number, number>> = {}) {
    const { path, remove } = temporaryFolder();
    this.root = path;
    this.#remove = remove;
    chmodSync(path, 0o711); // others may pass through, as through `/`
    this.#ports = Object.entries(ports).map(([documented, real]) => [Number(documented), real] as const);
    for (const folder of [
      'bin',
      'tmp',
      'etc/logrotate.d',
      'etc/salt/master.d',
      'opt/splunk/bin',
      'opt/splunk/etc/apps',
      'var/log/salt',
      'var/lib',
    ])
      mkdirSync(join(path, folder), { recursive: true });
    for (const name of COPIED) this.#copy(name);
    this.#shims();
  }

  /** Where the commands run: a copy of this checkout. */
  get checkout(): string {
    return join(this.root, 'saltflat');
  }

  /** A file of the reader's machine: `/etc/saltflat/saltflat.json`. */
  path(absolute: string): string {
    return join(this.root, absolute);
  }

  /** Writes such a file as it is. */
  write(absolute: string, text: string): void {
    mkdirSync(dirname(this.path(absolute)), { recursive: true });
    writeFileSync(this.path(absolute), text);
  }

  /** Writes a configuration, whose paths and ports are the reader's. */
  configure(absolute: string, text: string): void {
    this.write(absolute, this.#rewritten(text));
  }

  read(absolute: string): string {
    return readFileSync(this.path(absolute), 'utf8');
  }

  /** The keys of the states that the last job in the event file returned, sorted. */
  get returned(): string[] {
    const last = this.read('/var/log/saltflat/events.ndjson').trimEnd().split('\n').at(-1)!;
    return Object.keys((JSON.parse(last) as { data: { return: object } }).data.return).sort();
  }

  /** Takes the settings out of the shipped templates: they are for a plugin that the tests' OpenSearch lacks. */
  withoutLifecycle(): void {
    for (const form of ['ecs', 'plain'] as const) {
      const { template, ...others } = shippedTemplate('opensearch', form);
      const file = join(this.checkout, `examples/opensearch/template-${form}.json`);
      writeFileSync(file, JSON.stringify({ ...others, template: { mappings: template.mappings } }));
    }
  }

  /** The calls of played programs, a line each. */
  get calls(): string[] {
    const file = join(this.root, 'calls');
    return existsSync(file) ? this.#documented(readFileSync(file, 'utf8')).split('\n').slice(0, -1) : [];
  }

  /**
   * Runs commands to their end; with `-e`, so that the first error is the last command. `folder` is one of the
   * checkout's; what is exported stays.
   */
  async run(commands: string, folder = '.'): Promise<Outcome> {
    const child = this.#spawn([...this.#exports, commands].join('\n'), folder);
    this.#exports.push(...(commands.match(/^export .*$/gm) ?? []));
    const limit = setTimeout(() => kill(child, 'SIGKILL'), BLOCK_MS);
    const code = new Promise<number | null>((resolve) => child.once('close', resolve));
    const output = await textOf(child.stdout);
    clearTimeout(limit);
    return { code: await code, output: this.#documented(output) };
  }

  /** Starts commands that run until `remove`, or `endBackground`; gives what they have printed so far. */
  start(commands: string): () => string {
    const started = { child: this.#spawn(commands), output: '' };
    this.#background.push(started);
    started.child.stdout!.setEncoding('utf8').on('data', (text: string) => (started.output += text));
    return () => this.#documented(started.output);
  }

  /** Starts a service, as systemd would; gives what it has said so far. */
  serve(command: string): () => string {
    this.start(`${command} > "$ROOT/journal" 2>&1`);
    return () => (existsSync(join(this.root, 'journal')) ? readFileSync(join(this.root, 'journal'), 'utf8') : '');
  }

  /** Ends what runs in other terminals, as Ctrl-C would. */
  async endBackground(): Promise<void> {
    for (const { child } of this.#background.splice(0)) {
      const closed = new Promise((resolve) => child.once('close', resolve));
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const limit = setTimeout(() => kill(child, 'SIGKILL'), 15_000);
      kill(child, 'SIGTERM');
      await closed;
      clearTimeout(limit);
    }
  }

  async remove(): Promise<void> {
    await this.endBackground();
    this.#remove();
  }

  /** Commands with this machine's paths and ports. Throws where they would touch another place of the real machine. */
  #commands(commands: string): string {
    const user = userInfo().uid === 0 ? 'nobody' : userInfo().username;
    const moved = this.#rewritten(commands).replace(AGENT, user);
    const [outside] = [...moved.matchAll(PATH)].filter(
      ([, path]) => !path!.startsWith(this.root) && !/^\/dev\//.test(path!),
    );
    if (outside !== undefined) throw new Error(`${outside[1]} is not of the sandbox's folders`);
    return moved;
  }

  #spawn(commands: string, folder = '.'): ChildProcess {
    // One pipe for both streams keeps their order.
    const child = spawn(
      'bash',
      ['-c', 'exec 2>&1; exec bash -euo pipefail -c "$1"', 'bash', this.#commands(commands)],
      {
        cwd: join(this.checkout, folder),
        detached: true, // a process group of its own, to be ended as a whole
        env: {
          ...process.env,
          PATH: `${join(this.root, 'bin')}:${process.env['PATH']}`,
          SPLUNK_HOME: join(this.root, 'opt/splunk'),
          TMPDIR: join(this.root, 'tmp'),
          ROOT: this.root,
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    return child;
  }

  #rewritten(text: string): string {
    const moved = text.replace(ABSOLUTE, `${this.root}/`);
    return this.#ports.reduce((ported, [documented, real]) => ported.replace(number(documented), String(real)), moved);
  }

  #documented(output: string): string {
    const moved = output.replaceAll(this.root, '');
    return this.#ports.reduce((ported, [documented, real]) => ported.replace(number(real), String(documented)), moved);
  }

  #copy(name: string): void {
    const to = join(this.checkout, name);
    cpSync(join(process.cwd(), name), to, { recursive: true });
    const files = statSync(to).isFile() ? [to] : filesUnder(to);
    for (const file of files.filter((path) => !AS_THEY_ARE.test(path)))
      writeFileSync(file, this.#rewritten(readFileSync(file, 'utf8')));
  }

  #shims(): void {
    const shim = (path: string, ...lines: readonly string[]): void => {
      const note = `echo "\${0##*/} $*" >> "$ROOT/calls"`;
      writeFileSync(join(this.root, path), ['#!/bin/bash', note, ...lines, ''].join('\n'));
      chmodSync(join(this.root, path), 0o755);
    };
    writeFileSync(join(this.root, 'bin/saltflat'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
    chmodSync(join(this.root, 'bin/saltflat'), 0o755);
    for (const [name, variable] of [
      ['fluent-bit', 'FLUENT_BIT'],
      ['vector', 'VECTOR'],
      ['victoria-logs', 'VICTORIA_LOGS'],
      ['prometheus', 'PROMETHEUS'],
      ['promtool', 'PROMTOOL'],
    ] as const) {
      const program = findProgram(variable, name);
      if (program !== null) symlinkSync(program, join(this.root, 'bin', name));
    }
    shim(
      'bin/sudo',
      'if [ "$1" = -u ]; then',
      '  shift 2',
      '  [ "$(id -u)" != 0 ] || exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"',
      'fi',
      'exec "$@"',
    );
    shim('bin/journalctl', 'cat "$ROOT/journal"');
    for (const path of ['bin/systemctl', 'bin/useradd', 'bin/grafana', 'opt/splunk/bin/splunk']) shim(path);
    shim('bin/getent', 'exit 2');
    const setfacl = 'PATH=${PATH#*:} command setfacl "$@" 2>/dev/null || chmod o+rX "${@: -1}"';
    writeFileSync(join(this.root, 'bin/setfacl'), `#!/bin/bash\n${setfacl}\n`);
    chmodSync(join(this.root, 'bin/setfacl'), 0o755);
    // `salt TARGET FUNCTION …`: what `event_return: [rawfile_json]` writes of one such job with the shipped whitelist.
    const bundled = readFileSync(FIXTURE, 'utf8').split('\n').filter(isListed);
    writeFileSync(join(this.root, 'bundled'), `${bundled.join('\n')}\n`);
    shim(
      'bin/salt',
      'file=$(sed -n "s/^rawfile_json.filename: *//p" "$ROOT/etc/salt/master.d/saltflat.conf")',
      'jid=$(grep -m 1 -F "\\"fun\\": \\"$2\\"" "$ROOT/bundled" | grep -oE "salt/job/[0-9]+/") || exit 0',
      'grep -F "\\"tag\\": \\"$jid" "$ROOT/bundled" >> "$file"',
    );
  }
}

const isListed = (line: string): boolean => /"tag": "salt\/job\/\d+\/(new|ret\/[^"]*)"/.test(line);

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const number = (port: number): RegExp => new RegExp(`(?<![\\d.])${port}(?![\\d.]*\\d)`, 'g');

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // it has just ended
  }
}
