// examples/kubernetes: what kustomize makes of it, by its README; the module in a registry and back.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Guide } from '../support/guides/guide.js';
import { Sandbox } from '../support/guides/sandbox.js';
import { Running, describeWith, findProgram, until } from '../support/program.js';

const FOLDER = 'examples/kubernetes';
const KUBECTL = findProgram('KUBECTL', 'kubectl');
const KUBECONFORM = findProgram('KUBECONFORM', 'kubeconform');
const ORAS = findProgram('ORAS', 'oras');
/** An in-memory registry that takes `-port`: `cmd/registry` of go-containerregistry. */
const REGISTRY = findProgram('OCI_REGISTRY');
/** Where kubeconform finds the schemas of the manifests; without it they are fetched, which a test does not. */
const SCHEMAS = process.env['KUBERNETES_SCHEMAS'];

const readme = new Guide(`${FOLDER}/README.md`, { isWhole: false });
const commandsWith = (word: string): string => {
  const found = readme.commands.find(({ text }) => text.includes(word));
  if (found === undefined) throw new Error(`${readme.name} has no commands with ${word}`);
  return found.text;
};
const module = readFileSync('build/saltflat.wasm');

/** Lets commands of a sandbox find a program that is not on PATH. */
function provide(sandbox: Sandbox, name: string, path: string): void {
  writeFileSync(sandbox.path(`bin/${name}`), `#!/bin/sh\nexec '${path}' "$@"\n`, { mode: 0o755 });
}

describeWith('kustomize makes', KUBECTL === null ? 'no kubectl on PATH' : null, () => {
  const sandbox = new Sandbox();
  let manifests = '';
  beforeAll(async () => {
    for (const word of ['saltflat wasm', 'kubectl kustomize']) {
      const { code, output } = await sandbox.run(commandsWith(word), FOLDER);
      if (code !== 0) throw new Error(output);
    }
    // With the reader's paths: the sandbox has others.
    manifests = readFileSync(join(sandbox.checkout, FOLDER, 'saltflat.yaml'), 'utf8').replaceAll(sandbox.root, '');
  });
  afterAll(() => sandbox.remove());

  it('a config map with the module as it is, within what a config map takes', () => {
    const [, text] = /^binaryData:\n {2}saltflat\.wasm: \|\n((?: {4}.+\n)+)/m.exec(manifests)!;
    const bytes = Buffer.from(text!.replaceAll(/\s/g, ''), 'base64');
    expect(bytes.equals(module)).toBe(true);
    expect(text!.length).toBeLessThan(1024 * 1024);
  });

  it('an agent that mounts what its configuration names', () => {
    const configuration = readFileSync(join(sandbox.checkout, FOLDER, 'fluent-bit.yaml'), 'utf8');
    const mounts = [...manifests.matchAll(/mountPath: (\S+)/g)].map(([, path]) => path!);
    expect(mounts).toHaveLength(5);
    for (const variable of ['SALT_EVENTS', 'SALTFLAT_WASM', 'SALTFLAT_OPTIONS', 'STATE_DIR']) {
      const path = new RegExp(`${variable}: (\\S+)`).exec(configuration)![1]!.replace(sandbox.root, '');
      expect(mounts.filter((mount) => path.startsWith(mount))).toHaveLength(1);
    }
    const named = [...manifests.matchAll(/^ +name: (saltflat-(?:module|options|agent)-\w+)$/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(named).size).toBe(3);
    expect(named).toHaveLength(6); // as it is made, and as it is mounted
  });

  const missing =
    KUBECONFORM === null ? 'no kubeconform on PATH' : SCHEMAS === undefined ? 'no KUBERNETES_SCHEMAS' : null;
  describeWith('manifests', missing, () => {
    it('that are valid, strictly', () => {
      const args = ['-strict', '-summary', '-schema-location', SCHEMAS!, '-'];
      const { status, stdout } = spawnSync(KUBECONFORM!, args, { input: manifests, encoding: 'utf8' });
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: expect.stringContaining('Valid: 4, Invalid: 0, Errors: 0'),
      });
    });
  });
});

const missing = ORAS === null ? 'no oras on PATH' : REGISTRY === null ? 'OCI_REGISTRY names no registry' : null;
describeWith('a registry', missing, () => {
  let registry: Running;
  let sandbox: Sandbox;
  beforeAll(async () => {
    const port = await freePort();
    registry = new Running(REGISTRY!, ['-port', String(port)]);
    sandbox = new Sandbox({ 5000: port });
    provide(sandbox, 'oras', ORAS!);
    const isUp = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(isUp, 'the registry answers');
  });
  afterAll(async () => {
    await registry?.stop();
    await sandbox?.remove();
  });

  it('takes the module and gives it back', async () => {
    for (const word of ['oras push', 'oras pull']) {
      const { code, output } = await sandbox.run(commandsWith(word), FOLDER);
      expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
    }
    const pulled = readFileSync(join(sandbox.checkout, FOLDER, 'pulled/saltflat.wasm'));
    expect(pulled.equals(module)).toBe(true);
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
