// A real Elasticsearch for tests: one node, empty, on a free port of the loopback; gone afterwards. Used as
// `startOpenSearch` is.
//
// Maven brings it (about 60 MB, once) into the folder that SALTFLAT_ELASTICSEARCH_CACHE names, a folder of its own
// under the system's temporary folder unless told; a JDK of 21 or newer runs it. It is the server itself (mappings,
// indexing, search, aggregations) and HTTP. What the distribution has beside that is not in it: security, index
// lifecycle management, data streams, Kibana's side, and the greeting on `/`.
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { Running } from '../program.js';
import { FAST_JVM, MavenProgram } from '../maven.js';
import { type Store, startServer } from './server.js';

const VERSION = '9.2.0';
const PROGRAM = new MavenProgram(
  'Elasticsearch',
  21,
  `org.elasticsearch:elasticsearch:${VERSION}`,
  `org.elasticsearch.plugin:transport-netty4:${VERSION}`,
);
const JVM = ['-Xms256m', '-Xmx512m', ...FAST_JVM];
const MAIN = join(process.cwd(), 'test/support/stores/Elasticsearch.java');

/** The jars of the module that speaks HTTP; all others are the server's own. */
const OF_THE_MODULE = /^(netty-|transport-netty4-|elasticsearch-ssl-config-)/;
const DESCRIPTOR = `name=transport-netty4
description=HTTP
version=${VERSION}
elasticsearch.version=${VERSION}
java.version=21
classname=org.elasticsearch.transport.netty4.Netty4Plugin
`;

/** Why Elasticsearch cannot run here, for `describeWith`; null where it can. */
export function missingElasticsearch(): string | null {
  if (PROGRAM.missing !== null) return PROGRAM.missing;
  return existsSync(join(dirname(PROGRAM.java), 'javac')) ? null : 'this Java has no compiler';
}

/** An Elasticsearch that runs from before the first test of this describe (or file) until after the last. */
export function startElasticsearch(): Store {
  return startServer({
    name: 'Elasticsearch',
    start: (folder) => {
      const module = join(folder, 'modules', 'transport-netty4');
      for (const path of [module, join(folder, 'config'), join(folder, 'plugins')])
        mkdirSync(path, { recursive: true });
      writeFileSync(join(module, 'plugin-descriptor.properties'), DESCRIPTOR);
      const jars = PROGRAM.classpath().trim().split(delimiter);
      const isModule = (jar: string): boolean => OF_THE_MODULE.test(basename(jar));
      for (const jar of jars.filter(isModule)) copyFileSync(jar, join(module, basename(jar)));
      const server = jars.filter((jar) => !isModule(jar)).join(delimiter);
      const modules = ['--module-path', server, '--add-modules', 'ALL-MODULE-PATH', '--add-modules', 'jdk.net'];
      return new Running(PROGRAM.java, [...JVM, ...modules, MAIN, folder]);
    },
    hostIn: (output) => /^listening on (127\.0\.0\.1:\d+)$/m.exec(output)?.[1] ?? null,
  });
}
