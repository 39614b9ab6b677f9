// A real VictoriaLogs for tests: empty, on a free port of the loopback; gone afterwards. It takes what Loki and
// OpenTelemetry collectors take, and can be asked back.
import { closedPort } from '../receiver.js';
import { Running, findProgram, temporaryFolder, until } from '../program.js';

const PROGRAM = findProgram('VICTORIA_LOGS', 'victoria-logs');

/** Why VictoriaLogs cannot run here, for `describeWith`; null where it can. */
export const NO_VICTORIA_LOGS = PROGRAM === null ? 'neither VICTORIA_LOGS nor victoria-logs on PATH' : null;

/** One record as VictoriaLogs gives it: every member a string. */
export type Row = Readonly<Record<string, string>>;

/** The running server. */
export class VictoriaLogs {
  /** The number after `127.0.0.1:`. */
  port = 0;
  #running: Running | undefined;
  #folder: ReturnType<typeof temporaryFolder> | undefined;

  /** `retention`: it drops what is older, and answers 200 all the same. */
  async start(retention = '100y'): Promise<void> {
    this.port = await closedPort();
    this.#folder = temporaryFolder();
    this.#running = new Running(PROGRAM!, [
      ...[`-storageDataPath=${this.#folder.path}`, `-retentionPeriod=${retention}`],
      `-httpListenAddr=127.0.0.1:${this.port}`,
    ]);
    const isUp = async (): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${this.port}/health`).catch(() => null))?.ok === true;
    await until(isUp, () => `VictoriaLogs answers; it said:\n${this.#running?.output}`);
  }

  async remove(): Promise<void> {
    await this.#running?.stop('SIGKILL');
    this.#folder?.remove();
  }

  /** What a LogsQL query gives, in no order. Throws with the answer where it is refused. */
  async query(query: string, more: Readonly<Record<string, string>> = {}): Promise<Row[]> {
    const body = new URLSearchParams({ query, ...more });
    const answer = await fetch(`http://127.0.0.1:${this.port}/select/logsql/query`, { method: 'POST', body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${query}: ${answer.status} ${text}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  }

  /** What a query gives once that is so many rows: what was taken can be seen a second later. */
  async rows(query: string, count: number): Promise<Row[]> {
    let rows: Row[] = [];
    await until(
      async () => (rows = await this.query(query)).length >= count,
      () => `${count} records of ${query}, of which there are ${rows.length}`,
    );
    return rows;
  }
}

/** A VictoriaLogs that runs from before the first test of this describe (or file) until after the last. */
export function startVictoriaLogs(): VictoriaLogs {
  const server = new VictoriaLogs();
  beforeAll(() => server.start(), 60_000);
  afterAll(() => server.remove());
  return server;
}
