// A real master's job cache gives the events that its event file has.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from '@msgpack/msgpack';
import { load } from '../../../build/host/index.js';
import { readJobCache } from '../../../build/host/input/job-cache.js';
import { temporaryDirectory } from '../../support/command.js';

const folder = temporaryDirectory();
beforeAll(() => {
  expect(spawnSync('tar', ['-xzf', 'test/fixtures/job-cache.tar.gz', '-C', folder]).status).toBe(0);
});

async function eventsIn(path: string): Promise<{ events: string[]; errors: string[] }> {
  const events: string[] = [];
  const errors: string[] = [];
  for await (const lines of readJobCache(path, { onError: ({ message }) => errors.push(message) }))
    for (const { bytes } of lines) events.push(Buffer.from(bytes).toString());
  return { events, errors };
}

/** The records of events, by id. */
async function recordsOf(events: readonly string[]): Promise<Map<unknown, unknown>> {
  const saltflat = await load({ options: { id: true } });
  const records = new Map<unknown, unknown>();
  for (const event of events)
    for (const { _stamp, ...record } of saltflat.flatten(event)) {
      expect(_stamp ?? '').toEqual(expect.any(String));
      records.set(record['event_id'], record);
    }
  return records;
}

describe("a master's job cache", () => {
  it.each(['', 'jobs'])('has the records and ids of the event file (%s)', async (below) => {
    const { events, errors } = await eventsIn(join(folder, below));
    expect(errors).toEqual([]);
    const expected = await recordsOf(readFileSync('test/fixtures/job-cache-events.ndjson', 'utf8').trim().split('\n'));
    expect(expected.size).toBeGreaterThan(100);
    expect(await recordsOf(events)).toEqual(expected);
  });

  it('says who was asked', async () => {
    const { events } = await eventsIn(folder);
    const asked = events
      .filter((event) => event.includes('/new"'))
      .map((event) => JSON.parse(event) as { data: unknown });
    expect(asked.length).toBeGreaterThan(30);
    expect(asked[0]).toMatchObject({ data: { minions: ['web-01.example.com', 'web-02.example.com'] } });
  });

  it('has the states of salt-ssh, under the jid of the job and the function that ran', async () => {
    const [cache, job, jid] = [join(folder, 'ssh'), 'jobs/ab/cd', '20261130145428414041'];
    const state = { name: 'ok', changes: {}, result: true, __id__: 'ok' };
    const states = { 'test_|-ok_|-ok_|-nop': state };
    const event = {
      jid,
      return: states,
      retcode: 0,
      out: 'highstate',
      id: 'ssh-01',
      fun: 'state.pkg',
      fun_args: ['x.tgz'],
    };
    mkdirSync(join(cache, job, 'ssh-01'), { recursive: true });
    writeFileSync(join(cache, job, 'jid'), jid);
    writeFileSync(
      join(cache, job, '.load.p'),
      encode({ jid, fun: 'state.apply', arg: ['web'], tgt: '*', user: 'root' }),
    );
    const kept = { return: { ...event, jid: '20261130145443768724' } };
    writeFileSync(join(cache, job, 'ssh-01/return.p'), encode(kept));
    const { events } = await eventsIn(cache);
    const line = JSON.stringify({ data: event, tag: `salt/job/${jid}/ret/ssh-01` });
    expect(await recordsOf(events)).toEqual(await recordsOf([line]));
    expect((await recordsOf(events)).size).toBe(1);
  });

  /** A job with one return. */
  function writeJob(cache: string, load: object, id: string, kept: Uint8Array): void {
    const job = join(cache, 'jobs/ab/cd');
    mkdirSync(join(job, id), { recursive: true });
    writeFileSync(join(job, 'jid'), '20261130145428414041');
    writeFileSync(join(job, '.load.p'), encode(load));
    writeFileSync(join(job, id, 'return.p'), kept);
  }
  const state = { name: 'ok', changes: {}, result: true, __id__: 'ok' };
  const runnersReturn = (master: string): object => ({
    fun: 'runner.state.orchestrate',
    jid: '20261130145428414041',
    return: { data: { [master]: { 'test_|-ok_|-ok_|-nop': state } } },
  });

  it.each([
    ['began itself', { cmd: '_return', id: 'web-01', tgt: 'web-01', fun: 'runner.state.orchestrate' }],
    ['had no part in', { id: 'vm_master', tgt: 'vm_master', fun: 'runner.state.orchestrate' }],
  ])("has no states of another minion in what a minion returns to a runner's job that it %s", async (what, load) => {
    const cache = join(folder, what);
    writeJob(cache, load, 'web-01', encode({ return: runnersReturn('web-02'), retcode: 0, success: true }));
    const { events, errors } = await eventsIn(cache);
    expect(errors).toEqual([]);
    expect([...(await recordsOf(events)).values()]).toEqual([]);
    writeJob(cache, { tgt: 'web-01', fun: load.fun }, 'web-01', encode({ return: runnersReturn('web-01') }));
    const own = await recordsOf((await eventsIn(cache)).events);
    expect([...own.values()]).toEqual([expect.objectContaining({ minion_id: 'web-01' })]);
  });

  it('has the other minions of a job where what one returned cannot be read, and names that are none in JSON', async () => {
    const cache = join(folder, 'names');
    const load = { fun: 'state.apply', tgt: '*' };
    const returned = (changes: object): object => ({ return: { 'test_|-ok_|-ok_|-nop': { ...state, changes } } });
    writeJob(cache, load, 'web-01', encode(returned(JSON.parse('{"__proto__": 1}') as object)));
    // MessagePack: a map of nil and true.
    const odd = Buffer.from([0x82, 0xc0, 0x01, 0xc3, 0x02]);
    const [before, after] = Buffer.from(encode(returned({ here: 1 })))
      .toString('latin1')
      .split('\x81\xa4here\x01') as [string, string];
    writeJob(cache, load, 'web-02', Buffer.concat([Buffer.from(before, 'latin1'), odd, Buffer.from(after, 'latin1')]));
    const { events, errors } = await eventsIn(cache);
    expect(errors).toEqual([expect.stringMatching(/web-01: cannot be read: .*__proto__/)]);
    expect([...(await recordsOf(events)).values()]).toEqual([
      expect.objectContaining({ minion_id: 'web-02', changes: { null: 1, true: 2 } }),
    ]);
  });

  it('that is none says what to name', async () => {
    const { errors } = await eventsIn(join(folder, 'nowhere'));
    expect(errors).toEqual([expect.stringMatching(/nowhere: is not a job cache: no such file.*cachedir/)]);
  });

  it('with a damaged return names it, and the rest is read', async () => {
    const { stdout } = spawnSync('sh', ['-c', `ls ${folder}/jobs/*/*/*/return.p | head -1`], { encoding: 'utf8' });
    writeFileSync(stdout.trim(), Buffer.from([0xc1]));
    const { events, errors } = await eventsIn(folder);
    expect(errors).toEqual([expect.stringContaining('cannot be read')]);
    expect(events.length).toBeGreaterThan(80);
  });
});
