// A session of a real Salt with everything that leaves returns of a shape of its own: schedules of the minion and of
// the master, batch, queue, orchestrations, test=True, errors, values that are no JSON, salt-ssh. What saltflat says of
// it is what Salt says: at the end of each run, in its job cache, and where its event file was held up.
//
// The newer Salt runs always, the older one only with SALTFLAT_SLOW=1.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SaltRecord } from '../../../build/host/index.js';
import { records as parse, run } from '../../support/command.js';
import { describeWith, temporaryFolder } from '../../support/program.js';
import { Agent } from '../../support/salt/agent.js';
import { canonical } from '../../support/fluent-bit/canonical.js';
import { FLUENT_BIT, NO_FLUENT_BIT, SLOW } from '../../support/fluent-bit/agent.js';
import { type Installed, NEWER, OLDER, installSalt } from '../../support/salt/install.js';
import { type Printed, Session } from '../../support/salt/session.js';
import { NO_SSH } from '../../support/salt/ssh.js';
import { type Run, runsIn, summariesIn } from '../../support/salt/summary.js';
import { MASTER, MINION } from '../../support/salt/world.js';

const SETUP_MS = 400_000;
/** Salt gives a writer up after 60 seconds (`publish_drain_timeout`). */
const HOLD_SECONDS = 70;
const OPTIONS = { id: true, summary: true };
const newer = await installSalt(NEWER);
const older: Installed = SLOW === null ? await installSalt(OLDER) : { bin: '', missing: SLOW };

/** What is written into the event file as one event, as far as it is JSON. */
interface Event {
  readonly tag: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function eventsIn(text: string): Event[] {
  const isWhole = (line: string): boolean => {
    try {
      JSON.parse(line);
      return true;
    } catch {
      return false; // NaN, or half a line
    }
  };
  return text
    .split('\n')
    .filter(isWhole)
    .map((line) => JSON.parse(line) as Event);
}

const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).toSorted();
/**
 * A record as an agent may spell it; what is malformed without its place, which `replay` alone knows by file and line.
 */
function spelt(record: SaltRecord): string {
  const { event_type: type, record: start } = record;
  return canonical(JSON.stringify(type === 'malformed' ? { type, start } : record));
}
const idsOf = (records: readonly SaltRecord[]): string[] => records.map(({ event_id: id }) => String(id)).toSorted();
const isKept = ({ jid }: SaltRecord): boolean => /^\d{20}$/.test(String(jid));

describe.each([
  { version: NEWER, salt: newer, losesWhenHeld: true },
  // Its bus has no limit for a reader that does not read: what is held up comes later.
  { version: OLDER, salt: older, losesWhenHeld: false },
])('a session of Salt $version', ({ salt, losesWhenHeld }) => {
  describeWith('with everything', salt.missing, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let options: string;
    let session: Session;
    let agent: Agent | undefined;
    let held: Promise<void>;
    /** The event file before it is held. */
    let events: string;
    let text: string;
    let records: SaltRecord[];
    let runs: Run[];
    /** The job whose return holds bytes. */
    let bytes: string;

    beforeAll(async () => {
      folder = temporaryFolder();
      options = join(folder.path, 'options.json');
      writeFileSync(options, JSON.stringify(OPTIONS));
      session = await Session.run(salt.bin, folder.path, async (world) => {
        if (FLUENT_BIT === null) return;
        agent = await Agent.start(FLUENT_BIT, folder.path, 'tcp', { SALT_EVENTS: world.events });
      });
      events = join(folder.path, 'before.ndjson');
      copyFileSync(session.world.events, events);
      held = session.hold(HOLD_SECONDS);
      held.catch(() => undefined);
      text = readFileSync(events, 'utf8');
      const { code, stdout } = await run(['replay', events, '--options', options]);
      expect(code).toBe(0);
      records = parse(stdout);
      runs = runsIn(records);
      bytes = eventsIn(text).find(({ data }) => JSON.stringify(data['arg']) === '["bytes"]')!.data['jid'] as string;
    }, SETUP_MS);
    afterAll(async () => {
      await agent?.stop();
      await session?.world.stop();
      folder.remove();
    }, SETUP_MS);

    const runOf = (states: string | null, minion: string): Run | undefined =>
      runs.find(
        ({ job }) => job['minion_id'] === minion && (states === null || (job['fun_args'] as unknown[])[0] === states),
      );

    describe('the counts are those of the summary that Salt prints', () => {
      it('at the end of salt, salt-call, a batch, a dry run and an orchestration', () => {
        expect(session.shown.length).toBeGreaterThanOrEqual(5);
        for (const { states, minion, text: shown } of session.shown) {
          const said = summariesIn(shown).find((each) => each.minion === minion || each.minion === 'local');
          expect({ states, counts: runOf(states, minion)?.counts }).toEqual({ states, counts: said?.counts });
        }
      });

      it('for each kind of state, and for what test=True finds without changes', () => {
        expect(runOf('kinds', MINION)).toMatchObject({
          job: { states: 6, succeeded: 3, changed: 1, failed: 2, skipped: 1, would_change: 0 },
          counts: { total: 6, succeeded: 4, unchanged: 0, changed: 2, failed: 2 },
        });
        const would = records.filter(
          ({ fun_args: args, event_type: type }) => type === 'state_return' && String(args).startsWith('would'),
        );
        const found: Record<string, unknown> = Object.fromEntries(
          would.map(({ state_id: id, result, changes }) => [id, [result, changes]]),
        );
        expect(found).toMatchObject({
          'a user': [null, {}],
          'a call': [null, {}],
          'a file': [null, { newfile: expect.any(String) }],
        });
        // A machine that was not started by an init system has no services to start, says Salt: nothing to do.
        const isOffline = would.some(({ comment }) => String(comment).includes('OFFLINE mode'));
        expect(found['a service']).toEqual([isOffline ? true : null, {}]);
        const unchanged = isOffline ? 3 : 4;
        expect(runOf('would', MINION)).toMatchObject({
          job: { states: 4, would_change: unchanged },
          counts: { total: 4, succeeded: 4, unchanged, changed: 1, failed: 0 },
        });
      });

      it('for every return of the session, from the job cache and from events that are in none', async () => {
        const uncached = eventsIn(text).filter(
          ({ tag, data }) => 'return' in data && !isKept(data as SaltRecord) && tag !== '',
        );
        const printed = (await session.printed(uncached.map(({ data }) => data))).filter(
          ({ jid }) => jid !== bytes && text.includes(jid), // those of the hold have begun
        );
        const said = printed.flatMap(({ jid, text: shown }: Printed) =>
          summariesIn(shown).map(({ minion, counts }) => ({ jid, minion, counts })),
        );
        const ours = runs.map(({ job, counts }) => ({ jid: job['jid'], minion: job['minion_id'], counts }));
        expect(sorted(ours)).toEqual(sorted(said.filter(({ counts }) => counts.total > 0)));
        expect(new Set(ours.map(({ jid }) => jid)).size).toBeGreaterThan(9);
      }, 120_000);
    });

    describe('every return is heard once', () => {
      it("what the master's scheduler ran, each run under ids of its own", () => {
        const own = records.filter(({ jid }) => jid === 'req');
        expect(new Set(own.map(({ minion_id: id }) => id))).toEqual(new Set([MASTER]));
        expect(own.filter(({ state_id: id }) => id === 'asked').length).toBeGreaterThanOrEqual(2);
        expect(new Set(idsOf(own)).size).toBe(own.length);
      });

      it("what a minion's schedule ran, kept by the master or not", () => {
        const uncached = records.filter(({ jid }) => jid === 'nocache');
        expect(uncached.filter(({ state_id: id }) => id === 'all good').length).toBeGreaterThanOrEqual(2);
        expect(new Set(idsOf(uncached)).size).toBe(uncached.length);
        const kept = eventsIn(text).filter(({ data }) => data['schedule'] === 'kept');
        expect(kept.length).toBeGreaterThanOrEqual(2);
        for (const { data } of kept) expect(records.some(({ jid }) => jid === data['jid'])).toBe(true);
      });

      it('a run that is refused because of another, and one that waited for it', () => {
        const refused = records.filter(({ fun_return: said }) => String(said).includes('is running as PID'));
        expect(refused.length).toBeGreaterThanOrEqual(1);
        const queued = ({ job }: Run): boolean => /"queue": ?true/.test(JSON.stringify(job['fun_args']));
        expect(runs.filter(queued)).toHaveLength(1);
      });

      it('NaN and Infinity are null, and the state is there', () => {
        const measured = records.find(({ state_id: id }) => id === 'measured');
        expect(measured).toMatchObject({ result: true, changes: { load: null, left: null } });
      });

      it('of a return with bytes Salt writes half a line: that is said, and the event behind it is whole', async () => {
        const malformed = records.filter(({ event_type: type }) => type === 'malformed');
        expect(malformed).toEqual([
          expect.objectContaining({ record: expect.stringContaining('odd_|-raw_|-raw_|-raw') }),
        ]);
        const line = text.split('\n').find((each) => each.includes('odd_|-raw_|-raw_|-raw'))!;
        const behind = eventsIn(line.slice(line.lastIndexOf('{"data": ')))[0]!;
        const [first] = parse((await run(['replay', '-'], line)).stdout).slice(1);
        if ('return' in behind.data) expect(first).toMatchObject({ jid: behind.data['jid'] });
        else expect(first).toBeUndefined();
      });

      describeWith('salt-ssh', NO_SSH, () => {
        it('has the states of the machine that answers, and what is wrong with the one that does not', () => {
          expect(runOf(null, 'ssh-01')?.counts).toMatchObject({ total: 2, failed: 0 });
          const away = records.filter(
            ({ minion_id: id, event_type: type }) => id === 'away-01' && type === 'fun_return',
          );
          expect(away).toEqual([expect.objectContaining({ fun: 'state.apply' })]);
          expect(JSON.stringify(away)).toContain('Connection refused');
        });
      });

      describeWith('Fluent Bit', NO_FLUENT_BIT, () => {
        it('delivers what replay gives', async () => {
          const { stdout } = await run(['replay', events]);
          const expected = parse(stdout).map(spelt).toSorted();
          const known = new Set(expected);
          const delivered = (await agent!.delivered(expected.length)).map(spelt);
          expect(delivered.filter((record) => known.has(record)).toSorted()).toEqual(expected);
        }, 90_000);
      });
    });

    describe('the job cache', () => {
      it('gives the ids that the event file gives', async () => {
        const { code, stdout } = await run(['replay', '--job-cache', session.world.cache, '--options', options]);
        expect(code).toBe(0);
        const asked = new Set(eventsIn(text).map(({ data }) => data['jid']));
        const kept = parse(stdout).filter(({ jid }) => asked.has(jid) && jid !== bytes);
        expect(idsOf(kept)).toEqual(idsOf(records.filter(isKept)));
        expect(kept.length).toBeGreaterThan(25);
      });

      it(
        'has what the event file lost while it was held for 70 s, and verify says so',
        async () => {
          const verify = async (): Promise<Record<string, unknown>[]> => {
            const args = ['--job-cache', session.world.cache, '--format', 'json', '--options', options];
            const { code, stdout } = await run(['verify', session.world.events, ...args]);
            expect(code).toBe(1);
            return parse(stdout);
          };
          await held;
          const found = await verify();
          const missing = found.filter(({ finding }) => finding === 'missing');
          const namesOf = (jobs: readonly Record<string, unknown>[]): unknown[] =>
            jobs.map(({ state_name: name }) => name);
          expect(namesOf(missing.filter(({ jid }) => jid === bytes))).toContain('odd_|-raw_|-raw_|-raw');
          const lost = missing.filter(({ jid }) => jid !== bytes);
          if (losesWhenHeld) expect(namesOf(lost)).toContain('odd_|-big_|-big_|-big');
          else expect(lost).toEqual([]);
          expect(lost.filter(({ jid }) => text.includes(String(jid)))).toEqual([]);
          expect(found.at(-1)).toMatchObject({ finding: 'summary', missing: missing.length, complete: false });
        },
        SETUP_MS,
      );
    });
  });
});
