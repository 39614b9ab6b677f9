// The module compiled ahead of time for the runtime of Fluent Bit, where that runtime's compiler is there.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What is compiled for: the oldest CPU of each kind that distributions take, so that a file runs on all of them. */
const TARGETS = {
  x86_64: ['--target=x86_64', '--cpu=x86-64', '--disable-simd'],
  aarch64: ['--target=aarch64v8', '--cpu=generic', '--disable-simd'],
};

/** The version of `wamrc`, which is that of the runtime: `2.4.1`; null where there is no such program. */
export function wamrVersion(wamrc) {
  const { stdout } = spawnSync(wamrc, ['--version'], { encoding: 'utf8' });
  return /^wamrc (\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1] ?? null;
}

/**
 * Writes `saltflat-VERSION-wamr-2.4.1-x86_64.aot` and the like into `folder`. The paths, and why there is none for a
 * CPU: a `wamrc` knows only those that its LLVM was built for.
 */
export function compileAhead({ wamrc, module, folder, name }) {
  const runtime = wamrVersion(wamrc);
  if (runtime === null) return { paths: [], skipped: [`no .aot files: there is no ${wamrc}`] };
  const paths = [];
  const skipped = [];
  for (const [cpu, flags] of Object.entries(TARGETS)) {
    const path = join(folder, `${name}-wamr-${runtime}-${cpu}.aot`);
    const { status, stdout, stderr } = spawnSync(wamrc, [...flags, '-o', path, module], { encoding: 'utf8' });
    if (status === 0) paths.push(path);
    else skipped.push(`no .aot file for ${cpu}: ${`${stdout}${stderr}`.trim().split('\n').at(-1)}`);
  }
  return { paths, skipped };
}
