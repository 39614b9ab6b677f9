// The ways through Fluent Bit: tail, a filter or none, nothing behind it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODULE_PATH } from '../../host/index.js';
import { findProgram } from '../../test/support/program.js';
import { cpuSeconds } from '../process.js';
import type { Way } from './way.js';

const ECHO = fileURLToPath(new URL('../echo.wasm', import.meta.url));
const LUA = fileURLToPath(new URL('../../../bench/agents/flatten.lua', import.meta.url));

const SHIPPED = new URL('../../../examples/fluent-bit/saltflat.json', import.meta.url);

/** What `parse` hands to a filter: the parsed event, or the line as text in `log`. */
type Input = 'json' | 'raw';

/** What is switched on: what the examples ship, everything. */
const OPTIONS = {
  shipped: JSON.parse(readFileSync(SHIPPED, 'utf8')) as unknown,
  everything: {
    redact: { diffs: 'hash' },
    max_bytes: { member: 32768, record: 262144 },
    id: true,
    summary: true,
    states: { exclude: ['*_|-no such state_|-*'] },
    job_members: ['success', 'retcode', 'user'],
    add: { environment: 'production' },
    changes: 'text',
    fun_args: 'text',
  },
};

/** A filter that calls `preset`; its options are in a folder of their own. */
function wasm(path: string, folder: string, options?: keyof typeof OPTIONS, preset = 'flatten'): string {
  const readable = join(folder, options ?? 'none');
  mkdirSync(readable, { recursive: true });
  if (options !== undefined) writeFileSync(join(readable, 'saltflat.json'), JSON.stringify(OPTIONS[options]));
  return `
  filters:
    - name: wasm
      match: '*'
      wasm_path: ${path}
      accessible_paths: ${readable}
      function_name: ${preset}
`;
}

const lua = `\n  filters:\n    - name: lua\n      match: '*'\n      script: ${LUA}\n      call: flatten\n`;

function configuration(events: string, input: Input, filter: string): string {
  return `
service:
  flush: 1
  log_level: error
  json.escape_unicode: off
parsers:
  - name: json
    format: json
pipeline:
  inputs:
    - name: tail
      tag: salt
      path: ${events}
      read_from_head: true
      exit_on_eof: true
      buffer_chunk_size: 1M
      buffer_max_size: 128M${input === 'json' ? '\n      parser: json' : ''}
${filter}
  outputs:
    - name: 'null'
      match: '*'
`;
}

/** Configurations that show what a start costs: no filter, a module that does nothing, what the examples ship. */
export function startConfigurations(events: string, folder: string): Readonly<Record<string, string>> {
  return {
    'no filter': configuration(events, 'raw', ''),
    'a module that returns its input': configuration(events, 'raw', wasm(ECHO, folder)),
    'saltflat, shipped options': configuration(events, 'raw', wasm(MODULE_PATH, folder, 'shipped')),
  };
}

/** The module compiled ahead of time, where `wamrc` is there; portable among x86-64 machines. */
function compileAhead(module: string, path: string): boolean {
  const wamrc = findProgram('WAMRC', 'wamrc');
  if (wamrc === null || process.arch !== 'x64') return false;
  const options = ['--target=x86_64', '--cpu=x86-64', '--disable-simd', '-o', path, module];
  return spawnSync(wamrc, options, { stdio: 'ignore' }).status === 0;
}

/** The ways through `program`, and those of each module: this build's, and those it is compared with. */
export function fluentBitWays(program: string, events: string, folder: string, others: readonly string[]): Way[] {
  const way = (name: string, input: Input, filter: string): Way => {
    const path = join(folder, `${name.replaceAll(/[^a-z]+/gi, '-')}-${input}.yaml`);
    return {
      name: `${name}, ${input === 'json' ? 'parser json' : 'raw line in `log`'}`,
      isPeer: filter === lua,
      run: async () => {
        writeFileSync(path, configuration(events, input, filter));
        return cpuSeconds([program, '-c', path]);
      },
    };
  };
  const saltflat = (name: string, path: string): Way[] => [
    way(name, 'json', wasm(path, folder)),
    way(name, 'raw', wasm(path, folder)),
    way(`${name}, shipped options`, 'raw', wasm(path, folder, 'shipped')),
    way(`${name}, all options`, 'raw', wasm(path, folder, 'everything')),
    way(`${name}, ECS`, 'raw', wasm(path, folder, undefined, 'flatten_ecs')),
    way(`${name}, ECS, shipped options`, 'raw', wasm(path, folder, 'shipped', 'flatten_ecs')),
    way(`${name}, ECS, all options`, 'raw', wasm(path, folder, 'everything', 'flatten_ecs')),
  ];
  const modules = [MODULE_PATH, ...others].flatMap((module, index) => {
    const name = index === 0 ? 'saltflat' : `${'other '.repeat(index)}module`;
    const ahead = join(folder, `${index}.aot`);
    return [
      ...saltflat(`${name}, interpreter`, module),
      ...(compileAhead(module, ahead) ? saltflat(`${name}, ahead of time`, ahead) : []),
    ];
  });
  return [
    way('no filter', 'json', ''),
    way('no filter', 'raw', ''),
    way('a module that returns its input', 'json', wasm(ECHO, folder)),
    way('a module that returns its input', 'raw', wasm(ECHO, folder)),
    way('Lua', 'json', lua),
    ...modules,
  ];
}
