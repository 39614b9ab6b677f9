// The jobs that the tests run, one after another, and the records that each must give.
import { readFileSync, rmSync } from 'node:fs';
import type { SaltRecord } from '../../../build/host/index.js';
import { CONTENTS, managedFile } from './states.js';
import { until } from '../program.js';
import { type World, MASTER, MINION } from './world.js';

/** What a test says of a job's records. */
interface Job {
  readonly sentence: string;
  /** The command's words; MOTD stands for the path of the managed file. */
  readonly args: readonly string[];
  readonly runner?: true;
  /** Runs before the job; `folder` is the world's. */
  readonly before?: (folder: string) => void;
  readonly check: (records: SaltRecord[]) => void;
}

const results = (records: SaltRecord[]): unknown[] => records.map(({ result }) => result);
const ids = (records: SaltRecord[]): unknown[] => records.map(({ state_id: id }) => id);
const hasChanges = ({ changes }: SaltRecord): boolean => Object.keys(changes as object).length > 0;

function expectFunReturn(records: SaltRecord[], text: string): void {
  expect(records).toEqual([
    expect.objectContaining({ event_type: 'fun_return', fun: 'state.apply', fun_return: [expect.any(String)] }),
  ]);
  expect(String(records[0]?.['fun_return'])).toContain(text);
}

export const JOBS: readonly Job[] = [
  {
    sentence: 'a state that finds all in order is one record with result true and no changes',
    args: ['state.apply', 'success'],
    check: (records) => {
      expect(records).toEqual([
        expect.objectContaining({ event_type: 'state_return', state_id: 'all good', result: true, changes: {} }),
      ]);
    },
  },
  {
    sentence: 'states that change something carry what they changed, Unicode and escapes intact',
    args: ['state.apply', 'change'],
    before: (folder) => rmSync(managedFile(folder), { force: true }),
    check: (records) => {
      expect(ids(records)).toEqual(['motd', 'then']);
      expect(results(records)).toEqual([true, true]);
      expect(records.filter(hasChanges)).toHaveLength(2);
    },
  },
  {
    sentence: 'a diff comes through with its Unicode and escapes',
    args: ['state.single', 'file.managed', 'name=MOTD', 'contents=plain'],
    check: (records) => {
      expect(String((records[0]?.['changes'] as { diff?: unknown }).diff)).toContain(`-${CONTENTS}\n`);
    },
  },
  {
    sentence: 'a failed state and the one that required it are two records with result false',
    args: ['state.apply', 'failure'],
    check: (records) => {
      expect(results(records)).toEqual([false, false]);
      expect(records.map(({ comment }) => comment)).toEqual(['it broke', expect.stringContaining('requisite failed')]);
    },
  },
  {
    sentence: 'what test=True would change has result null',
    args: ['state.apply', 'change', 'test=True'],
    before: (folder) => rmSync(managedFile(folder), { force: true }),
    check: (records) => {
      expect(results(records)).toEqual([null, null]);
      expect(records[0]?.['changes']).toHaveProperty('newfile');
      expect(records[0]?.['fun_args']).toEqual(['change', expect.objectContaining({ test: true })]);
    },
  },
  {
    sentence: 'a state file that does not render is one fun_return with the error',
    args: ['state.apply', 'render'],
    check: (records) => expectFunReturn(records, "'undefined_thing' is undefined"),
  },
  {
    sentence: 'a state file that is not there is one fun_return that names it',
    args: ['state.apply', 'missing'],
    check: (records) => expectFunReturn(records, "No matching sls found for 'missing'"),
  },
  {
    sentence: 'state.single is one record',
    args: ['state.single', 'test.nop', 'name=solo'],
    check: (records) => {
      expect(records).toEqual([expect.objectContaining({ fun: 'state.single', state_id: 'solo', __sls__: null })]);
    },
  },
  {
    sentence: 'a highstate has a record for each state of all its files',
    args: ['state.highstate'],
    check: (records) => {
      expect(ids(records)).toEqual(['all good', 'motd', 'then']);
      expect(new Set(records.map(({ fun }) => fun))).toEqual(new Set(['state.highstate']));
    },
  },
  {
    sentence: 'a job of several functions has the records of the one that runs states, under its own name',
    args: ['state.apply,test.ping', 'success', ','],
    check: (records) => {
      expect(records).toEqual([
        expect.objectContaining({ fun: 'state.apply', fun_args: ['success'], state_id: 'all good' }),
      ]);
    },
  },
  { sentence: 'test.ping has none', args: ['test.ping'], check: (records) => expect(records).toEqual([]) },
  {
    sentence: 'state.show_sls has none',
    args: ['state.show_sls', 'success'],
    check: (records) => expect(records).toEqual([]),
  },
  {
    sentence: 'a runner without states has none',
    args: ['manage.up'],
    runner: true,
    check: (records) => expect(records).toEqual([]),
  },
  {
    sentence: 'an orchestration has a record for each step, of the master, and its minions their own',
    args: ['state.orchestrate', 'deploy'],
    runner: true,
    check: (records) => {
      const [own, steps] = [MINION, MASTER].map((id) => records.filter(({ minion_id: of }) => of === id));
      expect(records).toHaveLength(5);
      expect(ids(steps!)).toEqual(['deploy', 'check']);
      expect(ids(own!).toSorted()).toEqual(['all good', 'motd', 'then']);
      expect(steps![0]).toMatchObject({ fun: 'runner.state.orchestrate', result: true });
      expect((steps![0]?.['changes'] as { ret?: object }).ret).toHaveProperty([MINION]);
    },
  },
];

/** Runs them all, one after another; the lines that each left in the event file. */
export async function runJobs(world: World, folder: string): Promise<string[][]> {
  const lines: string[][] = [];
  let seen = readFileSync(world.events).length;
  for (const { args, runner, before } of JOBS) {
    before?.(folder);
    const words = args.map((word) => word.replace('MOTD', managedFile(folder)));
    const answer = await (runner === true ? world.runner(...words) : world.job(...words));
    const last = runner === true ? `"fun": "runner.${words[0]}"` : `"fun": ${funs(words[0]!)}`;
    const appended = (): string => readFileSync(world.events).subarray(seen).toString();
    try {
      await until(() => appended().includes(last) && appended().endsWith('\n'), `${words.join(' ')} in the event file`);
    } catch (error) {
      throw new Error(answer.output, { cause: error });
    }
    lines.push(appended().trimEnd().split('\n'));
    seen += Buffer.byteLength(appended());
  }
  return lines;
}

/** `fun` as Salt's JSON has it. */
function funs(word: string): string {
  const names = word.split(',').map((name) => `"${name}"`);
  return names.length === 1 ? names[0]! : `[${names.join(', ')}]`;
}
