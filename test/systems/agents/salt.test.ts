// A real Salt master and minion from PyPI, the configuration that ships, a real Fluent Bit behind it.
//
// The newer Salt runs always, the older one only with SALTFLAT_SLOW=1, its engine http_logstash too.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Saltflat, type SaltRecord, load } from '../../../build/host/index.js';
import { records as parse, run } from '../../support/command.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { closedPort } from '../../support/receiver.js';
import { describeWith, findProgram, temporaryFolder, until } from '../../support/program.js';
import { Agent } from '../../support/salt/agent.js';
import { type Installed, NEWER, OLDER, installSalt } from '../../support/salt/install.js';
import { JOBS, runJobs } from '../../support/salt/jobs.js';
import { MINION, World, command, masterless, shipped } from '../../support/salt/world.js';

const SETUP_MS = 300_000;
const fluentBit = findProgram('FLUENT_BIT', 'fluent-bit');
const logrotate = findProgram('LOGROTATE', 'logrotate', '../sbin/logrotate');
const noFluentBit = fluentBit === null ? 'no fluent-bit on PATH' : null;
const isSlow = process.env['SALTFLAT_SLOW'] === '1';
const newer = await installSalt(NEWER);
const older: Installed = isSlow ? await installSalt(OLDER) : { bin: '', missing: 'slow, wants SALTFLAT_SLOW=1' };

let saltflat: Saltflat;
beforeAll(async () => void (saltflat = await load()));

const flattened = (lines: readonly string[]): SaltRecord[] => lines.flatMap((line) => saltflat.flatten(line));
const eventLines = (path: string): string[] =>
  textOf(path)
    .split('\n')
    .filter((line) => line !== '');

function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

/** Records by job; the agent sends over several connections, which keeps the order within a job alone. */
function byJob(records: readonly SaltRecord[]): Record<string, SaltRecord[]> {
  const jobs: Record<string, SaltRecord[]> = {};
  for (const record of records) (jobs[String(record['jid'])] ??= []).push(record);
  return jobs;
}

/** Sends what a compromised minion may say (`hostile.py`), and waits for the last of it. */
async function attack(world: World): Promise<void> {
  const { code, output } = await world.asMinion('test/support/salt/hostile.py');
  expect([code, output]).toEqual([0, expect.stringMatching(/sent 10\n$/)]);
  await until(() => textOf(world.events).split(`/${ATTEMPTS}09/ret/`).length === 3, 'the last attempt on the bus');
}

/** The jids of the attempts begin so; the number of the attempt follows. */
const ATTEMPTS = '202611301500000000';

/**
 * Of whom each attempt makes records, those that make any. Of another in two of them, as SECURITY.md says: with
 * `resource_id` Salt itself writes the other's id (3008), and a bundle whose tag and members agree is a return to
 * everybody who reads the bus.
 */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  '01': [MINION],
  '02': ['web-02'],
  '03': ['web-02'],
  '04': ['malformed'],
  '05': ['malformed'],
  '09': [MINION, MINION],
};

/** The same of records. */
function spoken(records: readonly SaltRecord[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { event_type: type, jid, record, minion_id: minion } of records) {
    const [, number] = new RegExp(`${ATTEMPTS}(\\d\\d)`).exec(String(jid ?? record)) ?? [];
    if (number !== undefined) (found[number] ??= []).push(type === 'malformed' ? 'malformed' : String(minion));
  }
  return found;
}

/** NDJSON up to its last whole line. */
const whole = (ndjson: string): string => ndjson.slice(0, ndjson.lastIndexOf('\n') + 1);

/** Records as `replay` writes them: what is malformed has its place in the file. */
const placed = (records: readonly SaltRecord[], file: string): SaltRecord[] =>
  records.map((record) =>
    record['event_type'] === 'malformed'
      ? { ...record, file, line: expect.any(Number), byte: expect.any(Number) }
      : record,
  );

/** Records as an agent delivers them that hands a line over as text: what is malformed says so. */
const ofText = (records: readonly SaltRecord[]): SaltRecord[] =>
  records.map((record) =>
    record['event_type'] === 'malformed' ? { ...record, error: `${String(record['error'])} of the text` } : record,
  );

/** Records in an order of their own, to compare what may arrive in another. */
const sorted = (records: readonly SaltRecord[]): string[] => records.map((record) => JSON.stringify(record)).toSorted();

describe.each([
  { version: NEWER, salt: newer, stamp: /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00$/ },
  { version: OLDER, salt: older, stamp: /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}$/ },
])('Salt $version', ({ version, salt, stamp }) => {
  describeWith('a master with the event file that ships', salt.missing, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let world: World;
    let agent: Agent | undefined;
    let lines: string[][];

    beforeAll(async () => {
      folder = temporaryFolder();
      world = await World.start(salt.bin, folder.path);
      if (fluentBit !== null) {
        agent = await Agent.start(fluentBit, folder.path, 'tcp', { SALT_EVENTS: world.events });
      }
      lines = await runJobs(world, folder.path);
      await attack(world);
    }, SETUP_MS);
    afterEach(endFollowers);
    afterAll(async () => {
      await agent?.stop();
      await world?.stop();
      folder.remove();
    }, SETUP_MS);

    it.each(JOBS.map((job, at) => ({ ...job, at })))('$sentence', ({ check, at }) => {
      check(flattened(lines[at]!));
    });

    it('every record says when, in the way of its version', () => {
      const stamps = flattened(lines.flat()).map(({ _stamp: value }) => value);
      expect(stamps.filter((value) => !stamp.test(String(value)))).toEqual([]);
    });

    it('the file holds returns and who was asked, nothing else, and others may not read it', () => {
      const tags = eventLines(world.events).map((line) => (JSON.parse(line) as { tag: string }).tag);
      const isNew = (tag: string): boolean => /^salt\/job\/\d+\/new$/.test(tag);
      expect(tags.filter((tag) => !isNew(tag) && !/^salt\/(job|run)\/\d+\/ret/.test(tag))).toEqual([]);
      expect(tags.some(isNew)).toBe(true);
      expect(statSync(world.events).mode & 0o7).toBe(0);
    });

    it('what a compromised minion sends is its own, or nothing, or malformed; but for what Salt itself makes of it', async () => {
      const expected = version === NEWER ? SPOKEN : { ...SPOKEN, '02': [MINION] };
      expect(spoken(flattened(eventLines(world.events)))).toEqual(expected);
      const follower = new Follower(['--from', 'start', world.events]);
      const isThere = (): boolean => Object.keys(spoken(parse(whole(follower.stdout)))).length === 6;
      await until(isThere, () => `all of it followed: ${follower.stderr}`, 60);
      expect(spoken(parse(whole(follower.stdout)))).toEqual(expected);
      if (agent === undefined) return;
      const delivered = await agent.delivered(flattened(eventLines(world.events)).length);
      expect(spoken(delivered)).toEqual(expected);
    }, 150_000);

    it('saltflat replay gives the same records', async () => {
      const { code, stdout } = await run(['replay', world.events]);
      expect(code).toBe(0);
      expect(parse(stdout)).toEqual(placed(flattened(eventLines(world.events)), world.events));
    });

    describeWith('and Fluent Bit', noFluentBit, () => {
      it('carries every record, those of a job in order', async () => {
        const expected = flattened(eventLines(world.events));
        expect(byJob(await agent!.delivered(expected.length))).toEqual(byJob(ofText(expected)));
        expect(expected.length).toBeGreaterThanOrEqual(20);
      }, 90_000);

      describeWith('and logrotate', rotationMissing(), () => {
        it(
          'lose nothing when the file is rotated while jobs run',
          async () => {
            const stop = join(folder.path, 'stop');
            const jobs = world.python(MANY_JOBS, stop);
            try {
              for (let rotations = 0; rotations < 2; rotations++) await rotated(world.events, folder.path);
            } finally {
              writeFileSync(stop, '');
            }
            const { code, output } = await jobs;
            expect([code, output]).toEqual([0, expect.stringMatching(/fired \d+/)]);
            const fired = Number(/fired (\d+)/.exec(output)![1]);
            const expected = await everything(world.events, fired);
            const delivered = await agent!.delivered(expected.length);
            expect(sorted(delivered)).toEqual(sorted(ofText(expected)));
          },
          SETUP_MS,
        );

        it('leave the new file as closed to others as the old', () => {
          for (const file of rotatedFiles(world.events)) expect([file, statSync(file).mode & 0o7]).toEqual([file, 0]);
        });

        it('rotate nothing while no agent has the file open', async () => {
          await agent!.stop();
          const files = rotatedFiles(world.events);
          const { code, output } = await rotate(world.events, folder.path);
          expect(code).toBe(1);
          expect(output).toContain('no agent has it open, not rotated');
          expect(rotatedFiles(world.events)).toEqual(files);
        });
      });
    });
  });

  describeWith('a minion without a master', salt.missing, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let minion: ReturnType<typeof masterless>;
    let agent: Agent | undefined;

    beforeAll(async () => {
      folder = temporaryFolder();
      minion = masterless(salt.bin, folder.path, (conf) => conf.replace(/^# (return: )/m, '$1'));
      if (fluentBit !== null) {
        agent = await Agent.start(fluentBit, folder.path, 'tcp', { SALT_EVENTS: minion.events });
      }
      await minion.call('--return', 'rawfile_json', 'state.apply', 'success');
      await minion.call('--return', 'rawfile_json', 'state.apply', 'failure', 'test=True');
      await minion.call('--return', 'rawfile_json', 'state.apply', 'render');
      await minion.call('--return', 'rawfile_json', 'test.ping');
      await minion.call('state.single', 'test.nop', 'name=returned by configuration');
    }, SETUP_MS);
    afterAll(async () => {
      await agent?.stop();
      folder.remove();
    });

    it('has a record for each state and each failed run, of the minion, without a time of the master', () => {
      const records = flattened(eventLines(minion.events));
      expect(records).toEqual([
        expect.objectContaining({ event_type: 'state_return', state_id: 'all good', result: true }),
        expect.objectContaining({ event_type: 'state_return', state_id: 'breaks', result: false }),
        expect.objectContaining({ event_type: 'state_return', state_id: 'needs', result: false }),
        expect.objectContaining({ event_type: 'fun_return', fun_return: [expect.stringContaining('undefined_thing')] }),
        expect.objectContaining({ event_type: 'state_return', state_id: 'returned by configuration' }),
      ]);
      expect(new Set(records.map(({ minion_id: id }) => id))).toEqual(new Set(['laptop-01']));
      expect(records.filter((record) => '_stamp' in record)).toEqual([]);
    });

    it('gives saltflat replay the same records', async () => {
      const { stdout } = await run(['replay', minion.events]);
      expect(parse(stdout)).toEqual(flattened(eventLines(minion.events)));
    });

    describeWith('and Fluent Bit', noFluentBit, () => {
      it('carries every record, those of a job in order', async () => {
        const expected = flattened(eventLines(minion.events));
        expect(byJob(await agent!.delivered(expected.length))).toEqual(byJob(expected));
      }, 90_000);
    });
  });
});

/** Runs jobs until the file that it is given is there, at least 20; says how many. */
const MANY_JOBS = `
import os, sys, salt.client
client, fired = salt.client.LocalClient(sys.argv[1]), 0
while fired < 20 or not os.path.exists(sys.argv[2]):
    answer = client.cmd('web-01', 'state.single', ['test.nop', 'name=job %d' % fired], timeout=60)
    assert answer, 'the minion does not answer'
    fired += 1
print('fired %d' % fired)
`;

describeWith(`Salt ${OLDER}, its engine http_logstash and Fluent Bit`, older.missing ?? noFluentBit, () => {
  it(
    'give the records that the event file gives',
    async () => {
      const folder = temporaryFolder();
      const port = await closedPort();
      let world: World | undefined;
      let agent: Agent | undefined;
      try {
        agent = await Agent.start(fluentBit!, folder.path, 'http', { HTTP_PORT: String(port) });
        world = await World.start(older.bin, folder.path, (conf) => withEngine(conf, 'http_logstash', '9880', port));
        const expected = flattened((await runJobs(world, folder.path)).flat());
        const delivered = await agent.delivered(expected.length);
        expect(sorted(delivered)).toEqual(sorted(expected));
      } finally {
        await world?.stop();
        await agent?.stop();
        folder.remove();
      }
    },
    SETUP_MS,
  );
});

/**
 * The shipped alternative with this engine, its comment marks taken away, its port replaced, the event file kept
 * beside.
 */
function withEngine(conf: string, engine: string, port: string, free: number): string {
  const block = new RegExp(`^# engines:\n#   - ${engine}:\n(?:#       .*\n)+`, 'm').exec(conf)![0];
  return conf + block.replace(/^# /gm, '').replace(port, String(free));
}

function rotationMissing(): string | null {
  if (logrotate === null) return 'no logrotate on PATH';
  return process.platform === 'linux' ? null : 'no /proc';
}

/** Runs logrotate with the snippet that ships. */
async function rotate(events: string, folder: string): ReturnType<typeof command> {
  const configuration = join(folder, 'logrotate.conf');
  const [user, group] = ['-un', '-gn'].map((flag) => execFileSync('id', [flag], { encoding: 'utf8' }).trim());
  const snippet = shipped('logrotate.d/saltflat', events);
  expect(snippet).toContain('\tsu salt salt\n');
  writeFileSync(configuration, snippet.replace('su salt salt', `su ${user} ${group}`));
  chmodSync(configuration, 0o600);
  return command(logrotate!, '--force', '--state', join(folder, 'logrotate.state'), configuration);
}

/** Runs it until it has rotated: it does not as long as the agent has not found the file. */
async function rotated(events: string, folder: string): Promise<void> {
  const before = rotatedFiles(events).length;
  let last = '';
  const isDone = async (): Promise<boolean> => {
    last = (await rotate(events, folder)).output;
    return rotatedFiles(events).length > before;
  };
  try {
    await until(isDone, 'the event file is rotated', 60);
  } catch (error) {
    throw new Error(last, { cause: error });
  }
}

/** The rotated files, the oldest first; the file itself is not among them. */
function rotatedFiles(events: string): string[] {
  const folder = join(events, '..');
  const files = readdirSync(folder).filter((name) => /^events\.ndjson\.\d/.test(name));
  return files.toSorted((a, b) => Number(/\d+/.exec(b)) - Number(/\d+/.exec(a))).map((name) => join(folder, name));
}

/** The records of all files, once the last of the fired jobs is there. */
async function everything(events: string, fired: number): Promise<SaltRecord[]> {
  const lines = (): string[] => [...rotatedFiles(events), events].flatMap((file) => eventLines(file));
  await until(() => lines().filter((line) => line.includes('"name": "job ')).length >= fired, 'all jobs in the files');
  return flattened(lines());
}
