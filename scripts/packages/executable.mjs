// The single executable: a copy of Node with the command in it, one file of CommonJS, and with what lies in the package
// beside that.
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { URL, fileURLToPath } from 'node:url';
import { build } from 'esbuild-wasm';
import { inject } from 'postject';
import { SHIPPED } from '../../build/host/disk/shipped.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHIPPED_HERE = join(ROOT, 'build/host/disk/shipped.js');

/** Takes the files of the package out of the executable. */
const fromInside = {
  name: 'what lies in the package is inside',
  setup({ onLoad }) {
    onLoad({ filter: /shipped\.js$/ }, ({ path }) =>
      path === SHIPPED_HERE
        ? { contents: readFileSync(new URL('shipped.mjs', import.meta.url), 'utf8'), loader: 'js' }
        : undefined,
    );
  },
};

/** The command as one file of CommonJS, and the folders of the packages that are in it: `node_modules/undici`. */
export async function bundle() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['build/host/cli.js'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    legalComments: 'none', // `notices.mjs` has the whole texts
    // Packages that make themselves a `require` want to know where they are.
    define: { 'import.meta.url': 'ownUrl' },
    banner: { js: "const ownUrl = require('node:url').pathToFileURL(process.execPath).href;" },
    plugins: [fromInside],
    logLevel: 'warning',
  });
  const folders = Object.keys(metafile.inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  );
  return { code: outputFiles[0].text, folders: [...new Set(folders)].sort() };
}

/** ELF's numbers for the machines, as Node, Debian and RPM call them. */
export const MACHINES = {
  62: { node: 'x64', deb: 'amd64', rpm: 'x86_64' },
  183: { node: 'arm64', deb: 'arm64', rpm: 'aarch64' },
};

/** What a Node binary holds that looks for a program inside itself. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Which machine a Node binary is for. Throws where it is not ELF for one of them, or of another version than this Node.
 */
export function machineOf(node) {
  const bytes = readFileSync(node);
  const isElf = bytes.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
  const machine = isElf ? MACHINES[bytes.readUInt16LE(18)] : undefined;
  if (machine === undefined)
    throw new Error(`${node}: is not a Linux program for ${Object.values(MACHINES).map(({ deb }) => deb)}`);
  // What is injected has the form that the Node that made it knows.
  if (!bytes.includes(`node-${process.version}`))
    throw new Error(`${node}: is not Node ${process.version}, which makes what goes into it; take that version`);
  if (!bytes.includes(FUSE))
    throw new Error(`${node}: takes nothing in, as some distributions build it; take one of Node's own archives`);
  return machine;
}

/** Runs a program in `cwd` to its end; throws with what it said where it fails. */
function run(cwd, program, ...args) {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr.trim()}`);
}

/** A program that strips binaries for this machine; null where there is none. */
const stripFor = ({ node, rpm }) =>
  [...(node === process.arch ? ['strip'] : []), `${rpm}-linux-gnu-strip`, 'llvm-strip'].find(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0,
  ) ?? null;

/**
 * What goes into a Node binary, with `code` as the program. Needs Node 20.12 or newer; there is no code cache, which
 * would be bound to one machine.
 */
export function blobOf(code) {
  const folder = mkdtempSync(join(tmpdir(), 'saltflat-blob-'));
  try {
    const assets = Object.fromEntries(SHIPPED.map((name) => [name, join(ROOT, name)]));
    const config = { main: 'main.cjs', output: 'blob', assets, disableExperimentalSEAWarning: true };
    writeFileSync(join(folder, config.main), code);
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    run(folder, process.execPath, '--experimental-sea-config', 'config.json'); // there: the blob holds the path as it is given
    return readFileSync(join(folder, config.output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Keeps back what postject warns of in every stripped binary: notes without a name, hundreds of lines. */
async function quietly(work) {
  const { warn } = console;
  console.warn = (text, ...more) => {
    if (!/string offset for section name/.test(text)) warn(text, ...more);
  };
  try {
    await work();
  } finally {
    console.warn = warn;
  }
}

/**
 * Writes the executable `path`, a stripped copy of the binary `node` with `blob` in it. Whether it could be stripped.
 */
export async function writeExecutable(path, node, blob) {
  copyFileSync(node, path);
  chmodSync(path, 0o755);
  const strip = stripFor(machineOf(node));
  if (strip !== null) run('.', strip, '--strip-all', path); // before: afterwards it would take what was put in for rubbish
  await quietly(() => inject(resolve(path), 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE }));
  return strip !== null;
}
