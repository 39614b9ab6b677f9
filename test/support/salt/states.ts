// The states that the tests apply: one file a situation.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `change.sls` writes into its file; the diff of it travels through Salt, the agent and the module. */
export const CONTENTS = 'Grüße 😀 from \\ "Salt"\tend';

const states = (managed: string): Record<string, string> => ({
  success: `
all good:
  test.succeed_without_changes: []
`,
  change: `
motd:
  file.managed:
    - name: ${managed}
    - contents: ${JSON.stringify(CONTENTS)}
    - mode: '0644'
then:
  test.succeed_with_changes:
    - require: [file: motd]
`,
  failure: `
breaks:
  test.fail_without_changes:
    - comment: it broke
needs:
  test.nop:
    - require: [test: breaks]
`,
  render: `
{{ undefined_thing.nowhere }}
`,
  top: `
base: {'*': [success, change]}
`,
  // One state of each kind, as Salt counts them.
  kinds: `
changed:
  test.succeed_with_changes: []
unchanged:
  test.succeed_without_changes: []
failed with changes:
  test.fail_with_changes: []
not run:
  test.nop:
    - require: [test: failed with changes]
held back:
  test.succeed_with_changes:
    - onlyif: 'false'
warned:
  test.configurable_test_state:
    - changes: false
    - result: true
    - warnings: [be warned]
`,
  // What has no \`changes\` where \`test=True\` finds that it would change something.
  would: `
a user:
  user.present:
    - name: saltflat-of-a-test
a service:
  service.running:
    - name: saltflat-of-a-test
a call:
  module.run:
    - test.ping: []
a file:
  file.managed:
    - name: ${managed}-of-a-test
    - contents: new
`,
  wait: `
waits:
  cmd.run:
    - name: sleep 4
`,
  nan: `
measured:
  odd.measured: []
`,
  bytes: `
raw:
  odd.raw: []
`,
  big: `
big:
  odd.big: []
`,
  scheduled: `
announced:
  test.succeed_with_changes: []
asked:
  salt.function:
    - name: test.ping
    - tgt: web-01
broken:
  test.fail_without_changes: []
`,
  deploy: `
deploy:
  salt.state:
    - tgt: web-01
    - sls: [change, success]
check:
  salt.function:
    - name: test.ping
    - tgt: web-01
    - require: [salt: deploy]
`,
});

/** A state module whose returns hold what JSON has not, and one that is nearly as big as an event may be. */
const ODD = `
def _state(name, changes, comment="done"):
    return {"name": name, "changes": changes, "result": True, "comment": comment}


def measured(name):
    return _state(name, {"load": float("nan"), "left": float("inf")})


def raw(name):
    return _state(name, {"raw": b"\\xff\\x00"})


def big(name):
    return _state(name, {}, "x" * 900_000)
`;

/** Writes it to a folder of its own under `folder`, for a minion's `states_dirs`; that folder. */
export function writeStateModule(folder: string): string {
  const root = join(folder, 'state-modules');
  mkdirSync(root);
  writeFileSync(join(root, 'odd.py'), ODD);
  return root;
}

/** Writes them under `folder`; the folder of the states. */
export function writeStates(folder: string): string {
  const root = join(folder, 'states');
  mkdirSync(root);
  for (const [name, text] of Object.entries(states(managedFile(folder))))
    writeFileSync(join(root, `${name}.sls`), text);
  return root;
}

/** The file that `change.sls` manages. */
export const managedFile = (folder: string): string => join(folder, 'motd');
