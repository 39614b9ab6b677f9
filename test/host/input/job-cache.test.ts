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

  it('that is none says what to name', async () => {
    const { errors } = await eventsIn(join(folder, 'nowhere'));
    expect(errors).toEqual([expect.stringMatching(/nowhere: is no job cache: no such file.*cachedir/)]);
  });

  it('with a damaged return names it, and the rest is read', async () => {
    const { stdout } = spawnSync('sh', ['-c', `ls ${folder}/jobs/*/*/*/return.p | head -1`], { encoding: 'utf8' });
    writeFileSync(stdout.trim(), Buffer.from([0xc1]));
    const { events, errors } = await eventsIn(folder);
    expect(errors).toEqual([expect.stringContaining('cannot be read')]);
    expect(events.length).toBeGreaterThan(80);
  });
});
