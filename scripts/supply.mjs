// What a release says of its dependencies: the versions it was tested with, and a bill of materials. Both from the
// lockfile.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED_IN } from './compiled-in.mjs';

const lockOf = (folder) => JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));

/** Whether an entry of the lockfile is installed with the package. */
const isInstalled = ({ dev, devOptional }) => dev !== true && devOptional !== true;

/**
 * The text of `npm-shrinkwrap.json`: what of `package-lock.json` is needed to run. npm installs these versions, with
 * these checksums, wherever the package comes from a registry. It is no file of the tree: npm would take it for the
 * lockfile.
 */
export function shrinkwrapOf(folder) {
  const { packages, ...head } = lockOf(folder);
  const kept = Object.entries(packages).filter(([, entry]) => isInstalled(entry));
  const own = { ...packages[''] };
  delete own.devDependencies;
  return `${JSON.stringify({ ...head, packages: { ...Object.fromEntries(kept), '': own } }, null, 2)}\n`;
}

/** The full name of a component. */
const nameOf = ({ group, name }) => (group === undefined ? name : `${group}/${name}`);

/**
 * The components that are installed with the package. npm's own mark does not tell: of a version that a tool needs too,
 * in a folder of its own, it looks at one place only.
 */
function installed(packages) {
  const entries = Object.entries(packages).filter(([path, entry]) => path !== '' && isInstalled(entry));
  return new Set(entries.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`));
}

/** Which file parts of the component are compiled into; other versions of it, which a tool has for itself, are not. */
function compiledInto(component, packages) {
  const full = nameOf(component);
  const { version } = component;
  return packages[`node_modules/${full}`]?.version === version ? COMPILED_IN[full]?.into : undefined;
}

/**
 * CycloneDX, as JSON: what is installed with the package, and what is compiled into it (`scope: required`, its `into`
 * as a property).
 */
export function billOf(folder) {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application', '--loglevel=error'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`npm sbom: ${stderr.trim()}`);
  const { components = [], dependencies = [], ...bill } = JSON.parse(stdout);
  const { packages } = lockOf(folder);
  const known = installed(packages);
  const kept = components.flatMap((component) => {
    const into = compiledInto(component, packages);
    const isKnown = known.has(`${nameOf(component)}@${component.version}`);
    if (into === undefined && !isKnown) return [];
    const properties = into === undefined ? [] : [{ name: 'saltflat:compiled-into', value: into }];
    return [{ ...component, scope: component.scope ?? 'required', properties }];
  });
  const refs = new Set([bill.metadata.component['bom-ref'], ...kept.map((component) => component['bom-ref'])]);
  const edges = dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((target) => refs.has(target)) }));
  bill.metadata.component.name = packages[''].name; // npm takes the folder's
  return `${JSON.stringify({ ...bill, components: kept, dependencies: edges }, null, 2)}\n`;
}
