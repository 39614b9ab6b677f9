// Copies what examples/salt/formula installs from the examples, so that it can be used alone: `npm run build:formula`.
// A test compares the copies.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const TO = 'examples/salt/formula/saltflat/files';

/** Where each file comes from. */
export const FILES = {
  'fluent-bit/elasticsearch.yaml': 'examples/fluent-bit/elasticsearch.yaml',
  'fluent-bit/opensearch-append.yaml': 'examples/fluent-bit/opensearch-append.yaml',
  'fluent-bit/opensearch.yaml': 'examples/fluent-bit/opensearch.yaml',
  'fluent-bit/saltflat.json': 'examples/fluent-bit/saltflat.json',
  'fluent-bit/splunk.yaml': 'examples/fluent-bit/splunk.yaml',
  'fluent-bit/tcp.yaml': 'examples/fluent-bit/tcp.yaml',
  'logrotate.d/saltflat': 'examples/salt/logrotate.d/saltflat',
  'master.d/saltflat.conf': 'examples/salt/master.d/saltflat.conf',
  'minion.d/saltflat.conf': 'examples/salt/minion.d/saltflat.conf',
  'systemd/fluent-bit.conf': 'examples/systemd/fluent-bit.conf',
  'systemd/salt-master.conf': 'examples/salt/systemd/saltflat.conf',
  'systemd/saltflat-follow.service': 'examples/systemd/saltflat-follow.service',
  'systemd/vector.conf': 'examples/systemd/vector.conf',
};

if (process.argv[1] === import.meta.filename) {
  for (const [file, from] of Object.entries(FILES)) {
    mkdirSync(dirname(join(TO, file)), { recursive: true });
    copyFileSync(from, join(TO, file));
  }
}
