// Grafana's three dashboards, once for both stores of logs: what each panel asks, how it is shown, where it is.
// Numbers: as `saltflat report` counts them. Metrics: examples/fluent-bit/prometheus.yaml. Labels and structured
// metadata: loki.yaml there.
//
// A query is Prometheus' (`prom`), or one in two languages (`logs`): LogQL, and LogsQL of VictoriaLogs. VictoriaLogs
// keeps what is sent twice, so there records are counted by their ids.
import { SUCCESS } from '../definition.mjs';
import { ROWS } from '../panels.mjs';
import { gauge, list, logs, matrix, number, over, prom, table } from './panels.mjs';

/** A run that nobody has repeated for so long is forgotten; so is a minion. As in prometheus-alerts.yaml. */
const RUNS = '{minion=~"$minion"}[1d]';
const last = (metric) => `last_over_time(salt_last_run_${metric}${RUNS})`;
/** Without what else a series is called by: rows of tables are put together by minion and run. */
const row = (expr) => `max by (minion, run) (${expr})`;
const FAILING = `${last('success')} == 0`;
const SILENT =
  'time() - max by (minion) (last_over_time(salt_last_run_timestamp_seconds{run="highstate",minion=~"$minion"}[7d]))';
const SILENT_SECONDS = 7200;

/** The streams of records; the minions that are chosen. */
const loki = (labels, filter = '') => `{service_name="salt", environment=~"$environment"${labels}}${filter}`;
const victoria = (filter) => `{service_name="salt",environment=~"$environment"} ${filter}`;
const OF_MINION = ' | minion=~`${minion:regex}`';
const OF_MINION_V = 'minion:~`^${minion:regex}$`';
const STATES = ', event_type="state_return"';
const STATES_V = 'event_type:=state_return';
const ID = 'count_uniq(event_id)';

const JOB_LINK = { title: 'The job', field: 'jid', dashboard: 'salt-job', variable: 'var-jid' };
const STATE_LINK = { title: 'The state', field: 'state', dashboard: 'salt-state', variable: 'var-state' };

const FLEET = {
  uid: 'salt-fleet',
  title: 'Salt fleet',
  description: 'What fails now, why, and on which minions; who is silent; what changed.',
  from: 'now-24h',
  variables: ['minion', 'environment'],
  panels: [
    gauge(
      SUCCESS,
      { x: 0, y: 0, w: 6, h: 7 },
      {
        loki:
          `sum(count_over_time(${loki(`${STATES}, kind!~"failed|skipped"`, OF_MINION)} [$__range]))` +
          ` / sum(count_over_time(${loki(`${STATES}, kind!="skipped"`, OF_MINION)} [$__range]))`,
        victorialogs: `${victoria(`${STATES_V} kind:!=skipped ${OF_MINION_V}`)} | stats ${ID} if (kind:!=failed) ok, ${ID} ran | math ok / ran as share | fields share`,
      },
    ),
    number('Runs that fail now', { x: 6, y: 0, w: 4, h: 7 }, prom(`count(${FAILING}) or vector(0)`), {
      description:
        'A highstate, or what a job named, whose last run failed. It goes when that run succeeds, or after a day.',
      red: 1,
    }),
    number('Root causes now', { x: 10, y: 0, w: 4, h: 7 }, prom(`sum(${last('failed_roots')}) or vector(0)`), {
      description: 'States that failed by themselves in the last run; the others were not run because of them.',
      red: 1,
    }),
    number('Silent minions', { x: 14, y: 0, w: 4, h: 7 }, prom(`count(${SILENT} > ${SILENT_SECONDS}) or vector(0)`), {
      description: 'Minions whose last highstate is more than two hours ago. After a week they are forgotten.',
      red: 1,
    }),
    number('Would change', { x: 18, y: 0, w: 6, h: 7 }, prom(`sum(${last('would_change_states')}) or vector(0)`), {
      description: 'States that the last run with test=True would change, where no run without it came later.',
      yellow: 1,
    }),
    over(
      'States over time',
      { x: 0, y: 7, w: 24, h: 8 },
      {
        loki: `sum by (kind) (count_over_time(${loki(STATES, OF_MINION)} [$__auto]))`,
        victorialogs: `${victoria(`${STATES_V} ${OF_MINION_V}`)} | stats by (kind) ${ID} states`,
      },
      { description: 'Of each kind.', isStacked: true },
    ),
    table(
      'Last runs',
      { x: 0, y: 15, w: 24, h: 11 },
      [
        prom(row(last('success')), 'Success'),
        prom(row(last('failed_states')), 'Failed'),
        prom(row(last('failed_roots')), 'Roots'),
        prom(row(last('changed_states')), 'Changed'),
        prom(row(last('would_change_states')), 'Would change'),
        prom(row(last('duration_seconds')), 'Duration'),
        prom(`1000 * ${row(last('timestamp_seconds'))}`, 'Last run'),
        prom(`1000 * ${row(`last_over_time(salt_last_success_timestamp_seconds${RUNS})`)}`, 'Last success'),
      ],
      {
        description: 'Of each minion and run; what failed first.',
        sortBy: ['Success', false],
        units: { Duration: 's', 'Last run': 'dateTimeFromNow', 'Last success': 'dateTimeFromNow' },
      },
    ),
    table('Silent minions', { x: 0, y: 26, w: 8, h: 10 }, [prom(`${SILENT} > ${SILENT_SECONDS}`, 'Last highstate')], {
      description: 'For how long.',
      sortBy: ['Last highstate', true],
      units: { 'Last highstate': 's' },
    }),
    table(
      `Top ${ROWS} root causes`,
      { x: 8, y: 26, w: 16, h: 10 },
      [
        logs('Failed', {
          loki: `topk(${ROWS}, sum by (state) (count_over_time(${loki(`${STATES}, kind="failed"`, `${OF_MINION} | json caused_by="salt.caused_by[0]" | caused_by=""`)} [$__range])))`,
          victorialogs: `${victoria(`${STATES_V} kind:=failed "salt.caused_by":"" ${OF_MINION_V}`)} | stats by (state) ${ID} failed | sort by (failed desc, state) limit ${ROWS}`,
        }),
      ],
      {
        description: 'States that failed by themselves, in the time that is looked at.',
        sortBy: ['Failed', true],
        link: STATE_LINK,
      },
    ),
    matrix(
      'Jobs',
      { x: 0, y: 36, w: 12, h: 10 },
      { row: 'jid', column: 'outcome', value: 'Number' },
      {
        loki: `sum by (jid, outcome) (count_over_time(${loki(', event_type="job_return"', OF_MINION)} [$__range]))`,
        victorialogs: `${victoria(`event_type:=job_return ${OF_MINION_V}`)} | stats by (jid, outcome) ${ID} returns | sort by (jid desc) limit 200`,
      },
      { description: 'Newest first: on how many minions all went well, on how many not.', link: JOB_LINK },
    ),
    list(
      'Jobs without state results',
      { x: 12, y: 36, w: 12, h: 10 },
      {
        loki: `${loki(', event_type="fun_return", kind="failed"', OF_MINION)} | json message="message" | line_format "{{.minion}}: {{.message}}"`,
        victorialogs: victoria(`event_type:=fun_return kind:=failed ${OF_MINION_V}`),
      },
      { description: 'Jinja and YAML errors, missing SLS files, exceptions.' },
    ),
  ],
};

const OF_JOB = ' | jid=`$jid`';
const OF_JOB_V = 'jid:=`$jid`';
const JOB = {
  uid: 'salt-job',
  title: 'Salt job',
  description: 'One job: its minions and states, what failed, what took long.',
  from: 'now-7d',
  variables: ['jid', 'environment', 'traces'],
  links: ['trace'],
  panels: [
    ...[
      ['Minions', ', event_type="job_return"', 'event_type:=job_return', 0],
      ['States', STATES, STATES_V, 6],
      ['Failed', `${STATES}, kind="failed"`, `${STATES_V} kind:=failed`, 12],
      ['Changed', `${STATES}, kind="changed"`, `${STATES_V} kind:=changed`, 18],
    ].map(([title, labels, filter, x]) =>
      number(
        title,
        { x, y: 0, w: 6, h: 4 },
        logs(title, {
          loki: `sum(count_over_time(${loki(labels, OF_JOB)} [$__range])) or vector(0)`,
          victorialogs: `${victoria(`${filter} ${OF_JOB_V}`)} | stats ${ID} n`,
        }),
        title === 'Failed' ? { red: 1 } : {},
      ),
    ),
    matrix(
      'Minions and states',
      { x: 0, y: 4, w: 24, h: 16 },
      { row: 'state', column: 'minion', value: 'kind' },
      {
        loki: `sum by (state, minion, kind) (count_over_time(${loki(STATES, OF_JOB)} [$__range]))`,
        victorialogs: `${victoria(`${STATES_V} ${OF_JOB_V}`)} | stats by (state, minion, kind) ${ID} n`,
      },
      { description: 'What came of each state on each minion.', link: STATE_LINK },
    ),
    table(
      `Slowest ${ROWS}`,
      { x: 0, y: 20, w: 12, h: 11 },
      [
        logs('Duration', {
          loki: `topk(${ROWS}, max by (state, minion) (max_over_time(${loki(STATES, `${OF_JOB} | unwrap duration`)} [$__range])))`,
          victorialogs: `${victoria(`${STATES_V} ${OF_JOB_V}`)} | stats by (state, minion) max(duration) took | sort by (took desc) limit ${ROWS}`,
        }),
      ],
      {
        description: 'The states that took longest.',
        sortBy: ['Duration', true],
        units: { Duration: 'ns' },
        link: STATE_LINK,
      },
    ),
    list(
      'What failed',
      { x: 12, y: 20, w: 12, h: 11 },
      {
        loki: `${loki(', kind="failed"', OF_JOB)} | json message="message" | line_format "{{.minion}}: {{.state_id}}: {{.message}}"`,
        victorialogs: victoria(`kind:=failed ${OF_JOB_V}`),
      },
      { description: 'With its comment.' },
    ),
  ],
};

const OF_STATE = ' | state=`$state`';
const OF_STATE_V = 'state:=`$state`';
const STATE = {
  uid: 'salt-state',
  title: 'Salt state',
  description: 'One state: where it fails, since when, and how long it takes.',
  from: 'now-7d',
  variables: ['state', 'minion', 'environment'],
  panels: [
    over(
      'What came of it',
      { x: 0, y: 0, w: 24, h: 8 },
      {
        loki: `sum by (kind) (count_over_time(${loki(STATES, `${OF_STATE}${OF_MINION}`)} [$__auto]))`,
        victorialogs: `${victoria(`${STATES_V} ${OF_STATE_V} ${OF_MINION_V}`)} | stats by (kind) ${ID} states`,
      },
      { description: 'Of each kind, over time.', isStacked: true },
    ),
    matrix(
      'On which minions',
      { x: 0, y: 8, w: 12, h: 12 },
      { row: 'minion', column: 'kind', value: 'Number' },
      {
        loki: `sum by (minion, kind) (count_over_time(${loki(STATES, `${OF_STATE}${OF_MINION}`)} [$__range]))`,
        victorialogs: `${victoria(`${STATES_V} ${OF_STATE_V} ${OF_MINION_V}`)} | stats by (minion, kind) ${ID} n`,
      },
      { description: 'How often of each kind, in the time that is looked at.' },
    ),
    over(
      'How long it takes',
      { x: 12, y: 8, w: 12, h: 12 },
      {
        loki: `max by (minion) (max_over_time(${loki(STATES, `${OF_STATE}${OF_MINION} | unwrap duration`)} [$__auto]))`,
        victorialogs: `${victoria(`${STATES_V} ${OF_STATE_V} ${OF_MINION_V}`)} | stats by (minion) max(duration) took`,
      },
      { description: 'The longest of each minion.', unit: 'ns' },
    ),
    table(
      'In which jobs',
      { x: 0, y: 20, w: 10, h: 11 },
      [
        logs('Minions', {
          loki: `sum by (jid, kind) (count_over_time(${loki(STATES, `${OF_STATE}${OF_MINION}`)} [$__range]))`,
          victorialogs: `${victoria(`${STATES_V} ${OF_STATE_V} ${OF_MINION_V}`)} | stats by (jid, kind) ${ID} minions | sort by (jid desc) limit 100`,
        }),
      ],
      { description: 'Newest first.', sortBy: ['jid', true], link: JOB_LINK },
    ),
    list(
      'What it said',
      { x: 10, y: 20, w: 14, h: 11 },
      {
        loki: `${loki(STATES, `${OF_STATE}${OF_MINION}`)} | json message="message" | line_format "{{.kind}} {{.minion}}: {{.message}}"`,
        victorialogs: victoria(`${STATES_V} ${OF_STATE_V} ${OF_MINION_V}`),
      },
      { description: 'Newest first.' },
    ),
  ],
};

export const DASHBOARDS = [FLEET, JOB, STATE];
