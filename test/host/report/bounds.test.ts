import { once } from 'node:events';
import { closeSync, createReadStream, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Axis, MAX_BINS } from '../../../build/host/report/axis.js';
import { type Group } from '../../../build/host/report/data.js';
import { Expected } from '../../../build/host/report/expected.js';
import { Groups } from '../../../build/host/report/groups.js';
import { MinionSums, Totals } from '../../../build/host/report/totals.js';
import { ended, itWith, peakBytes, run, start, textOf } from '../../support/command.js';
import { failure, newLine, result, returnLine } from '../../support/report-events.js';

const same = (minion: number): number => minion;
const MINUTE = 60_000;

/** Adds one happening; each has a time of its own unless told. */
function add(groups: Groups, name: string, minion = 1, atMs: number | null = 0, ms: number | null = null): void {
  groups.add({ name, sls: 1, occasion: { atMs, jid: '1', minion }, ms, remark: { comment: 'c', reason: '' } });
}

const cellSum = ({ cells }: Group): number => cells.reduce((sum, cell) => sum + cell[4]!, 0);

describe('the time axis of a report', () => {
  it.each([1, 1000, 90 * MINUTE, 1e9, 1e12])(
    'has few bins for 300 events, one each %d ms, each in its own place',
    (step) => {
      const axis = new Axis();
      const given: { ms: number; bin: number }[] = [];
      axis.onCoarser((factor) => given.forEach((each) => (each.bin = Math.floor(each.bin / factor))));
      for (let count = 0; count < 300; count++) {
        const ms = (count % 2 === 0 ? count : -count) * step;
        given.push({ ms, bin: axis.binOf(ms)! });
      }
      expect(axis.bins).toBeLessThanOrEqual(MAX_BINS);
      for (const { ms, bin } of given) {
        expect(bin).toBe(Math.floor(ms / axis.widthMs));
        expect(bin).toBeGreaterThanOrEqual(axis.firstBin);
        expect(bin).toBeLessThan(axis.firstBin + axis.bins);
      }
    },
  );
});

describe('the groups of a report', () => {
  it('keep what is frequent among any number of rare ones, and say how often it may have happened besides', () => {
    const groups = new Groups(new Axis(), 'count', { groups: 10, cells: 1000, name: 100 });
    const total = 20_000;
    const truth = new Map<string, number>();
    for (let at = 0; at < total; at++) {
      const name = at % 5 === 0 ? 'often' : at % 11 === 0 ? 'now and then' : `rare ${at}`;
      truth.set(name, (truth.get(name) ?? 0) + 1);
      add(groups, name);
    }
    const kept = groups.groups(same, same);
    expect(kept).toHaveLength(10);
    expect(groups.dropped).toBeGreaterThan(1000);
    expect(kept.slice(0, 2).map(({ name }) => name)).toEqual(['often', 'now and then']);
    for (const { name, count, missed } of kept) {
      expect(count).toBeLessThanOrEqual(truth.get(name)!);
      expect(count + missed).toBeGreaterThanOrEqual(truth.get(name)!);
      expect(missed).toBeLessThanOrEqual(total / 10);
    }
  });

  it('keep the slowest among any number of fast ones, exactly', () => {
    const groups = new Groups(new Axis(), 'longest', { groups: 10, cells: 1000, name: 100 });
    const durations = Array.from({ length: 5000 }, (_, at) => (at * 7919) % 5003);
    durations.forEach((ms, at) => add(groups, `state ${at}`, 1, 0, ms));
    expect(groups.groups(same, same).map(({ maxMs }) => maxMs)).toEqual(
      durations.toSorted((a, b) => b - a).slice(0, 10),
    );
  });

  it('count all, and say which of them no filter can place, when there are too many places', () => {
    const axis = new Axis();
    const groups = new Groups(axis, 'count', { groups: 50, cells: 200, name: 100 });
    for (let at = 0; at < 6000; at++) add(groups, `state ${at % 40}`, at % 97, at * MINUTE);
    const kept = groups.groups(same, same);
    expect(kept.reduce((sum, { count }) => sum + count, 0)).toBe(6000);
    expect(kept.reduce((sum, { cells }) => sum + cells.length, 0)).toBeLessThanOrEqual(200);
    expect(kept.some(({ unplaced }) => unplaced > 0)).toBe(true);
    for (const group of kept) expect(cellSum(group) + group.unplaced).toBe(group.count);
  });

  it('lose nothing when bins are joined', () => {
    const axis = new Axis();
    const groups = new Groups(axis, 'count', { groups: 50, cells: 10_000, name: 100 });
    for (let at = 0; at < 500; at++) add(groups, 'state', at % 3, at * at * MINUTE);
    const [group] = groups.groups(same, same);
    expect(cellSum(group!)).toBe(500);
    expect(group!.cells.length).toBeLessThanOrEqual(3 * MAX_BINS);
    for (const [, , bin] of group!.cells) expect(bin).toBeLessThan(axis.firstBin + axis.bins);
  });

  it('keep long texts apart that begin alike, and cut them', () => {
    const groups = new Groups(new Axis(), 'count', { groups: 10, cells: 100, name: 100 });
    for (const end of ['a', 'b', 'b']) add(groups, 'x'.repeat(5000) + end);
    const kept = groups.groups(same, same);
    expect(kept.map(({ count }) => count)).toEqual([2, 1]);
    for (const { name } of kept) expect(name.length).toBeLessThan(150);
  });
});

describe('the totals of a report', () => {
  it('count every state, the minions with few failures among the others when there are too many', () => {
    const totals = new Totals(new Axis(), 400);
    for (let at = 0; at < 5000; at++) {
      const minion = 1 + (at % 500);
      totals.add(minion <= 5 ? 'failed' : 'unchanged', minion, at % 3, at);
    }
    const { rows } = totals;
    expect(rows.length).toBeLessThanOrEqual(400);
    expect(totals.isFolded).toBe(true);
    expect(rows.flatMap(([, , , ...counts]) => counts).reduce((sum, count) => sum! + count!, 0)).toBe(5000);
    const failing = rows.filter(([, , , failed]) => failed! > 0).map(([, minion]) => minion);
    expect(new Set(failing)).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  it('take as long for each state, however many SLS files there are, the ones with few failures among the others', () => {
    const totals = new Totals(new Axis(), 1000);
    const start = performance.now();
    for (let at = 0; at < 60_000; at++) {
      const sls = 1 + Math.floor(at / 24);
      totals.add(sls <= 2 ? 'failed' : 'unchanged', 1, sls, (at % 24) * 3_600_000);
    }
    expect(performance.now() - start).toBeLessThan(5000); // 23 ms a state, once
    const { rows } = totals;
    expect(rows.length).toBeLessThanOrEqual(1000);
    expect(totals.isSlsFolded).toBe(true);
    expect(rows.flatMap(([, , , ...counts]) => counts).reduce((sum, count) => sum! + count!, 0)).toBe(60_000);
    const failing = rows.filter(([, , , failed]) => failed! > 0).map(([, , sls]) => sls);
    expect(new Set(failing)).toEqual(new Set([1, 2]));
  });

  it('rank minions by failures, those that are not told apart last', () => {
    const sums = new MinionSums();
    for (const minion of [0, 0, 0, 1, 2, 2]) sums.addState('failed', minion);
    sums.addState('unchanged', 3);
    sums.addError(1);
    sums.addError(1);
    expect(sums.failing).toEqual([
      [1, 1, 2, 1],
      [2, 2, 0, 2],
      [0, 3, 0, 3],
    ]);
  });
});

describe('the comparison of expected minions', () => {
  it('forgets the oldest jobs when there are too many, and counts them', () => {
    const expected = new Expected(100);
    for (let job = 0; job < 1000; job++) {
      expected.announce({ jid: `${job}`, shownJid: `${job}`, minions: ['a', 'b'], shown: [1, 2], fun: 'f', atMs: job });
      expected.returned(`${job}`, 'a');
      expected.returned(`unknown ${job}`, 'a');
    }
    const missing = [...expected.missing()];
    expect(missing.length).toBeLessThanOrEqual(100);
    expect(missing.at(-1)).toEqual({ minion: 2, jid: '999', fun: 'f', atMs: 999 });
    expect(missing.length + expected.left.dropped).toBe(1000);
    expect(expected.left.forgotten).toBe(900);
  });

  it('takes as long for each return, however many it has forgotten', () => {
    const expected = new Expected(100_000);
    const millisecondsOf = (from: number, to: number): number => {
      const start = performance.now();
      for (let job = from; job < to; job++) expected.returned(`${job}`, 'a');
      return performance.now() - start;
    };
    const first = millisecondsOf(0, 10_000);
    millisecondsOf(10_000, 180_000);
    expect(millisecondsOf(180_000, 190_000)).toBeLessThan(Math.max(20 * first, 300));
    expect(expected.left.forgotten).toBe(90_000);
  });

  it('takes announcements of one job from several masters together', () => {
    const expected = new Expected(100);
    for (const minions of [['a'], ['b']])
      expected.announce({ jid: '1', shownJid: '1', minions, shown: [1], fun: 'f', atMs: null });
    for (const minion of ['b', 'a', 'c']) expected.returned('1', minion);
    expect([...expected.missing()]).toEqual([]);
  });
});

describe('saltflat report on jobs and minions with endless names', () => {
  it('tells them apart, and keeps their beginning', async () => {
    const [one, other] = [`${'9'.repeat(30_000)}1`, `${'9'.repeat(30_000)}2`];
    const [here, gone] = [`${'m'.repeat(30_000)}1`, `${'m'.repeat(30_000)}2`];
    const returned = returnLine({ jid: one, minion: here, returned: failure('a') });
    const input = newLine(one, [here, gone]) + newLine(other, [here]) + returned;
    const { code, stdout } = await run(['report', '-q', '-', '--format', 'json'], input);
    expect(code).toBe(0);
    const { never_returned: missing } = JSON.parse(stdout) as { never_returned: { rows: { jobs: number }[] } };
    expect(missing.rows.map(({ jobs }) => jobs)).toEqual([1, 1]);
    expect(stdout.length).toBeLessThan(20_000);
  });
});

describe('saltflat report on a large event', () => {
  it('counts its states, and finds them again where it comes again', async () => {
    const states = Array.from({ length: 4000 }, (_, at) => (at % 100 === 0 ? failure(`id ${at}`) : result(`id ${at}`)));
    const line = returnLine({ returned: Object.assign({}, ...states) as object });
    const { code, stdout } = await run(['report', '-q', '-', '--format', 'json'], line + line);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ copies: 4000, differing: 0, states: { total: 4000, failed: 40 } });
  });
});

describe('the memory of saltflat report', () => {
  const MEBIBYTE = 1024 * 1024;
  const RETURNS = 3000;
  const STATES = 100;
  let directory: string;
  let input: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'saltflat-'));
    input = join(directory, 'input.ndjson');
    const file = openSync(input, 'w');
    // 300,000 states, each with an id of its own, on 3,000 minions, 1 minute apart; as many minions never return.
    for (let count = 0; count < RETURNS; count++) {
      const stamp = new Date(Date.UTC(2026, 0, 1) + count * MINUTE).toISOString();
      const jid = `20260101${String(count).padStart(12, '0')}`;
      const states = Array.from({ length: STATES }, (_, at) =>
        at === 0
          ? failure('the same everywhere')
          : at % 4 === 0
            ? failure(`id ${count} ${at}`, `comment ${count} ${at} ${'x'.repeat(300)}`, `sls-${at}`)
            : result(`id ${count} ${at}`, { duration: count + at }),
      );
      const returned = Object.assign({}, ...states) as object;
      writeSync(file, newLine(jid, [`m-${count}`, `gone-${count}`], 'state.apply', stamp));
      writeSync(file, returnLine({ jid, minion: `m-${count}`, stamp, returned }));
    }
    closeSync(file);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** The input three times, each time of other jobs: what comes again would be counted once. */
  async function feed(stdin: NodeJS.WritableStream): Promise<void> {
    for (const day of ['20260101', '20260102', '20260103'])
      for await (const line of createInterface(createReadStream(input)))
        if (!stdin.write(`${line.replaceAll('20260101', day)}\n`)) await once(stdin, 'drain');
    stdin.end();
  }

  const onLinux = itWith(existsSync('/proc/self/status'), 'no /proc');

  onLinux(
    'stays bounded with a large input in which nothing repeats, and what repeats is found',
    async () => {
      const child = start(['report', '-q', '--format', 'json', '-']);
      const fed = feed(child.stdin!);
      let peak = 0;
      const timer = setInterval(() => (peak = Math.max(peak, peakBytes(child))), 20);
      const [code, stdout] = await Promise.all([ended(child), textOf(child.stdout), fed]);
      clearInterval(timer);
      expect(code).toBe(0);
      const {
        states,
        failed_states: failed,
        notes,
      } = JSON.parse(stdout) as {
        states: { total: number };
        failed_states: { more: boolean; rows: { state_id: string; count: number }[] };
        notes: string[];
      };
      expect(states.total).toBe(3 * RETURNS * STATES);
      expect(failed).toMatchObject({
        more: true,
        rows: { 0: { state_id: 'the same everywhere', count: 3 * RETURNS } },
      });
      expect(notes).toContainEqual(expect.stringContaining('too many different failed states'));
      expect(peak).toBeGreaterThan(0);
      expect(peak).toBeLessThan(500 * MEBIBYTE);
    },
    180_000,
  );
});
