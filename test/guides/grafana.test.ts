// docs/guides/grafana.md, line by line: real Fluent Bits, a real VictoriaLogs and a real Prometheus, started as the
// guide says. Grafana is played: what it would load is looked at.
import { readdirSync } from 'node:fs';
import { dashboard, textOf } from '../support/grafana/dashboards.js';
import { describeWith, findProgram } from '../support/program.js';
import { closedPort } from '../support/receiver.js';
import { NO_PROMETHEUS } from '../support/prometheus/server.js';
import { NO_VICTORIA_LOGS } from '../support/stores/victoria-logs.js';
import { Guide } from '../support/guides/guide.js';
import { Sandbox, missingAgent } from '../support/guides/sandbox.js';
import { walk } from '../support/guides/walk.js';

const LONG_MS = 240_000;
const guide = new Guide('docs/guides/grafana.md');
const NO_PROMTOOL = findProgram('PROMTOOL', 'promtool') === null ? 'neither PROMTOOL nor promtool on PATH' : null;

describeWith(
  'the guide from zero to Grafana',
  missingAgent() ?? NO_VICTORIA_LOGS ?? NO_PROMETHEUS ?? NO_PROMTOOL,
  () => {
    let sandbox: Sandbox;
    let logs: number;
    beforeAll(async () => {
      logs = await closedPort();
      sandbox = new Sandbox({ 9428: logs, 9090: await closedPort(), 2021: await closedPort() });
    });
    afterAll(() => sandbox.remove());

    it(
      'ends with every state of a job in VictoriaLogs, the metrics in Prometheus, and the dashboards where Grafana looks',
      async () => {
        await walk(guide, sandbox);
        const query = new URLSearchParams({ query: 'event_type:=state_return | fields state' });
        const answer = await fetch(`http://127.0.0.1:${logs}/select/logsql/query`, { method: 'POST', body: query });
        const rows = (await answer.text()).trimEnd().split('\n');
        const states = rows.map((line) => (JSON.parse(line) as { state: string }).state);
        expect(states.sort()).toEqual(sandbox.returned);

        const folder = '/var/lib/grafana/dashboards/saltflat';
        expect(sandbox.read('/etc/grafana/provisioning/dashboards/saltflat.yaml')).toContain(
          `path: ${sandbox.path(folder)}`,
        );
        const files = readdirSync(sandbox.path(folder)).sort();
        expect(files).toEqual(['salt-fleet.json', 'salt-job.json', 'salt-state.json']);
        expect(JSON.parse(sandbox.read(`${folder}/salt-fleet.json`))).toEqual(dashboard('victorialogs', 'salt-fleet'));
        expect(textOf('victorialogs', 'salt-fleet')).toContain('"victoriametrics-logs-datasource"');
        expect(sandbox.read('/etc/grafana/provisioning/datasources/saltflat-victorialogs.yaml')).toContain(
          `127.0.0.1:${logs}`,
        );
        expect(guide.unseen).toEqual([]);
      },
      LONG_MS,
    );

    it('restarts Salt once it is configured, and leaves services behind', () => {
      expect(sandbox.calls).toEqual([
        'getent passwd fluent-bit',
        'useradd --system fluent-bit',
        'systemctl daemon-reload',
        'systemctl restart salt-master',
        'sudo -u fluent-bit fluent-bit -c /etc/fluent-bit/saltflat.yaml',
        'sudo -u fluent-bit fluent-bit -c /etc/fluent-bit/prometheus.yaml',
        'salt * state.apply',
        'grafana cli plugins install victoriametrics-logs-datasource',
        'systemctl restart grafana-server',
        'systemctl daemon-reload',
        'systemctl enable fluent-bit saltflat-metrics',
        'systemctl restart fluent-bit saltflat-metrics',
      ]);
    });
  },
);
