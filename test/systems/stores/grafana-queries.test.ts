// Every query of Grafana's dashboards on real servers: PromQL on a Prometheus that scrapes a real agent, LogsQL on a
// VictoriaLogs. What they say is what `saltflat report` says of the bundled events.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { records, run } from '../../support/command.js';
import { Agent, FLUENT_BIT, GRAFANA_OPTIONS, NO_FLUENT_BIT, Stage } from '../../support/fluent-bit/agent.js';
import { ALL, type Target, UIDS, type Uid, dashboard, panel, withValues } from '../../support/grafana/dashboards.js';
import { describeWith, until } from '../../support/program.js';
import { type Prometheus, NO_PROMETHEUS, scraping } from '../../support/prometheus/server.js';
import { closedPort } from '../../support/receiver.js';
import { NO_VICTORIA_LOGS, startVictoriaLogs } from '../../support/stores/victoria-logs.js';

type Json = Readonly<Record<string, unknown>>;

const EVENTS = join(process.cwd(), 'examples/events/demo.ndjson');
const OPTIONS = join(process.cwd(), 'examples/fluent-bit/saltflat-grafana.json');
const JID = '20261130090000484804';
const STATE = 'cmd_|-nginx configuration is valid_|-nginx -t_|-run';
const VALUES = { ...ALL, jid: JID, state: STATE };

interface JobRun {
  readonly minion_id: string;
  readonly failed: number;
  readonly changed: number;
  readonly followers: number;
  readonly would_change: number;
  /** Salt's words, where it did not run since another one was under way. */
  readonly refused?: string;
}
interface Report {
  readonly states: Readonly<Record<string, number>>;
  readonly jobs: {
    readonly rows: readonly (Readonly<Record<string, number>> & {
      readonly jid: string;
      readonly fun: string;
      readonly sls: string;
      readonly runs: readonly JobRun[];
    })[];
  };
}

let report: Report;
let ecs: Json[];
beforeAll(async () => {
  report = JSON.parse((await run(['report', EVENTS, '--format', 'json'])).stdout) as Report;
  ecs = records((await run(['replay', '-q', EVENTS, '--preset', 'flatten_ecs', '--options', OPTIONS])).stdout);
});

const targetsOf = (uid: Uid, type: string): [title: string, target: Target][] =>
  dashboard('victorialogs', uid).panels.flatMap(({ title, targets }) =>
    targets.filter(({ datasource }) => datasource.type === type).map((target) => [title, target] as [string, Target]),
  );

/** One series of an answer: its labels, and its number. */
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}
const valueOf = ({ value, values = [] }: Series): number =>
  value === undefined ? values.reduce((sum, [, each]) => sum + Number(each), 0) : Number(value[1]);
/** Numbers by the values of some labels. */
const by = (series: readonly Series[], ...labels: readonly string[]): Map<string, number> =>
  new Map(series.map((each) => [labels.map((label) => each.metric[label] ?? '').join(' '), valueOf(each)]));

describeWith('PromQL of the dashboards', NO_FLUENT_BIT ?? NO_PROMETHEUS, () => {
  const stage = new Stage();
  let prometheus: Prometheus;
  afterAll(() => stage.clear());
  const ask = async (expr: string): Promise<Series[]> => {
    const answer = await prometheus.ask(`query?query=${encodeURIComponent(withValues(expr, VALUES))}`);
    if (answer === null) throw new Error(`${expr}: refused`);
    return (answer as { result: Series[] }).result;
  };
  beforeAll(async () => {
    const agent = stage.add(new Agent(FLUENT_BIT!));
    const port = await closedPort();
    agent.setOptions(GRAFANA_OPTIONS);
    agent.configure('prometheus', { METRICS_PORT: port });
    agent.write(readFileSync(EVENTS));
    await agent.start();
    prometheus = await scraping(stage, agent.folder, port);
    await until(
      async () =>
        ((await prometheus.ask('query?query=salt_last_run_would_change_states')) as { result?: unknown[] } | null)
          ?.result?.length === 8,
      () => `eight runs; Prometheus said:\n${prometheus.output()}`,
    );
  }, 90_000);

  /** What the report says of the last run, without `test=True`, of each minion and run. */
  const lastRuns = (): Map<string, JobRun> =>
    new Map(
      [...report.jobs.rows]
        .sort((one, other) => (one.jid < other.jid ? -1 : 1))
        .flatMap(({ fun, sls, runs }) =>
          runs
            .filter((each) => each.would_change === 0 && each.refused === undefined)
            .map((each) => [`${each.minion_id} ${fun === 'state.highstate' ? 'highstate' : sls}`, each] as const),
        ),
    );

  it('all are taken', async () => {
    let count = 0;
    for (const uid of UIDS)
      for (const [title, { expr }] of targetsOf(uid, 'prometheus')) {
        count++;
        expect([title, (await ask(expr)).length > 0 || title === 'Silent minions']).toEqual([title, true]);
      }
    expect(count).toBeGreaterThan(12);
  });

  it('the last runs are those of the report', async () => {
    const column = async (at: number): Promise<Map<string, number>> =>
      by(await ask(panel('victorialogs', 'salt-fleet', 'Last runs').targets[at]!.expr), 'minion', 'run');
    const runs = lastRuns();
    const wanted = (value: (run: JobRun) => number): Map<string, number> =>
      new Map([...runs].map(([key, each]) => [key, value(each)]));
    expect(await column(1)).toEqual(wanted(({ failed }) => failed));
    expect(await column(2)).toEqual(wanted(({ failed, followers }) => failed - followers));
    expect(await column(3)).toEqual(wanted(({ changed }) => changed));
    expect((await column(0)).size).toBe(runs.size);
  });

  it('the numbers of the fleet are those of its last runs', async () => {
    const number = async (title: string): Promise<number> =>
      valueOf((await ask(panel('victorialogs', 'salt-fleet', title).targets[0]!.expr))[0]!);
    const runs = [...lastRuns().values()];
    expect(await number('Root causes now')).toBe(
      runs.reduce((sum, { failed, followers }) => sum + failed - followers, 0),
    );
    const isRefused = ({ message }: Json): boolean => String(message).includes(' is running as PID ');
    const refused = ecs.filter(isRefused).map(({ salt }) => (salt as Json)['jid']);
    const summaries = ecs.filter(({ salt }) => {
      const { kind, jid } = salt as Json;
      return kind === 'job_return' && !refused.includes(jid);
    });
    const lastOf = new Map(
      summaries
        .filter(({ salt }) => !JSON.stringify((salt as Json)['fun_args']).includes('test'))
        .map((each) => [
          `${(each['host'] as Json)['name'] as string} ${JSON.stringify((each['salt'] as Json)['fun_args'])}`,
          each,
        ]),
    );
    const failing = [...lastOf.values()].filter(({ event }) => (event as Json)['outcome'] === 'failure');
    expect(await number('Runs that fail now')).toBe(failing.length);
    expect(await number('Would change')).toBe(0);
    const highstates = new Map(
      summaries
        .filter(
          ({ salt, event }) =>
            (event as Json)['action'] === 'state.highstate' &&
            !JSON.stringify((salt as Json)['fun_args']).includes('test'),
        )
        .map(({ host, event }) => [(host as Json)['name'], Date.parse((event as Json)['created'] as string)]),
    );
    const silent = [...highstates.values()].filter((time) => Date.now() - time > 7_200_000).length;
    expect(await number('Silent minions')).toBe(silent);
  });
});

describeWith('LogsQL of the dashboards', NO_VICTORIA_LOGS, () => {
  const server = startVictoriaLogs();
  const RANGE = { start: '2026-11-28T00:00:00Z', end: '2026-12-01T00:00:00Z' };
  const ask = async ({ expr, queryType }: Target): Promise<Series[]> => {
    const path = queryType === 'stats' ? 'stats_query' : 'stats_query_range';
    const query = withValues(expr, VALUES);
    const body = new URLSearchParams({
      query,
      ...RANGE,
      ...(queryType === 'stats' ? { time: RANGE.end } : { step: '1h' }),
    });
    const answer = await fetch(`http://127.0.0.1:${server.port}/select/logsql/${path}`, { method: 'POST', body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${query}: ${answer.status} ${text}`);
    return (JSON.parse(text) as { data: { result: Series[] } }).data.result;
  };
  const lines = ({ expr }: Target): Promise<readonly Json[]> => server.query(withValues(expr, VALUES), RANGE);
  const first = (uid: Uid, title: string): Target => panel('victorialogs', uid, title).targets[0]!;
  beforeAll(async () => {
    // Twice: the dashboards count records by their ids.
    for (const times of [1, 2]) {
      await run([
        'replay',
        '-q',
        EVENTS,
        '--options',
        OPTIONS,
        '--to',
        `loki://127.0.0.1:${server.port}/insert/loki/api/v1/push`,
      ]);
      await server.rows('*', times * 636);
    }
  }, 90_000);

  it('all are taken', async () => {
    let count = 0;
    for (const uid of UIDS)
      for (const [title, target] of targetsOf(uid, 'victoriametrics-logs-datasource')) {
        count++;
        const found = target.queryType === 'instant' ? await lines(target) : await ask(target);
        expect([title, found.length > 0]).toEqual([title, true]);
      }
    expect(count).toBeGreaterThan(15);
  });

  it('the fleet: the success, what came of all states, root causes, jobs and compile errors are those of the report', async () => {
    const [share] = await ask(first('salt-fleet', 'States that did not fail'));
    expect(valueOf(share!)).toBeCloseTo(report.states['success_rate']!, 9);
    const kinds = by(await ask(first('salt-fleet', 'States over time')), 'kind');
    for (const kind of ['failed', 'changed', 'unchanged', 'skipped', 'would_change'])
      expect([kind, kinds.get(kind)]).toEqual([kind, report.states[kind]]);

    const roots = ecs.filter(({ salt }) => {
      const { kind, state, caused_by: causes } = salt as Json;
      return kind === 'failed' && state !== undefined && causes === undefined;
    });
    const counts = new Map<string, number>();
    for (const { salt } of roots) {
      const { key } = (salt as Json)['state'] as { key: string };
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(by(await ask(first('salt-fleet', 'Top 20 root causes')), 'state')).toEqual(counts);

    const returns = new Map<string, number>();
    for (const { metric, ...series } of await ask(first('salt-fleet', 'Jobs')))
      returns.set(metric['jid']!, (returns.get(metric['jid']!) ?? 0) + valueOf({ metric, ...series }));
    const ranStates = new Set(ecs.map(({ salt }) => (salt as Json)['jid'])); // one of the jobs pings
    for (const { jid, answered } of report.jobs.rows.filter((row) => ranStates.has(row.jid)))
      expect([jid, returns.get(jid)]).toEqual([jid, answered]);
    expect(returns.size).toBe(report.jobs.rows.length - 1);

    const errors = await lines(first('salt-fleet', 'Jobs without state results'));
    const { compile_errors: broken, refused_runs: refused } = report.jobs.rows.reduce(
      (sum, row) => ({
        compile_errors: sum.compile_errors + row['compile_errors']!,
        refused_runs: sum.refused_runs + row['refused_runs']!,
      }),
      { compile_errors: 0, refused_runs: 0 },
    );
    expect(new Set(errors.map((line) => line['event_id'])).size).toBe(broken + refused);
  });

  it('a job: its minions, states, what failed and what took long are those of the report', async () => {
    const job = report.jobs.rows.find(({ jid }) => jid === JID)!;
    const number = async (title: string): Promise<number> => valueOf((await ask(first('salt-job', title)))[0]!);
    expect(await number('Minions')).toBe(job['answered']);
    expect(await number('Failed')).toBe(job['failed']);
    expect(await number('Changed')).toBe(job['changed']);
    const all = ['failed', 'changed', 'unchanged', 'skipped', 'would_change'].reduce(
      (sum, kind) => sum + (job[kind] as number),
      0,
    );
    expect(await number('States')).toBe(all);
    const cells = await ask(first('salt-job', 'Minions and states'));
    expect(cells).toHaveLength(all);
    expect(cells.filter(({ metric }) => metric['kind'] === 'failed')).toHaveLength(job['failed']!);
    const mine = ecs.filter(({ salt }) => (salt as Json)['jid'] === JID && (salt as Json)['state'] !== undefined);
    const longest = mine
      .map(({ event }) => ((event as Json)['duration'] ?? 0) as number)
      .sort((one, other) => other - one);
    const slowest = (await ask(first('salt-job', 'Slowest 20'))).map(valueOf);
    expect(slowest.sort((one, other) => other - one)).toEqual(longest.slice(0, 20));
    const failed = await lines(first('salt-job', 'What failed'));
    expect(new Set(failed.map((line) => line['event_id'])).size).toBe(job['failed']);
  });

  it('a state: what came of it, on which minions and in which jobs', async () => {
    const mine = ecs.filter(({ salt }) => ((salt as Json)['state'] as Json | undefined)?.['key'] === STATE);
    const count = (key: (salt: Json) => string): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const { salt } of mine) counts.set(key(salt as Json), (counts.get(key(salt as Json)) ?? 0) + 1);
      return counts;
    };
    expect(mine.length).toBeGreaterThan(5);
    expect(by(await ask(first('salt-state', 'What came of it')), 'kind')).toEqual(count(({ kind }) => kind as string));
    expect(by(await ask(first('salt-state', 'On which minions')), 'minion', 'kind')).toEqual(
      count(({ minion_id: minion, kind }) => `${minion as string} ${kind as string}`),
    );
    expect(by(await ask(first('salt-state', 'In which jobs')), 'jid', 'kind')).toEqual(
      count(({ jid, kind }) => `${jid as string} ${kind as string}`),
    );
    expect(new Set((await lines(first('salt-state', 'What it said'))).map((line) => line['event_id'])).size).toBe(
      mine.length,
    );
  });
});
