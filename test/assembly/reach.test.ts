// What the module can reach, as SECURITY.md has it: its options, once.
import { readFileSync } from 'node:fs';
import { instantiate } from '@assemblyscript/loader';
import type { ModuleExports } from '../../build/host/core/module.js';
import { MODULE_PATH, PRESETS } from '../../build/host/index.js';
import { callFilter } from '../../build/host/core/module.js';
import { Wasi } from '../../build/host/core/wasi.js';
import { FIXTURE } from '../support/command.js';

const TIME = { sec: 0, nsec: 0 };

it('opens one file, reads and closes it at start-up, and calls nothing while it flattens', async () => {
  const calls: string[] = [];
  const wasi = new Wasi(Buffer.from('{"redact":true,"summary":true,"id":true}'));
  const counted = Object.fromEntries(
    Object.entries(wasi.imports).map(([name, call]) => [
      name,
      (...args: never[]) => {
        calls.push(name);
        return (call as (...args: never[]) => number)(...args);
      },
    ]),
  );
  const { exports } = await instantiate(readFileSync(MODULE_PATH), { wasi_snapshot_preview1: counted });
  const module = exports as unknown as ModuleExports;
  wasi.attach(module.memory);
  module._initialize();
  expect(calls[0]).toBe('path_open');
  expect([...new Set(calls)].sort()).toEqual(['fd_close', 'fd_read', 'path_open']);
  expect(calls.filter((name) => name === 'path_open')).toHaveLength(1);
  calls.length = 0;
  const inputs = [...readFileSync(FIXTURE, 'utf8').split('\n'), '{', '\u0000', '['.repeat(1000), '\\ud800'];
  let returned = 0;
  for (const input of inputs)
    for (const preset of PRESETS) if (callFilter(module, preset, Buffer.from(input), TIME) !== null) returned++;
  expect(returned).toBeGreaterThan(50);
  expect(calls).toEqual([]);
});
