// loki.yaml, opentelemetry.yaml, and the sinks of vector.toml.example for both: a real VictoriaLogs, which takes what
// Loki and OpenTelemetry collectors take, is asked back for every record of the bundled events. No Loki and no
// collector was to be had.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, GRAFANA_OPTIONS, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { records, run } from '../../support/command.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { describeWith, temporaryFolder, until } from '../../support/program.js';
import { closedPort } from '../../support/receiver.js';
import { NO_VICTORIA_LOGS, type Row, VictoriaLogs, startVictoriaLogs } from '../../support/stores/victoria-logs.js';
import { NO_VECTOR, example, startVector, switchOff, switchOn } from '../../support/vector.js';
import { type Json, fieldsOf, without } from '../../support/stores/log-fields.js';

const SECONDS = 60;
const LONG_MS = 2 * SECONDS * 1000;
const EVENTS = join(process.cwd(), 'examples/events/demo.ndjson');
const OPTIONS = join(process.cwd(), 'examples/fluent-bit/saltflat-grafana.json');

/** What `loki.yaml` takes out of the line, and the labels and structured metadata that it becomes. */
const METADATA = {
  event_type: 'salt.event_type',
  kind: 'salt.kind',
  minion: 'host.name',
  jid: 'salt.jid',
  state: 'salt.state.key',
  state_id: 'salt.state.id',
  sls: 'salt.state.sls',
  action: 'event.action',
  outcome: 'event.outcome',
  duration: 'event.duration',
  trace_id: 'trace.id',
  span_id: 'span.id',
  event_id: 'event.id',
} as const;

const stage = new Stage();
let expected: ReadonlyMap<string, Json>;
beforeAll(async () => {
  const { stdout } = await run(['replay', '-q', EVENTS, '--preset', 'flatten_ecs', '--options', OPTIONS]);
  expected = new Map(records(stdout).map((record) => [(record['event'] as Json)['id'] as string, record]));
  expect(expected.size).toBeGreaterThan(600);
});
afterEach(async () => {
  endFollowers();
  await stage.clear();
});

/**
 * When a record happened, in microseconds since 1970: Fluent Bit, which counts in floats, is up to a nanosecond early.
 */
const microseconds = (time: string): number => {
  const [, second, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time)!;
  return Date.parse(`${second}Z`) * 1000 + Math.round(Number(`0.${fraction}0`) * 1e6);
};
const timeOf = (record: Json): number => {
  const event = record['event'] as Json;
  return microseconds((event['end'] ?? event['created']) as string);
};
const shown = (row: Row): number => microseconds(row['_time']!);

/** What a row has and what its record says, where they differ: by path. */
function differences(row: Row, record: Json, wanted: ReadonlyMap<string, string | undefined>): string[] {
  const late = shown(row) === timeOf(record) ? [] : [`_time ${row['_time']}`];
  const others = [...wanted].filter(([path, value]) => row[path] !== value);
  return [...late, ...others.map(([path, value]) => `${path}: ${row[path]}, not ${value}`)];
}

/** Compares rows of Loki's way with the records. `isWhole`: the line still has what became metadata. */
function expectLines(rows: readonly Row[], isWhole: boolean): void {
  expect(rows.map((row) => row['event_id']).sort()).toEqual([...expected.keys()].sort());
  const wrong = rows.flatMap((row) => {
    const record = expected.get(row['event_id']!)!;
    const fields = fieldsOf(record);
    const message = fields.has('message') ? 'message' : 'event.dataset'; // what VictoriaLogs was told to take
    const line = without(fields, [message, ...(isWhole ? [] : Object.values(METADATA))]);
    const metadata = Object.entries(METADATA).map(([name, path]) => [name, fields.get(path)] as const);
    return differences(row, record, new Map([['_msg', fields.get(message)], ...metadata, ...line]));
  });
  expect(wrong).toEqual([]);
}

/** Compares rows of OTLP's way with the records. */
function expectAttributes(rows: readonly Row[]): void {
  expect(rows.map((row) => row['event.id']).sort()).toEqual([...expected.keys()].sort());
  const wrong = rows.flatMap((row) => {
    const record = expected.get(row['event.id']!)!;
    const fields = fieldsOf(record);
    const body = fields.get('message') ?? '-';
    const ids = [
      ['trace_id', fields.get('trace.id')],
      ['span_id', fields.get('span.id')],
    ] as const; // those of OTLP itself
    return differences(row, record, new Map([['_msg', body], ...ids, ...without(fields, ['message'])]));
  });
  expect(wrong).toEqual([]);
}

const STREAMS = '* | stats by (_stream) count() records';
/** Labels of all streams: each with its values. */
async function labelsIn(server: VictoriaLogs): Promise<Record<string, string[]>> {
  const found: Record<string, Set<string>> = {};
  for (const { _stream: stream } of await server.query(STREAMS))
    for (const [, name, value] of stream!.matchAll(/([\w.]+)="((?:[^"\\]|\\.)*)"/g))
      (found[name!] ??= new Set()).add(value!);
  return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, [...values].sort()]));
}
const LOKI_LABELS = {
  service_name: ['salt'],
  environment: ['production'],
  event_type: ['fun_return', 'job_return', 'state_return'],
  kind: ['changed', 'failed', 'job_return', 'skipped', 'unchanged', 'would_change'],
};
const OTLP_LABELS = { 'service.name': ['salt'], 'deployment.environment.name': ['production'] };

describeWith('a real VictoriaLogs', NO_VICTORIA_LOGS, () => {
  describeEach('loki.yaml and opentelemetry.yaml', (binary) => {
    let server: VictoriaLogs;
    beforeEach(async () => {
      server = stage.add(new VictoriaLogs());
      await server.start();
    });
    const VALUES = {
      loki: (port: number) => ({
        LOKI_PORT: port,
        LOKI_URI: '/insert/loki/api/v1/push?_msg_field=message,event.dataset',
        LOKI_TLS: 'off',
      }),
      opentelemetry: (port: number) => ({
        OTLP_PORT: port,
        OTLP_URI: '/insert/opentelemetry/v1/logs',
        OTLP_TLS: 'off',
      }),
    };
    const started = async (configuration: keyof typeof VALUES): Promise<Agent> => {
      const agent = stage.add(new Agent(binary));
      agent.setOptions(GRAFANA_OPTIONS);
      agent.write(readFileSync(EVENTS));
      agent.configure(configuration, VALUES[configuration](server.port));
      await agent.start();
      return agent;
    };

    it('loki.yaml brings every record, with its time, few labels, and the rest as structured metadata', async () => {
      await started('loki');
      expectLines(await server.rows('*', expected.size), false);
      expect(await labelsIn(server)).toEqual(LOKI_LABELS);
    });

    it('opentelemetry.yaml brings every record, with its time, the comment as body and all else as attributes', async () => {
      await started('opentelemetry');
      expectAttributes(await server.rows('*', expected.size));
      expect(await labelsIn(server)).toEqual(OTLP_LABELS);
    });

    it.each(['loki', 'opentelemetry'] as const)(
      '%s.yaml: what is read twice is there twice at one time, and told apart from others by its id',
      async (configuration) => {
        for (const times of [1, 2]) {
          const agent = await started(configuration); // it knows nothing of the one before
          await server.rows('*', times * expected.size);
          await agent.stop();
        }
        const rows = await server.query('*');
        const id = configuration === 'loki' ? 'event_id' : 'event.id';
        expect(rows).toHaveLength(2 * expected.size);
        expect(new Set(rows.map((row) => `${row[id]} ${row['_time']}`)).size).toBe(expected.size);
      },
      LONG_MS,
    );

    it.each(['loki', 'opentelemetry'] as const)(
      '%s.yaml: what it had read when it was killed, its store away, arrives after the next start',
      async (configuration) => {
        const port = await closedPort();
        const agent = stage.add(new Agent(binary));
        agent.setOptions(GRAFANA_OPTIONS);
        agent.write(readFileSync(EVENTS));
        agent.configure(configuration, VALUES[configuration](port));
        await agent.start();
        await until(() => /retry|could not|no upstream/i.test(agent.log), 'it tries in vain');
        await agent.stop('SIGKILL');
        agent.configure(configuration, VALUES[configuration](server.port));
        await agent.start();
        const id = configuration === 'loki' ? 'event_id' : 'event.id';
        const there = async (): Promise<number> => (await server.query(`* | uniq by (${id})`)).length;
        await until(async () => (await there()) >= expected.size, 'every record');
        expect(await there()).toBe(expected.size);
      },
      LONG_MS,
    );
  });

  it('drops what is older than its retention, and answers all the same: backfill needs a long one', async () => {
    const server = stage.add(new VictoriaLogs());
    await server.start('7d');
    const answer = await fetch(`http://127.0.0.1:${server.port}/insert/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"streams":[{"stream":{"service_name":"salt"},"values":[["1000000000000000000","old"]]}]}',
    });
    expect(answer.status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await server.query('*', { start: '2000', end: '2100' })).toEqual([]);
  });

  describeWith("vector.toml.example's sinks", NO_VECTOR, () => {
    const SINKS = [
      {
        name: 'loki',
        transform: '[transforms.loki_labels]',
        edits: (port: number): [string, string][] => [
          ['endpoint = "http://127.0.0.1:3100"', `endpoint = "http://127.0.0.1:${port}/insert"`],
          ['path = "/loki/api/v1/push"', 'path = "/loki/api/v1/push?_msg_field=message,event.dataset"'],
        ],
        check: (rows: readonly Row[]) => expectLines(rows, true),
        labels: LOKI_LABELS,
      },
      {
        name: 'opentelemetry',
        transform: '[transforms.otlp]',
        edits: (port: number): [string, string][] => [
          ['http://127.0.0.1:4318/v1/logs', `http://127.0.0.1:${port}/insert/opentelemetry/v1/logs`],
        ],
        check: expectAttributes,
        labels: OTLP_LABELS,
      },
    ];
    const server = startVictoriaLogs();

    it.each(SINKS)(
      '$name: every record, with its time and few labels; the checkpoint moves',
      async ({ transform, edits, check, labels }) => {
        const folder = temporaryFolder();
        stage.add({ remove: () => Promise.resolve(folder.remove()) });
        const port = await closedPort();
        const config = [
          ['data_dir = "/var/lib/vector"', `data_dir = "${folder.path}"`] as [string, string],
          ['127.0.0.1:8080', `127.0.0.1:${port}`] as [string, string],
          ...edits(server.port),
        ].reduce(
          (text, [from, to]) => {
            expect(text).toContain(from);
            return text.replaceAll(from, to);
          },
          switchOn(switchOff(example(), '[sinks.console]'), transform),
        );
        const path = join(folder.path, 'vector.toml');
        writeFileSync(path, config);
        const vector = startVector(path);
        stage.add({ remove: () => vector.stop('SIGKILL').then(() => undefined) });
        const log = join(folder.path, 'events.ndjson');
        copyFileSync(EVENTS, log);
        const checkpoint = join(folder.path, 'checkpoint');
        const to = ['--preset', 'flatten_ecs', '--to', `http://127.0.0.1:${port}/saltflat`];
        const follower = new Follower([log, '--options', OPTIONS, '--checkpoint', checkpoint, ...to]);
        const isDone = (): boolean =>
          existsSync(checkpoint) && readFileSync(checkpoint, 'utf8').includes(`"offset": ${readFileSync(log).length},`);
        await until(isDone, () => `the checkpoint moves; ${follower.stderr}${vector.output}`, SECONDS);
        const mine = Object.keys(labels)[0]!;
        check(await server.rows(`"${mine}":*`, expected.size));
        expect(await follower.stop()).toBe(0);
        const all = await labelsIn(server);
        for (const [name, values] of Object.entries(labels)) expect(all[name]).toEqual(values);
      },
      LONG_MS,
    );
  });
});
