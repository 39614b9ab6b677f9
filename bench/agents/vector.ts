// The ways through Vector: the host as its filter, with and without acknowledgement, or VRL; a sink that keeps nothing.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../test/support/program.js';
import { closedPort } from '../../test/support/receiver.js';
import { cpuSeconds, startTimed } from '../process.js';
import type { Way } from './way.js';

const CLI = fileURLToPath(new URL('../../host/cli.js', import.meta.url));
const VRL = fileURLToPath(new URL('../../../examples/vector/flatten.vrl', import.meta.url));

/** How long the events may take. */
const LONG_S = 900;

const LINES = `framing.method = "newline_delimited"\n`;
const STDIN = `[sources.in]\ntype = "stdin"\nmax_length = 134217728\n`;

function sink(input: string): string {
  return `[sinks.out]\ntype = "blackhole"\ninputs = ["${input}"]\n`;
}

/**
 * Vector behind `http_server`, the host posting to it; done when the host's checkpoint stands at the end of the events.
 */
async function acknowledged(vector: string, events: string, folder: string): Promise<number> {
  const port = await closedPort();
  const url = `http://127.0.0.1:${port}/saltflat`;
  const configuration = join(folder, 'http.toml');
  const checkpoint = join(folder, `checkpoint-${port}`);
  writeFileSync(
    configuration,
    `[schema]\nlog_namespace = true\n[sources.in]\ntype = "http_server"\naddress = "127.0.0.1:${port}"\npath = "/saltflat"\n` +
      `${LINES}decoding.codec = "json"\n${sink('in')}acknowledgements.enabled = true\n`,
  );
  const agent = startTimed([vector, '--quiet', '--config', configuration]);
  const host = startTimed([
    process.execPath,
    CLI,
    'follow',
    events,
    '--quiet',
    '--checkpoint',
    checkpoint,
    '--to',
    url,
  ]);
  const size = String(statSync(events).size);
  const isAtEnd = (): boolean => {
    try {
      return readFileSync(checkpoint, 'utf8').includes(size);
    } catch {
      return false; // not there yet
    }
  };
  await until(isAtEnd, 'the checkpoint at the end of the events', LONG_S);
  return (await host.stop()) + (await agent.stop());
}

export function vectorWays(vector: string, events: string, folder: string): Way[] {
  const oneShot = (name: string, text: string, input?: string): Way => {
    const path = join(folder, `${name.replaceAll(/[^a-z]+/gi, '-')}.toml`);
    writeFileSync(path, `data_dir = "${folder}"\n${text}`);
    return {
      name,
      isPeer: name.startsWith('VRL'),
      run: async () => cpuSeconds([vector, '--quiet', '--config', path], input),
    };
  };
  const command = JSON.stringify([process.execPath, CLI, 'replay', events, '--quiet']);
  return [
    oneShot('reading alone', `${STDIN}${sink('in')}`, events),
    oneShot(
      'VRL (examples/vector/flatten.vrl)',
      `[schema]\nlog_namespace = true\n${STDIN}[transforms.states]\ntype = "remap"\ninputs = ["in"]\nfile = "${VRL}"\n${sink('states')}`,
      events,
    ),
    oneShot(
      'saltflat through exec',
      `[schema]\nlog_namespace = true\n[sources.in]\ntype = "exec"\nmode = "streaming"\ncommand = ${command}\nstreaming.respawn_on_exit = false\n` +
        `include_stderr = false\nmaximum_buffer_size_bytes = 134217728\n${LINES}decoding.codec = "json"\n${sink('in')}`,
    ),
    {
      name: 'saltflat follow through HTTP, acknowledged',
      isPeer: false,
      run: () => acknowledged(vector, events, folder),
    },
  ];
}
