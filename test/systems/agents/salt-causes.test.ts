// `causes` on what real Salts return: a tree of a thousand states with requisites of every kind, whose roots are known
// beforehand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SaltRecord, load } from '../../../build/host/index.js';
import { job } from '../../support/module/jobs.js';
import { describeWith, temporaryFolder } from '../../support/program.js';
import { NEWER, OLDER, installSalt } from '../../support/salt/install.js';
import { ALL, requisiteTree, writeTree } from '../../support/salt/requisites.js';
import { command } from '../../support/salt/world.js';

const STATES = 1000;
const RUN_MS = 300_000;
const [newer, older] = [await installSalt(NEWER), await installSalt(OLDER)];

/** What `salt-call --local state.apply` returns for a tree that lies in `folder`. */
async function apply(bin: string, folder: string): Promise<Record<string, object>> {
  const configuration = join(folder, 'etc');
  mkdirSync(configuration);
  const settings = {
    ...{
      id: 'm',
      root_dir: join(folder, 'root'),
      file_client: 'local',
      log_level: 'quiet',
      log_level_logfile: 'quiet',
    },
    file_roots: { base: [join(folder, 'states')] },
  };
  writeFileSync(join(configuration, 'minion'), JSON.stringify(settings));
  const { output } = await command(
    join(bin, 'salt-call'),
    ...['-c', configuration, '--local', '--out', 'json', 'state.apply', ALL],
  );
  const { local } = JSON.parse(output.slice(output.indexOf('{'))) as { local: unknown };
  if (typeof local !== 'object' || local === null || Array.isArray(local)) throw new Error(JSON.stringify(local));
  return local as Record<string, object>;
}

describe.each([
  { version: NEWER, salt: newer },
  { version: OLDER, salt: older },
])('Salt $version', ({ salt }) => {
  describeWith('a run of a thousand states', salt.missing, () => {
    const tree = requisiteTree(STATES);
    let folder: ReturnType<typeof temporaryFolder>;
    let returned: Record<string, object>;
    let records: SaltRecord[];

    beforeAll(async () => {
      folder = temporaryFolder();
      writeTree(tree, join(folder.path, 'states'));
      returned = await apply(salt.bin, folder.path);
      const module = await load({ options: { causes: true, summary: true } });
      records = module.flatten(job('state.apply', returned));
    }, RUN_MS);
    afterAll(() => {
      folder.remove();
    });

    it('has hundreds of states that failed, and chains of them', () => {
      expect(Object.keys(returned).length).toBeGreaterThanOrEqual(STATES);
      expect(tree.roots.size).toBeGreaterThan(50);
      expect(tree.followers.size).toBeGreaterThan(100);
      expect(Math.max(...[...tree.followers.values()].map(({ size }) => size))).toBeGreaterThan(5);
    });

    it('fails where the tree says so', () => {
      const failed = records.filter(({ result }) => result === false).map(({ state_name: name }) => String(name));
      expect(failed.toSorted()).toEqual([...tree.roots, ...tree.followers.keys()].toSorted());
    });

    it('names for each state that was not run the roots of the tree, and for no other any', () => {
      const found = records.flatMap(({ state_name: name, caused_by: by }) =>
        by === undefined ? [] : [[String(name), (by as string[]).toSorted()] as const],
      );
      const expected = [...tree.followers].map(([name, roots]) => [name, [...roots].toSorted()] as const);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
      expect(records.filter((record) => 'caused_by_text' in record)).toEqual([]);
    });

    it('counts both in its summary', () => {
      const { failed_roots: roots, failed_followers: followers } = records.at(-1) ?? {};
      expect([roots, followers]).toEqual([tree.roots.size, tree.followers.size]);
    });
  });
});
