// `saltflat replay --to loki://` against a fake that answers as Loki's documentation says, and against a real
// VictoriaLogs. No Loki was to be had.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Run, eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { type Answer, HttpSink, type Request } from '../../support/fluent-bit/sink.js';
import { describeWith, until } from '../../support/program.js';
import { closedPort } from '../../support/receiver.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { NO_VICTORIA_LOGS, startVictoriaLogs } from '../../support/stores/victoria-logs.js';

type Json = Record<string, unknown>;
interface Push {
  readonly streams: { readonly stream: Json; readonly values: [time: string, line: string, metadata: Json][] }[];
}

const EVENTS = join(process.cwd(), 'examples/events/demo.ndjson');
const OPTIONS = join(process.cwd(), 'examples/fluent-bit/saltflat-grafana.json');
const TAKEN: Answer = { status: 204, body: '' };

const root = temporaryDirectory();
let folders = 0;
let folder: string;
const sinks: HttpSink[] = [];
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});
afterEach(async () => {
  endFollowers();
  await Promise.all(sinks.splice(0).map((sink) => sink.remove()));
});

const listen = async (
  answer: (push: Push, number: number, request: Request) => Answer = () => TAKEN,
): Promise<HttpSink> => {
  const sink = await HttpSink.listen((request, number) => answer(JSON.parse(request.body) as Push, number, request));
  sinks.push(sink);
  return sink;
};
const replay = (to: string, args: readonly string[] = [], input = '', env = {}): Promise<Run> =>
  run(['replay', ...args, '--to', to], input, env, folder);
const pushed = ({ requests }: HttpSink): Push['streams'] =>
  requests.flatMap(({ body }) => (JSON.parse(body) as Push).streams);
const jidsIn = ({ streams }: Push): unknown[] => streams.flatMap(({ values }) => values.map(([, , { jid }]) => jid));
const lines = (...jids: string[]): string => jids.map((jid) => `${eventLine(jid, [state()])}\n`).join('');
const rejects = (): Json[] => {
  const path = join(folder, 'rejects');
  return existsSync(path) ? records(readFileSync(path, 'utf8')) : [];
};

/** Of an ECS record. */
type Parts = 'salt' | 'event' | 'host' | 'trace' | 'span';

describe('saltflat replay --to loki://', () => {
  it('pushes every record as a line with its time, few labels and structured metadata', async () => {
    const sink = await listen();
    const { code, stderr } = await replay(`loki://127.0.0.1:${sink.port}`, [EVENTS, '--options', OPTIONS]);
    expect(code).toBe(0);
    expect(stderr).toContain(`\nsaltflat: loki://127.0.0.1:${sink.port}/: 636 sent, 0 rejected\n`);
    expect(stderr).toContain('Loki refuses what is older than a week (reject_old_samples_max_age), VictoriaLogs drops');
    for (const { method, path, headers } of sink.requests) {
      expect([method, path]).toEqual(['POST', '/loki/api/v1/push']);
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    }
    const { stdout } = await run(['replay', '-q', EVENTS, '--preset', 'flatten_ecs', '--options', OPTIONS]);
    const expected = stdout.split('\n').slice(0, -1).sort();
    const streams = pushed(sink);
    expect(streams.flatMap(({ values }) => values.map(([, line]) => line)).sort()).toEqual(expected);
    const wrong = streams.flatMap(({ stream, values }) =>
      values.filter(([time, line, metadata]) => {
        const { salt, event, host, trace, span } = JSON.parse(line) as Record<Parts, Json>;
        const { key, id, sls } = (salt['state'] ?? {}) as Json;
        const moment = (event['end'] ?? event['created']) as string;
        const wanted = {
          ...{ minion: host['name'], jid: salt['jid'], state: key, state_id: id, sls, action: event['action'] },
          ...{ outcome: event['outcome'], duration: String(event['duration']) },
          ...{ trace_id: trace['id'], span_id: span['id'], event_id: event['id'] },
        };
        const asJson = JSON.stringify(
          Object.entries(wanted).filter(([, value]) => value !== undefined && value !== 'undefined'),
        );
        return (
          asJson !== JSON.stringify(Object.entries(metadata)) ||
          Math.abs(Number(time) / 1e6 - Date.parse(moment)) >= 1 ||
          stream['kind'] !== salt['kind'] ||
          stream['event_type'] !== salt['event_type'] ||
          Object.keys(stream).length !== 3
        );
      }),
    );
    expect(wrong).toEqual([]);
    expect(Number(streams[0]!.values[0]![0])).toBeGreaterThan(1.7e18);
  });

  it("has the label that the options add, and gives what is not a record of its own no label's freedom", async () => {
    const sink = await listen();
    const options = join(folder, 'saltflat.json');
    writeFileSync(options, '{"add": {"environment": "staging"}, "other_events": "pass"}');
    const passed =
      '{"tag": "minion/start", "data": {"salt": 1}, "salt": {"kind": "x1"}, "labels": {"environment": "x2"}, "event_type": "x3"}\n';
    await replay(`loki://127.0.0.1:${sink.port}/`, ['--options', options], `${lines('1')}${passed}`);
    expect(pushed(sink).map(({ stream }) => stream)).toEqual([
      { service_name: 'salt', event_type: 'state_return', kind: 'unchanged', environment: 'staging' },
      { service_name: 'salt', event_type: 'other', kind: 'other' },
    ]);
  });

  it('takes plain records, too; they have no kind', async () => {
    const sink = await listen();
    await replay(`loki://127.0.0.1:${sink.port}`, ['--preset', 'flatten'], lines('1'));
    expect(pushed(sink)).toMatchObject([
      {
        stream: { service_name: 'salt', event_type: 'state_return' },
        values: [[expect.anything(), expect.anything(), { jid: '1' }]],
      },
    ]);
  });

  it.each([429, 500, 503])('tries again after an answer %i', async (status) => {
    const sink = await listen((_, number) =>
      number === 0 ? { status, body: 'Ingestion rate limit exceeded' } : TAKEN,
    );
    const { code, stderr } = await replay(`loki://127.0.0.1:${sink.port}`, [], lines('1'));
    expect(code).toBe(0);
    expect(stderr).toContain(`answered ${status} (Ingestion rate limit exceeded); trying again`);
    expect(sink.requests).toHaveLength(2);
    expect(sink.requests[1]!.body).toBe(sink.requests[0]!.body);
  });

  it('sets aside the one line that Loki will never take', async () => {
    const sink = await listen((push) =>
      jidsIn(push).includes('2') ? { status: 400, body: "Max entry size '262144' bytes exceeded for stream" } : TAKEN,
    );
    const { code, stderr } = await replay(
      `loki://127.0.0.1:${sink.port}`,
      ['--rejects', 'rejects'],
      lines('1', '2', '3', '4'),
    );
    expect(code).toBe(4);
    expect(stderr).toContain('3 sent, 1 rejected, kept in rejects');
    expect(rejects()).toMatchObject([
      { status: 400, reason: "answered 400 (Max entry size '262144' bytes exceeded for stream)" },
    ]);
  });

  it('sets aside at once all that is older than Loki takes, and sends the others', async () => {
    const oldest = '2026-11-22T00:00:00Z';
    const reason = `entry for stream '{kind="x"}' has timestamp too old: 2026-11-21T09:19:48Z, oldest acceptable timestamp is: ${oldest}`;
    const isOld = ([time]: readonly [string, ...unknown[]]): boolean => Number(time) / 1e6 < Date.parse(oldest);
    const sink = await listen(({ streams }) =>
      streams.some(({ values }) => values.some(isOld)) ? { status: 400, body: reason } : TAKEN,
    );
    const old = lines('1', '2', '3').replaceAll('2026-11-22T', '2026-11-21T');
    const { code, stderr } = await replay(
      `loki://127.0.0.1:${sink.port}`,
      ['--rejects', 'rejects'],
      `${old}${lines('4')}`,
    );
    expect(code).toBe(4);
    expect(stderr).toContain('1 sent, 3 rejected, kept in rejects');
    expect(sink.requests).toHaveLength(2);
    expect(rejects()).toMatchObject(Array.from({ length: 3 }, () => ({ status: 400, reason })));
  });

  it('says where the mistake is', async () => {
    const sink = await listen(() => ({ status: 401, body: 'no org id' }));
    const { code, stderr } = await replay(`loki://127.0.0.1:${sink.port}`, [], lines('1'));
    expect(code).toBe(4);
    expect(stderr).toContain('answered 401 (no org id); check SALTFLAT_HTTP_USER');
    expect((await replay('loki://h/a b', [], lines('1'))).stderr).toContain(
      'a path has letters, digits and . _ - / only',
    );
    expect((await run(['verify', EVENTS, '--in', 'loki://h'])).stderr).toContain('Loki has no ids to look up');
  });

  it('takes a user and a password, or a token, from the environment', async () => {
    const sink = await listen();
    await replay(`loki://127.0.0.1:${sink.port}`, [], lines('1'), { SALTFLAT_HTTP_TOKEN: 't0k3n' });
    await replay(`loki://127.0.0.1:${sink.port}`, [], lines('1'), {
      SALTFLAT_HTTP_USER: 'u',
      SALTFLAT_HTTP_PASSWORD: 'p',
    });
    expect(sink.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer t0k3n', 'Basic dTpw']);
  });

  it('is followed, too: the checkpoint moves when Loki has the lines', async () => {
    const port = await closedPort();
    const log = join(folder, 'events.ndjson');
    const checkpoint = join(folder, 'checkpoint');
    writeFileSync(log, lines('1', '2'));
    const follower = new Follower([log, '--checkpoint', checkpoint, '--to', `loki://127.0.0.1:${port}`]);
    await until(() => follower.stderr.includes('trying again'), 'a try in vain');
    expect(readFileSync(checkpoint, 'utf8')).not.toContain(`"offset": ${readFileSync(log).length},`);
    await follower.stop();
    const sink = await listen();
    const again = new Follower([log, '--checkpoint', checkpoint, '--to', `loki://127.0.0.1:${sink.port}`]);
    await until(
      () => readFileSync(checkpoint, 'utf8').includes(`"offset": ${readFileSync(log).length},`),
      'the checkpoint',
    );
    expect(pushed(sink).flatMap((stream) => jidsIn({ streams: [stream] }))).toEqual(['1', '2']);
    expect(await again.stop()).toBe(0);
  });
});

describeWith('a real VictoriaLogs', NO_VICTORIA_LOGS, () => {
  const server = startVictoriaLogs();

  it('has every record of the bundled events after a replay, and each twice after a second one', async () => {
    const to = `loki://127.0.0.1:${server.port}/insert/loki/api/v1/push`;
    for (const times of [1, 2]) {
      const { code, stderr } = await replay(to, [EVENTS, '--options', OPTIONS]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('636 sent, 0 rejected') as string });
      await server.rows('*', times * 636);
    }
    const { stdout } = await run(['replay', '-q', EVENTS, '--preset', 'flatten_ecs', '--options', OPTIONS]);
    const expected = records(stdout).map(({ event }) => (event as Json)['id']);
    const rows = await server.query('*');
    expect(rows).toHaveLength(2 * 636);
    expect([...new Set(rows.map((row) => row['event_id']))].sort()).toEqual(expected.sort());
    expect(
      new Set(rows.map((row) => `${row['event_id']} ${row['_time']} ${row['salt.state.key']} ${row['_msg']}`)).size,
    ).toBe(636);
    expect(rows.filter((row) => row['_msg']!.startsWith('missing'))).toEqual([]);
  }, 60_000);
});
