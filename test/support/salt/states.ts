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
