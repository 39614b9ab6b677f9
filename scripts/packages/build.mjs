// What needs no Node to run, into build/packages, which is made anew: the module compiled ahead of time, the single
// executable, deb and rpm, and a bill of materials for each. A release holds all of it.
//
//   npm run build:packages [-- --node FILE]… [--maintainer 'NAME <ADDRESS>'] [--out FOLDER]
//
// Needs what `npm run build` leaves. Each --node FILE is a Node binary for Linux, x64 or arm64, of the version that
// runs this; this Node itself where there is none. SALTFLAT_NODES names them too, with colons between. Where `wamrc`
// ($WAMRC) or `nfpm` ($NFPM) is not there, it says what is left out. The same commit and programs give the same bytes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { completionOf } from '../../build/host/commands/completion.js';
import { COMMANDS } from '../../build/host/commands/table.js';
import { billOf } from '../supply.mjs';
import { compileAhead } from './aot.mjs';
import { MACHINES, blobOf, bundle, machineOf, writeExecutable } from './executable.mjs';
import { manPage } from './man.mjs';
import { Packager } from './nfpm.mjs';
import { licenceOf, noticesOf } from './notices.mjs';

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

/** What is asked for, and what it is made of. Throws where a --node is not one that an executable can be made of. */
function asked() {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', multiple: true },
      maintainer: { type: 'string' },
      out: { type: 'string', default: 'build/packages' },
    },
  });
  const { WAMRC = 'wamrc', NFPM = 'nfpm', SALTFLAT_NODES = process.execPath } = process.env;
  const nodes = (values.node ?? SALTFLAT_NODES.split(':')).map((node) => {
    licenceOf(node); // now, and not after all the rest
    return { node, machine: machineOf(node) };
  });
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const about = { ...manifest, author: values.maintainer ?? manifest.author, date: sourceDate() };
  return { out: values.out, wamrc: WAMRC, nfpm: NFPM, nodes, about, name: `saltflat-${about.version}` };
}

/** Makes all of it in `out`; the paths, and what could not be made. */
async function makeAll({ out, wamrc, nfpm, nodes, about, name }) {
  const { version, date } = about;
  const write = (file, content) => {
    writeFileSync(join(out, file), content);
    return join(out, file);
  };
  const { paths, skipped } = compileAhead({ wamrc, module: 'build/saltflat.wasm', folder: out, name });
  const bill = JSON.parse(billOf('.'));
  const man = manPage({ ...about, date: date.toISOString().slice(0, 10) });
  const packager = isThere(nfpm) ? new Packager(nfpm, out, about) : null;
  if (packager === null) skipped.push(`no deb and rpm: there is no ${nfpm}`);
  paths.push(
    write('saltflat.1', man),
    write(`saltflat-filter-${version}.cdx.json`, billWith(bill, 'saltflat-filter', date, inModule(bill))),
    ...(packager?.filter() ?? []),
  );

  const { code, folders } = await bundle();
  const blob = blobOf(code);
  const complete = (shell) => completionOf(shell, COMMANDS);
  for (const { node, machine } of nodes) {
    const executable = join(out, 'saltflat');
    const isStripped = await writeExecutable(executable, node, blob);
    if (!isStripped) skipped.push(`${machine.node} is not stripped: there is no strip for it`);
    const target = `linux-${machine.node}`;
    const notices = noticesOf(folders, node);
    paths.push(
      write(`${name}-${target}.gz`, gzipSync(readFileSync(executable))),
      write(`${name}-${target}.cdx.json`, billWith(bill, 'saltflat', date, inExecutable(bill, machine))),
      write(`THIRD-PARTY-${target}.txt`, notices),
      ...(packager?.command({ machine, executable, man, complete, notices }) ?? []),
    );
    rmSync(executable);
  }
  const missing = Object.values(MACHINES).filter((each) => !nodes.some(({ machine }) => machine === each));
  skipped.push(...missing.map((each) => `no executable for ${each.node}: --node names no Node for it`));
  return { paths, skipped };
}

try {
  const all = asked();
  rmSync(all.out, { recursive: true, force: true });
  mkdirSync(all.out, { recursive: true });
  const { paths, skipped } = await makeAll(all);
  rmSync(join(all.out, '.work'), { recursive: true, force: true });
  for (const path of paths) console.log(`${path}: ${statSync(path).size} bytes`);
  for (const each of skipped) console.error(`build:packages: ${each}`);
  process.exit(0); // esbuild's helper process would keep this one
} catch (error) {
  console.error(`build:packages: ${error.message}`);
  process.exit(1);
}
