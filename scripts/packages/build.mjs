// What needs no Node to run, into build/packages, which is made anew: the module compiled ahead of time, the single executable, deb and rpm, and a bill of
// materials for each. A release holds all of it.
//
//   npm run build:packages [-- --node FILE]… [--maintainer 'NAME <ADDRESS>'] [--out FOLDER]
//
// Needs what `npm run build` leaves. Each --node FILE is a Node binary for Linux, x64 or arm64, of the version that runs this; this Node
// itself where there is none. SALTFLAT_NODES names them too, with colons between. Where `wamrc` ($WAMRC) or `nfpm` ($NFPM) is not there, it says
// what is left out. The same commit and programs give the same bytes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { completionOf } from '../../build/host/commands/completion.js';
import { COMMANDS } from '../../build/host/commands/table.js';
import { billOf } from '../supply.mjs';
import { compileAhead } from './aot.mjs';
import { blobOf, bundle, machineOf, writeExecutable } from './executable.mjs';
import { manPage } from './man.mjs';
import { Packager } from './nfpm.mjs';
import { noticesOf } from './notices.mjs';

const isThere = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

/** When this commit was made, so that the same commit gives the same bytes. */
function sourceDate() {
  const told =
    process.env.SOURCE_DATE_EPOCH ?? spawnSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' }).stdout;
  return new Date(Number(told) * 1000);
}

/** A bill of materials whose bytes follow from the commit: npm's own has a number and a time of each run. */
function billWith({ metadata, ...all }, name, date, components) {
  const rest = { ...all };
  delete rest.serialNumber;
  const refs = components.map((component) => component['bom-ref']);
  const dependencies = rest.dependencies
    .filter(({ ref }) => refs.includes(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.includes(each)) }));
  const about = { ...metadata, timestamp: date.toISOString(), component: { ...metadata.component, name } };
  return `${JSON.stringify({ ...rest, metadata: about, components, dependencies }, null, 2)}\n`;
}

/** What is in the executable for a machine: Node, and what the package's own bill has. */
function inExecutable({ components }, { node }) {
  const version = process.versions.node;
  const purl = `pkg:generic/node@${version}?arch=${node}`;
  const licenses = [{ license: { id: 'MIT' } }];
  return [
    { type: 'platform', name: 'node', version, purl, 'bom-ref': purl, scope: 'required', licenses },
    ...components,
  ];
}

/** What is in the module alone. */
const inModule = ({ components }) =>
  components.filter(({ properties }) => properties.some(({ value }) => value === 'saltflat.wasm'));

async function main() {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', multiple: true },
      maintainer: { type: 'string' },
      out: { type: 'string', default: 'build/packages' },
    },
  });
  const { out } = values;
  const { WAMRC = 'wamrc', NFPM = 'nfpm', SALTFLAT_NODES = process.execPath } = process.env;
  const nodes = values.node ?? SALTFLAT_NODES.split(':');
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const about = { ...manifest, author: values.maintainer ?? manifest.author, date: sourceDate() };
  const name = `saltflat-${about.version}`;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const write = (file, content) => {
    writeFileSync(join(out, file), content);
    return join(out, file);
  };

  const ahead = compileAhead({ wamrc: WAMRC, module: 'build/saltflat.wasm', folder: out, name });
  const left = [...ahead.skipped];
  const bill = JSON.parse(billOf('.'));
  const paths = [
    ...ahead.paths,
    write(`saltflat-filter-${about.version}.cdx.json`, billWith(bill, 'saltflat-filter', about.date, inModule(bill))),
  ];
  const man = manPage({ ...about, date: about.date.toISOString().slice(0, 10) });
  paths.push(write('saltflat.1', man));

  const packager = isThere(NFPM) ? new Packager(NFPM, out, about) : null;
  if (packager === null) left.push(`no deb and rpm: there is no ${NFPM}`);
  else paths.push(...packager.filter());

  const { code, folders } = await bundle();
  const blob = blobOf(code);
  for (const node of nodes) {
    const machine = machineOf(node);
    const executable = join(out, 'saltflat');
    if (!(await writeExecutable(executable, node, blob))) left.push(`${machine.node}: not stripped, no strip for it`);
    paths.push(write(`${name}-linux-${machine.node}.gz`, gzipSync(readFileSync(executable))));
    paths.push(
      write(
        `${name}-linux-${machine.node}.cdx.json`,
        billWith(bill, 'saltflat', about.date, inExecutable(bill, machine)),
      ),
    );
    const complete = (shell) => completionOf(shell, COMMANDS);
    const notices = noticesOf(folders, node);
    if (packager !== null) paths.push(...packager.command({ machine, executable, man, complete, notices }));
    paths.push(write(`THIRD-PARTY-linux-${machine.node}.txt`, notices));
    rmSync(executable);
  }
  rmSync(join(out, '.work'), { recursive: true, force: true });
  for (const path of paths) console.log(`${path}: ${statSync(path).size} bytes`);
  for (const each of left) console.error(`build:packages: ${each}`);
}

await main();
process.exit(0); // esbuild's helper process would keep this one
