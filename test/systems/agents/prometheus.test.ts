// prometheus.yaml in the real agent: what a scrape says is what the records say, and whatever text a state holds, Prometheus takes it.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closedPort } from '../../support/receiver.js';
import { Agent, EXAMPLES, SHIPPED_OPTIONS, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { Harness, MASTER_EVENTS, jobReturn, linesOf, state } from '../../support/fluent-bit/events.js';
import { Running, describeWith, findProgram, until } from '../../support/program.js';
import { type Sample, scraped, tally } from '../../support/prometheus/page.js';

const PROMETHEUS = findProgram('PROMETHEUS', 'prometheus');
const PROMTOOL = findProgram('PROMTOOL', 'promtool');
const ALERTS = join(EXAMPLES, 'prometheus-alerts.yaml');

interface EcsRecord {
  readonly salt: { readonly kind: string; readonly state?: { readonly id?: string; readonly sls?: string } };
  readonly event: { readonly dataset: string; readonly action: string; readonly duration: number };
  readonly host: { readonly name: string };
}

const stage = new Stage();
afterEach(() => stage.clear());

/** An agent that has counted these events, and where it answers. */
async function counting(binary: string, events: string): Promise<{ agent: Agent; port: number; url: string }> {
  const agent = stage.add(new Agent(binary));
  const port = await closedPort();
  agent.setOptions(SHIPPED_OPTIONS);
  agent.configure('prometheus', { METRICS_PORT: port });
  agent.write(events);
  await agent.start();
  return { agent, port, url: `http://127.0.0.1:${port}/metrics` };
}

/** The page, once it says so many states. */
async function pageWith(url: string, states: number): Promise<readonly Sample[]> {
  let samples: readonly Sample[] = [];
  await until(async () => {
    samples = await scraped(url);
    return tally(samples, 'salt_states_total').get('') === states;
  }, `${states} states are counted`);
  return samples;
}

/** States whose ids are all that text can be: longer than a label may be, cut in a character, quotes, lines, control characters. */
const HOSTILE_IDS = [
  'é'.repeat(200),
  `a${'é'.repeat(200)}`,
  'quo"te\\back\nline',
  'x'.repeat(5000),
  'bell\u0007 \u202e',
];

describeEach('metrics for Prometheus', (binary) => {
  let records: EcsRecord[];
  beforeAll(async () => {
    const harness = await Harness.load(SHIPPED_OPTIONS, 'flatten_ecs');
    records = harness.records(linesOf(MASTER_EVENTS)).map((record) => JSON.parse(record) as EcsRecord);
  });

  it('counts what the records say: states by kind and function, failures by minion and state, durations', async () => {
    const states = records.filter(({ event }) => event.dataset === 'salt.state');
    const failed = records.filter(({ salt }) => salt.kind === 'failed');
    const { url } = await counting(binary, MASTER_EVENTS);
    const samples = await pageWith(url, states.length);

    const count = (of: readonly EcsRecord[], key: (record: EcsRecord) => string): Map<string, number> =>
      of.reduce((counts, record) => counts.set(key(record), (counts.get(key(record)) ?? 0) + 1), new Map());
    expect(tally(samples, 'salt_states_total', 'kind', 'function')).toEqual(
      count(states, ({ salt, event }) => `${salt.kind} ${event.action}`),
    );
    expect(failed.length).toBeGreaterThan(50);
    expect(tally(samples, 'salt_failed_states_total', 'minion', 'sls', 'state', 'function')).toEqual(
      count(failed, ({ host, salt, event }) =>
        [host.name, salt.state?.sls ?? '', salt.state?.id ?? '', event.action].join(' '),
      ),
    );
    const nanoseconds = tally(samples, 'salt_state_duration_nanoseconds_sum').get('') ?? 0;
    expect(nanoseconds / states.reduce((sum, { event }) => sum + event.duration, 0)).toBeCloseTo(1, 9);
    const slowerThanASecond = states.filter(({ event }) => event.duration > 1e9).length;
    const upToASecond = samples
      .filter(({ name, labels }) => name.endsWith('nanoseconds_bucket') && Number.parseFloat(labels['le']!) === 1e9)
      .reduce((sum, { value }) => sum + value, 0);
    expect(slowerThanASecond).toBeGreaterThan(0);
    expect(states.length - upToASecond).toBe(slowerThanASecond);
  }, 60_000);

  it('counts lines that are no events', async () => {
    const { url } = await counting(binary, `{"data": {"cut\n${MASTER_EVENTS}`);
    const samples = await pageWith(url, records.filter(({ event }) => event.dataset === 'salt.state').length);
    expect(tally(samples, 'salt_malformed_events_total').get('')).toBe(1);
  }, 60_000);

  it('gives a page that is valid whatever a state is called', async () => {
    const states = HOSTILE_IDS.map(
      (id) => `${state('name').replace('"__id__": "name"', `"__id__": ${JSON.stringify(id)}`)}`,
    ).map((members) => members.replace('"result": true', '"result": false'));
    const { url } = await counting(binary, `${jobReturn('1', states)}\n`);
    const samples = await pageWith(url, states.length); // decoded as strict UTF-8
    const labels = samples
      .filter(({ name }) => name === 'salt_failed_states_total')
      .map((sample) => sample.labels['state']!);
    expect(labels.sort()).toEqual(HOSTILE_IDS.map((id) => id.slice(0, 60)).sort());
  }, 60_000);

  describeWith('a real Prometheus', PROMETHEUS === null ? 'neither PROMETHEUS nor prometheus on PATH' : null, () => {
    it('takes the page and raises the shipped alert for a state that failed', async () => {
      const { agent, port } = await counting(binary, MASTER_EVENTS);
      const own = await closedPort();
      const config = join(agent.folder, 'prometheus.yml');
      writeFileSync(
        config,
        `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: ['${ALERTS}']\n` +
          `scrape_configs: [{ job_name: saltflat, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]\n`,
      );
      const running = new Running(PROMETHEUS!, [
        ...[`--config.file=${config}`, `--storage.tsdb.path=${join(agent.folder, 'tsdb')}`],
        `--web.listen-address=127.0.0.1:${own}`,
      ]);
      stage.add({ remove: async () => void (await running.stop('SIGKILL')) });
      const ask = async (path: string): Promise<{ data: unknown } | null> =>
        fetch(`http://127.0.0.1:${own}/api/v1/${path}`).then(
          async (response) => (response.ok ? ((await response.json()) as { data: unknown }) : null),
          () => null,
        );
      interface Alert {
        readonly labels: Readonly<Record<string, string>>;
        readonly state: string;
        readonly annotations: { readonly summary: string };
      }
      let alerts: readonly Alert[] = [];
      await until(
        async () => {
          alerts = ((await ask('alerts'))?.data as { alerts: Alert[] } | undefined)?.alerts ?? [];
          const raised = new Set(alerts.map(({ labels }) => labels['alertname']));
          return raised.has('SaltStateFailed') && raised.has('SaltJobWithoutStates');
        },
        () => `alerts; Prometheus said:\n${running.output}`,
      );
      const summaries = alerts.map(({ annotations }) => annotations.summary);
      expect(summaries).toContain('bad_thing failed on web-01.example.com');
      expect(alerts.map(({ labels }) => labels['alertname'])).not.toContain('SaltSilent');
      expect(summaries).toContain('state.sls gave no state results on web-01.example.com');
      const targets = (await ask('targets'))?.data as { activeTargets: { health: string; lastError: string }[] };
      expect(targets.activeTargets.map(({ health, lastError }) => health + lastError)).toEqual(['up']);
    }, 90_000);
  });
});

describeWith('the shipped alerts', PROMTOOL === null ? 'neither PROMTOOL nor promtool on PATH' : null, () => {
  it('fire when they should, and not before, as `promtool test rules` judges', () => {
    const { status, stdout, stderr } = spawnSync(PROMTOOL!, ['test', 'rules', 'test/support/prometheus/alerts.yaml'], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  }, 60_000);
});
