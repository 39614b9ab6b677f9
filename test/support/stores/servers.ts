// The real servers that tests of the shipped index files run on, one `describe` each; skipped with the reason where one
// cannot run.
import { describeWith } from '../program.js';
import { missingElasticsearch, startElasticsearch } from './elasticsearch.js';
import { missingOpenSearch, startOpenSearch } from './opensearch.js';
import type { Store } from './server.js';
import { type StoreName, putTemplate } from './templates.js';

const SERVERS = [
  { store: 'opensearch', title: 'a real OpenSearch', missing: missingOpenSearch, start: startOpenSearch },
  { store: 'elasticsearch', title: 'a real Elasticsearch', missing: missingElasticsearch, start: startElasticsearch },
] as const;

/** One server, with the shipped templates on it. */
export interface Stage {
  readonly store: StoreName;
  readonly server: Store;
  /** The address of an index there, as `replay --to` and `verify --in` take it. */
  readonly at: (index: string) => string;
}

/** One `describe` for each server. */
export function describeServers(title: string, body: (stage: Stage) => void): void {
  for (const { store, title: name, missing, start } of SERVERS) {
    describeWith(`${title}: ${name}`, missing(), () => {
      const server = start();
      beforeAll(async () => {
        await putTemplate(server, store, 'ecs');
        await putTemplate(server, store, 'plain');
      });
      body({ store, server, at: (index) => `${store}://${server.host}/${index}` });
    });
  }
}
