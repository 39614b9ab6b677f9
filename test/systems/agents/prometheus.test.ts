// prometheus.yaml in the real agent: what a scrape says is what the records say, and whatever text a state holds,
// Prometheus takes it.
import { spawnSync } from 'node:child_process';
import { closedPort } from '../../support/receiver.js';
import { Agent, SHIPPED_OPTIONS, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { Harness, MASTER_EVENTS, jobReturn, linesOf, state } from '../../support/fluent-bit/events.js';
import { describeWith, findProgram, until } from '../../support/program.js';
import { type Sample, scraped, tally } from '../../support/prometheus/page.js';
import { type Alert, NO_PROMETHEUS, alertsOf, scraping } from '../../support/prometheus/server.js';

const PROMTOOL = findProgram('PROMTOOL', 'promtool');

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

/** Each counter of the agent goes out by a timer of its own, a second apart at most. */
const FLUSH_MS = 1200;

/** The page, once it says so many states and nothing more comes. */
async function pageWith(url: string, states: number, seconds = 30): Promise<readonly Sample[]> {
  let samples: readonly Sample[] = [];
  await until(
    async () => {
      const before = JSON.stringify(samples);
      samples = await scraped(url);
      if (tally(samples, 'salt_states_total').get('') !== states) return false;
      if (JSON.stringify(samples) === before) return true;
      await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
      return false;
    },
    `${states} states are counted`,
    seconds,
  );
  return samples;
}

/**
 * States whose ids are all that text can be: longer than a label may be, cut in a character, quotes, lines, control
 * characters.
 */
const HOSTILE_IDS = [
  'é'.repeat(200),
  `a${'é'.repeat(200)}`,
  'quo"te\\back\nline',
  'x'.repeat(5000),
  'bell\u0007 \u202e',
];

/**
 * Failed states that a hostile minion makes up: names of functions that are none, that might be some, keys too long,
 * characters beyond letters.
 */
const invented = (minion: number, states: number): string[] =>
  Array.from({ length: states }, (_, at) => {
    const unique = `${minion}-${at}`;
    const name = ['run', `f${minion}_${at}`, `Run-${unique}`, `ä${unique}`, 'x'.repeat(400) + unique][at % 5]!;
    const members =
      `"name": "n", "changes": {}, "result": false, "comment": "", "duration": 1.5, ` +
      `"__id__": "id ${unique} ${'é'.repeat(100)}", "__sls__": "sls-${unique}"`;
    return `"m${minion}_|-${unique}_|-n_|-${name}": {${members}}`;
  });

/** A job return with such states; their keys are the function's. */
const hostile = (minion: number, states: readonly string[]): string =>
  jobReturn('20261122091948957570', [], `minion-${minion}`).replace('"return": {}', `"return": {${states.join(', ')}}`);

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
      of.reduce(
        (counts, record) => counts.set(key(record), (counts.get(key(record)) ?? 0) + 1),
        new Map<string, number>(),
      );
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
    const states = HOSTILE_IDS.map((id) =>
      state('name').replace('"__id__": "name"', `"__id__": ${JSON.stringify(id)}`),
    ).map((members) => members.replace('"result": true', '"result": false'));
    const { url } = await counting(binary, `${jobReturn('1', states)}\n`);
    const samples = await pageWith(url, states.length); // decoded as strict UTF-8
    const labels = samples
      .filter(({ name }) => name === 'salt_failed_states_total')
      .map((sample) => sample.labels['state']!);
    expect(labels.sort()).toEqual(HOSTILE_IDS.map((id) => id.slice(0, 60)).sort());
  }, 60_000);

  it('has a bounded number of series, and counts all, whatever minions invent', async () => {
    const minions = 100;
    const states = 200;
    const events = Array.from({ length: minions }, (_, at) => `${hostile(at, invented(at, states))}\n`).join('');
    const { url } = await counting(binary, events);
    const samples = await pageWith(url, minions * states, 150); // the agent looks through thousands of series for each
    const failed = samples.filter(({ name }) => name === 'salt_failed_states_total');
    expect(tally(failed, 'salt_failed_states_total').get('')).toBe(minions * states);
    expect(failed).toHaveLength(5001);
    const ofOne = failed.filter(({ labels }) => labels['minion'] === 'minion-0');
    expect(ofOne).toHaveLength(101);
    expect(tally(ofOne, 'salt_failed_states_total', 'state').get('other')).toBe(states - 100);
    const ofStates = samples.filter(({ name }) => name === 'salt_states_total');
    expect(ofStates).toHaveLength(301);
    for (const { labels } of ofStates) expect(labels['function']).toMatch(/^(other|m\d+\.(run|f\d+_\d+))$/);
    expect(samples.length).toBeLessThan(9518);
    for (const { labels } of samples)
      for (const value of Object.values(labels)) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(240);
  }, 180_000);

  it('goes on naming the functions and failures of other minions where one invents both', async () => {
    const events = `${hostile(0, invented(0, 2000))}\n`;
    const { agent, url } = await counting(binary, events);
    await pageWith(url, 2000);
    agent.write(MASTER_EVENTS);
    const states = records.filter(({ event }) => event.dataset === 'salt.state');
    const samples = await pageWith(url, 2000 + states.length);
    const failed = tally(samples, 'salt_failed_states_total', 'minion', 'state');
    const functions = tally(samples, 'salt_states_total', 'function');
    expect([...functions.keys()].filter((name) => name.startsWith('m0.'))).toHaveLength(50);
    for (const { event } of states) expect(functions.get(event.action)).toBeGreaterThan(0);
    for (const { host, salt } of records.filter((record) => record.salt.kind === 'failed'))
      expect(failed.get(`${host.name} ${salt.state?.id ?? ''}`)).toBeGreaterThan(0);
  }, 60_000);

  describeWith('a real Prometheus', NO_PROMETHEUS, () => {
    it('takes the page and raises the shipped alerts for a state that failed, and for a minion that invents them', async () => {
      const { agent, port } = await counting(binary, `${MASTER_EVENTS}${hostile(7, invented(7, 200))}\n`);
      const prometheus = await scraping(stage, agent.folder, port);
      let alerts: readonly Alert[] = [];
      await until(
        async () => {
          alerts = await alertsOf(prometheus);
          const raised = new Set(alerts.map(({ labels }) => labels['alertname']));
          // SaltSilent is about to be raised until the first scrape that finds states.
          const isBegun = ['SaltStateFailed', 'SaltJobWithoutStates', 'SaltSeriesLimited'].every((name) =>
            raised.has(name),
          );
          return isBegun && !raised.has('SaltSilent');
        },
        () => `alerts; Prometheus said:\n${prometheus.output()}`,
      );
      const summaries = alerts.map(({ annotations }) => annotations['summary']);
      expect(summaries).toContain('bad_thing failed on web-01.example.com');
      expect(summaries).toContain('minion-7 fails in more states than are counted by name: look at what it returns');
      expect(alerts.map(({ labels }) => labels['alertname'])).not.toContain('SaltMetricsMany');
      expect(summaries).toContain('state.sls gave no state results on web-01.example.com');
      const targets = (await prometheus.ask('targets')) as { activeTargets: { health: string; lastError: string }[] };
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
