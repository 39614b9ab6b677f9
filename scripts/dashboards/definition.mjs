// The dashboard, once for both products: what each panel asks, how it is shown, where it stands. `node
// scripts/dashboards/build.mjs` makes the saved objects of it. Fields: docs/ecs.md. Numbers: as `saltflat report`
// counts them (docs/report.md).
//
// Queries are Lucene's, not DQL's or KQL's: both products hand them to the store as they are.
import {
  bars,
  columns,
  count,
  distinct,
  filters,
  gauge,
  longest,
  mean,
  newest,
  table,
  terms,
  time,
  top,
} from './panels.mjs';

export const DATA_VIEW = {
  id: 'salt-states',
  title: 'salt-states*',
  timeField: 'event.created', // the one time that is the same whichever way a record came
  formats: {
    'event.duration': {
      id: 'duration',
      params: { inputFormat: 'nanoseconds', outputFormat: 'asSeconds', outputPrecision: 3, showSuffix: true },
    },
  },
};

export const DASHBOARD = {
  id: 'saltflat',
  title: 'Salt states',
  description: 'What failed, where, how often, how long; what changed; what test=True would change.',
};

/** Drop-down lists over all panels. */
export const CONTROLS = [
  { id: 'minion', label: 'Minion', field: 'host.name' },
  { id: 'sls', label: 'SLS', field: 'salt.state.sls' },
  { id: 'function', label: 'Function', field: 'event.action' },
];

/** The colour of each kind of state. */
export const KIND_COLOURS = {
  failed: '#BD271E',
  changed: '#D6BF57',
  unchanged: '#54B399',
  would_change: '#6092C0',
  skipped: '#98A2B3',
};

/** The share of states that did not fail, and from where on it is good, or fair. */
export const SUCCESS = {
  title: 'States that did not fail',
  description: 'Of those that ran; skipped ones did not. 0 % where none ran.',
  good: 0.99,
  fair: 0.9,
};

const STATES = 'salt.event_type:state_return';
const RAN = `${STATES} AND NOT salt.kind:skipped`;
const FAILED = `${STATES} AND salt.kind:failed`;
/** By the option `causes`: without it all failed states are roots. */
const HELD = '(salt.caused_by:* OR salt.caused_by_text:*)';
const ROOTS = `${FAILED} AND NOT ${HELD}`;
const COMPILE_ERRORS = 'salt.event_type:fun_return AND event.outcome:failure';
const STATE = 'salt.state.key';

/** `x` and `w` in 48 columns, `y` and `h` in rows; `widths` of a table's first columns in pixels. */
export const PANELS = [
  {
    id: 'success',
    title: SUCCESS.title,
    description: SUCCESS.description,
    at: { x: 0, y: 0, w: 10, h: 15 },
    ...gauge({ part: `${RAN} AND NOT salt.kind:failed`, of: RAN, good: SUCCESS.good, fair: SUCCESS.fair }),
  },
  {
    id: 'numbers',
    title: 'In numbers',
    at: { x: 10, y: 0, w: 12, h: 15 },
    ...table(
      filters({
        'States that ran': RAN,
        failed: FAILED,
        'failed by themselves': ROOTS,
        'failed because others did': `${FAILED} AND ${HELD}`,
        changed: `${STATES} AND salt.kind:changed`,
        unchanged: `${STATES} AND salt.kind:unchanged`,
        'would change': `${STATES} AND salt.kind:would_change`,
        'States skipped': `${STATES} AND salt.kind:skipped`,
        'Jobs without state results': COMPILE_ERRORS,
      }),
      [count('Number')],
    ),
  },
  {
    id: 'changes-over-time',
    title: 'States over time',
    at: { x: 22, y: 0, w: 26, h: 15 },
    query: STATES,
    ...columns(time(DATA_VIEW.timeField), terms('salt.kind', 'Result', { size: 5, by: 'name' })),
    colours: KIND_COLOURS,
  },
  {
    id: 'root-causes',
    title: 'Root causes',
    description: 'Failed states that no other one held back. It takes "causes": true.',
    at: { x: 0, y: 15, w: 48, h: 15 },
    query: ROOTS,
    ...table(terms(STATE, 'State'), [
      count('Failed'),
      distinct('host.name', 'Minions'),
      newest('event.created', 'Last'),
      top('host.name', 'Last on'),
      top('salt.state.sls', 'SLS'),
      top('message', 'Last comment'),
    ]),
    widths: [390, 85, 100, 200, 190, 190],
  },
  {
    id: 'failed-states',
    title: 'Top 20 failed states',
    at: { x: 0, y: 30, w: 48, h: 18 },
    query: FAILED,
    ...table(terms(STATE, 'State'), [
      count('Failed'),
      distinct('host.name', 'Minions'),
      newest('event.created', 'Last'),
      top('host.name', 'Last on'),
      top('event.action', 'Function'),
      top('salt.state.sls', 'SLS'),
      top('message', 'Last comment'),
    ]),
    widths: [390, 85, 100, 200, 190, 190, 120],
  },
  {
    id: 'failing-minions',
    title: 'Failures by minion',
    at: { x: 0, y: 48, w: 20, h: 15 },
    query: `(${FAILED}) OR (${COMPILE_ERRORS})`,
    ...bars(
      terms('host.name', 'Minion'),
      filters({ 'failed states': FAILED, 'jobs without state results': COMPILE_ERRORS }),
    ),
    colours: { 'failed states': '#BD271E', 'jobs without state results': '#E7664C' },
  },
  {
    id: 'compile-errors',
    title: 'Jobs without state results',
    description: 'Jinja and YAML errors, missing SLS files, exceptions.',
    at: { x: 20, y: 48, w: 28, h: 15 },
    query: COMPILE_ERRORS,
    list: ['host.name', 'event.action', 'salt.fun_args', 'message'],
  },
  {
    id: 'slowest-states',
    title: 'Slowest states',
    at: { x: 0, y: 63, w: 26, h: 18 },
    query: `${STATES} AND event.duration:>0`,
    ...table(terms(STATE, 'State', { by: 'longest' }), [
      longest('event.duration', 'Longest'),
      mean('event.duration', 'Mean'),
      count('Runs'),
      top('host.name', 'Longest on', 'event.duration'),
      top('salt.state.sls', 'SLS', 'event.duration'),
    ]),
    widths: [310, 120, 120, 75],
  },
  {
    id: 'drift',
    title: 'Drift: what test=True would change',
    at: { x: 26, y: 63, w: 22, h: 18 },
    query: `${STATES} AND salt.kind:would_change`,
    ...table(terms(STATE, 'State'), [
      count('Times'),
      distinct('host.name', 'Minions'),
      newest('event.created', 'Last'),
      top('message', 'Last comment'),
    ]),
    widths: [230, 80, 100, 200],
  },
];
