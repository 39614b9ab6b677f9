// A real Prometheus for tests: it scrapes one agent each second and knows the shipped alerts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES, type Stage } from '../fluent-bit/agent.js';
import { Running, findProgram } from '../program.js';
import { closedPort } from '../receiver.js';

const PROMETHEUS = findProgram('PROMETHEUS', 'prometheus');
const ALERTS = join(EXAMPLES, 'prometheus-alerts.yaml');

/** Why Prometheus cannot run here, for `describeWith`; null where it can. */
export const NO_PROMETHEUS = PROMETHEUS === null ? 'neither PROMETHEUS nor prometheus on PATH' : null;

/** The running server. */
export interface Prometheus {
  readonly port: number;
  /**
   * What its API says, `data` of the answer; null where it refuses or is not there yet. `path` is behind `/api/v1/`.
   */
  ask(path: string): Promise<unknown>;
  /** What it said so far. */
  output(): string;
}

/** An alert as the API has it. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The scrape configuration that the alerts' comment shows, with another port. */
function scrapeConfiguration(port: number): string {
  const comment = /^# +scrape_configs:\n(?:# {4,}.*\n)+/m.exec(readFileSync(ALERTS, 'utf8'))![0];
  const shown = comment.replace(/^# {3}/gm, '');
  expect(shown).toContain('127.0.0.1:2021');
  return shown.replace('127.0.0.1:2021', `127.0.0.1:${port}`);
}

/** A Prometheus that scrapes the agent at `port`, with its files in `folder`; it ends with the stage. */
export async function scraping(stage: Stage, folder: string, port: number): Promise<Prometheus> {
  const own = await closedPort();
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: ['${ALERTS}']\n${scrapeConfiguration(port)}`,
  );
  const running = new Running(PROMETHEUS!, [
    ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`],
    `--web.listen-address=127.0.0.1:${own}`,
  ]);
  stage.add({ remove: () => running.stop('SIGKILL').then(() => undefined) });
  return {
    port: own,
    ask: (path) =>
      fetch(`http://127.0.0.1:${own}/api/v1/${path}`).then(
        async (answer) => (answer.ok ? ((await answer.json()) as { data: unknown }).data : null),
        () => null,
      ),
    output: () => running.output,
  };
}

/** The alerts that are raised or about to be. */
export async function alertsOf(prometheus: Prometheus): Promise<readonly Alert[]> {
  return ((await prometheus.ask('alerts')) as { alerts: readonly Alert[] } | null)?.alerts ?? [];
}
