// The gauges of prometheus.yaml in the real agent: what the last run of each minion came to. They end by themselves
// when it is repaired.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, GRAFANA_OPTIONS, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { Harness, jobReturn, linesOf, state } from '../../support/fluent-bit/events.js';
import { describeWith, until } from '../../support/program.js';
import { closedPort } from '../../support/receiver.js';
import { NO_PROMETHEUS, alertsOf, scraping } from '../../support/prometheus/server.js';
import { type Sample, scraped, tally } from '../../support/prometheus/page.js';

const EVENTS = readFileSync(join(process.cwd(), 'examples/events/demo.ndjson'), 'utf8');

interface Summary {
  readonly salt: {
    readonly kind: string;
    readonly jid: string;
    readonly fun_args: readonly string[];
    readonly summary: Record<string, number>;
  };
  readonly event: { readonly action: string; readonly outcome: string; readonly created: string };
  readonly host: { readonly name: string };
  readonly message?: string;
}

const stage = new Stage();
afterEach(() => stage.clear());

/** An agent that shows these events, and where it answers. */
async function showing(binary: string, events: string): Promise<{ agent: Agent; port: number }> {
  const agent = stage.add(new Agent(binary));
  const port = await closedPort();
  agent.setOptions(GRAFANA_OPTIONS);
  agent.configure('prometheus', { METRICS_PORT: port });
  agent.write(events);
  await agent.start();
  return { agent, port };
}

/** Each metric of the agent goes out by a timer of its own, a second apart at most. */
const FLUSH_MS = 1200;

/** The page, once it holds and nothing more comes. */
async function page(
  port: number,
  isThere: (samples: readonly Sample[]) => boolean,
  seconds = 30,
): Promise<readonly Sample[]> {
  let samples: readonly Sample[] = [];
  await until(
    async () => {
      const before = JSON.stringify(samples);
      samples = await scraped(`http://127.0.0.1:${port}/metrics`);
      if (!isThere(samples)) return false;
      if (JSON.stringify(samples) === before) return true;
      await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
      return false;
    },
    () => `the page, which has ${samples.length} values`,
    seconds,
  );
  return samples;
}

/** Salt's name for a time: the jid of a job at that second. */
const jidAt = (second: number): string => `202611220919${String(second).padStart(2, '0')}957570`;
const stampAt = (event: string, second: number): string =>
  event.replace(/"_stamp": "[^"]*"/, `"_stamp": "2026-11-22T09:19:${String(second).padStart(2, '0')}.500000+00:00"`);
const FAILED = state('a').replace('"result": true', '"result": false');
const GOOD = state('a');
/** A highstate of a minion that returned in that second. */
const highstate = (second: number, states: readonly string[], minion = 'web-01'): string =>
  `${stampAt(jobReturn(jidAt(second), states, minion), second)}\n`
    .replace('"fun": "state.sls"', '"fun": "state.highstate"')
    .replace('"fun_args": ["web"]', '"fun_args": []');

describeEach('gauges for Prometheus', (binary) => {
  it('say what the last run of each minion came to, as the summaries say; a run with test=True says what it would change', async () => {
    const harness = await Harness.load(GRAFANA_OPTIONS, 'flatten_ecs');
    const all = harness.records(linesOf(EVENTS)).map((record) => JSON.parse(record) as Summary);
    // One run of the events was refused, since a highstate was under way.
    const refused = all.filter(({ message }) => message?.includes(' is running as PID ')).map(({ salt }) => salt.jid);
    expect(refused).toHaveLength(1);
    const summaries = all.filter(({ salt }) => salt.kind === 'job_return' && !refused.includes(salt.jid));
    const isTest = ({ salt }: Summary): boolean => salt.fun_args.some((text) => text.includes('"test": true'));
    const runOf = ({ event, salt }: Summary): string => {
      const [first] = salt.fun_args;
      return event.action === 'state.highstate' ? 'highstate' : first!;
    };
    const keyOf = (summary: Summary): string => `${summary.host.name} ${runOf(summary)}`;
    const last = new Map(summaries.filter((each) => !isTest(each)).map((each) => [keyOf(each), each]));
    const lastGood = new Map(
      summaries.filter((each) => !isTest(each) && each.event.outcome === 'success').map((each) => [keyOf(each), each]),
    );
    expect(last.size).toBe(8);
    expect(lastGood.size).toBe(5);

    const { port } = await showing(binary, EVENTS);
    const samples = await page(
      port,
      (all) =>
        tally(all, 'salt_last_run_success').size > 0 &&
        tally(all, 'salt_last_run_would_change_states', 'minion', 'run').size === 8,
    );
    const gauge = (name: string): Map<string, number> => tally(samples, name, 'minion', 'run');
    const from = (all: ReadonlyMap<string, Summary>, value: (summary: Summary) => number): Map<string, number> =>
      new Map([...all].map(([key, summary]) => [key, value(summary)]));
    expect(gauge('salt_last_run_success')).toEqual(from(last, ({ event }) => (event.outcome === 'success' ? 1 : 0)));
    for (const name of ['failed', 'changed'])
      expect(gauge(`salt_last_run_${name}_states`)).toEqual(from(last, ({ salt }) => salt.summary[name]!));
    expect(gauge('salt_last_run_failed_roots')).toEqual(from(last, ({ salt }) => salt.summary['failed_roots']!));
    expect(gauge('salt_last_run_would_change_states')).toEqual(from(last, () => 0)); // each ran after it was tested
    const close = (wanted: Map<string, number>): Map<string, unknown> =>
      new Map([...wanted].map(([key, value]) => [key, expect.closeTo(value, 4)]));
    const seconds = ({ event }: Summary): number => Date.parse(event.created) / 1000;
    const exact = (all: ReadonlyMap<string, Summary>): Map<string, unknown> =>
      new Map([...all].map(([key, each]) => [key, expect.closeTo(seconds(each), 2)]));
    expect(gauge('salt_last_run_timestamp_seconds')).toEqual(exact(last));
    expect(gauge('salt_last_success_timestamp_seconds')).toEqual(exact(lastGood));
    expect(gauge('salt_last_run_duration_seconds')).toEqual(
      close(from(last, ({ salt }) => salt.summary['total_duration']! / 1000)),
    );
  }, 60_000);

  it('are those of the newest run, whatever order they come in; test=True changes the drift alone', async () => {
    const would = state('a').replace('"result": true', '"result": null');
    const dry = highstate(20, [would, would]).replace(
      '"fun_args": []',
      '"fun_args": [{"__kwarg__": true, "test": true}]',
    );
    const { agent, port } = await showing(binary, `${highstate(10, [FAILED, GOOD])}${highstate(5, [GOOD])}${dry}`);
    const value = (samples: readonly Sample[], name: string): number | undefined =>
      tally(samples, name, 'minion', 'run').get('web-01 highstate');
    const before = await page(port, (all) => value(all, 'salt_last_run_would_change_states') === 2);
    expect(value(before, 'salt_last_run_success')).toBe(0);
    expect(value(before, 'salt_last_run_failed_states')).toBe(1);
    expect(value(before, 'salt_last_run_timestamp_seconds')).toBe(Date.parse('2026-11-22T09:19:10.5Z') / 1000);
    expect(value(before, 'salt_last_success_timestamp_seconds')).toBeUndefined();
    agent.write(highstate(30, [GOOD]));
    const after = await page(port, (all) => value(all, 'salt_last_run_success') === 1);
    expect(value(after, 'salt_last_run_failed_states')).toBe(0);
    expect(value(after, 'salt_last_run_would_change_states')).toBe(0);
    expect(value(after, 'salt_last_success_timestamp_seconds')).toBe(Date.parse('2026-11-22T09:19:30.5Z') / 1000);
  }, 60_000);

  it('say nothing of a run that Salt refused, while another one was under way', async () => {
    const refusal = highstate(20, []).replace(
      '"return": {}',
      '"return": ["The function \\"state.highstate\\" is running as PID 9 and was started at 2026 with jid 1"]',
    );
    const { agent, port } = await showing(
      binary,
      `${highstate(10, [GOOD])}${refusal}${highstate(15, [GOOD], 'web-02')}`,
    );
    const value = (samples: readonly Sample[], name: string, minion = 'web-01'): number | undefined =>
      tally(samples, name, 'minion', 'run').get(`${minion} highstate`);
    const samples = await page(port, (all) => value(all, 'salt_last_run_success', 'web-02') === 1);
    expect(value(samples, 'salt_last_run_success')).toBe(1);
    expect(value(samples, 'salt_last_run_timestamp_seconds')).toBe(Date.parse('2026-11-22T09:19:10.5Z') / 1000);
    // One that gives no states for another reason is a failure.
    agent.write(refusal.replace('is running as PID', 'cannot be rendered').replace(/0919\d\d/g, '091930'));
    await page(port, (all) => value(all, 'salt_last_run_success') === 0);
  }, 60_000);

  it('are of a bounded number, whatever minions invent, and what has none is counted', async () => {
    const minions = 410;
    const runs = ['one', 'two', 'three', 'four', 'five', 'six', 'x'.repeat(300)];
    const events = Array.from({ length: minions }, (_, minion) =>
      runs
        .map((run) => `${jobReturn('20261122091948957570', [GOOD], `minion-${minion}`).replace('"web"', `"${run}"`)}\n`)
        .join(''),
    );
    const { port } = await showing(binary, events.join(''));
    const beyond = minions * runs.length - 2000;
    const samples = await page(port, (all) => tally(all, 'salt_runs_beyond_limit_total').get('') === beyond, 120);
    const ofRuns = samples.filter(({ name }) => name === 'salt_last_run_success');
    expect(ofRuns).toHaveLength(2000);
    expect(ofRuns.filter(({ labels }) => labels['minion'] === 'minion-0')).toHaveLength(5);
    expect(samples.length).toBeLessThanOrEqual(2000 * 8 + 10 + 20);
    for (const { labels } of samples)
      for (const text of Object.values(labels)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(240);
  }, 180_000);

  describeWith('a real Prometheus', NO_PROMETHEUS, () => {
    it('raises an alert when a minion fails, and ends it by itself when the minion is repaired', async () => {
      const now = (): string => new Date().toISOString().replace('Z', '+00:00');
      const recent = (event: string): string => event.replace(/"_stamp": "[^"]*"/, `"_stamp": "${now()}"`);
      const { agent, port } = await showing(binary, recent(highstate(1, [GOOD])));
      const prometheus = await scraping(stage, agent.folder, port);
      const failing = async (): Promise<string[]> =>
        (await alertsOf(prometheus))
          .filter(({ labels, state: is }) => labels['alertname'] === 'SaltRunFails' && is === 'firing')
          .map(({ annotations }) => `${annotations['summary']}: ${annotations['description']}`);
      const says = (): string => `the alert; Prometheus said:\n${prometheus.output()}`;
      await until(async () => (await prometheus.ask('query?query=salt_last_run_success')) !== null, says);
      expect(await failing()).toEqual([]);
      agent.write(recent(highstate(2, [FAILED, GOOD])));
      await until(async () => (await failing()).length > 0, says);
      expect(await failing()).toEqual([
        'highstate fails on web-01: 1 of its states fail by themselves; none: it gave no states at all.',
      ]);
      agent.write(recent(highstate(3, [GOOD, GOOD])));
      await until(async () => (await failing()).length === 0, says);
    }, 90_000);
  });
});
