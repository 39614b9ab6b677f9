// A report as JSON, in Salt's words.
import { splitStateName } from '../core/salt.js';
import { type Occasion, type ReportData, STATE_KINDS } from './data.js';
import { compareJson } from './as-json-compare.js';
import { runsJson } from './as-json-runs.js';
import { brokenOf } from './broken.js';
import type { Side } from './compare.js';
import { type GroupRow, type Table, type Tables, nameOf, successRate } from './tables.js';
import { notesOf } from './words.js';

const OTHERS = '(others)';

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const milliseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

/** The report as JSON text, indented by two spaces, `sides` compared. `docs/report.md` has its members. */
export function jsonOf(data: ReportData, tables: Tables, sides: readonly [Side, Side] | null): string {
  const minionOf = (minion: number): string => nameOf(data.minions, minion, OTHERS);
  const slsesOf = (slses: readonly number[]): string[] => slses.map((sls) => nameOf(data.slses, sls, OTHERS));
  const counted = Object.fromEntries(STATE_KINDS.map((kind) => [kind, tables.counts[kind]]));
  const occasionOf = ({ atMs, jid, minion }: Occasion): object => ({
    minion_id: minionOf(minion),
    jid,
    time: isoOf(atMs),
  });
  const list = <Row>({ rows, total, isMore }: Table<Row>, write: (row: Row) => object): object => ({
    total,
    ...(isMore ? { more: true } : {}),
    rows: rows.map(write),
  });
  const groupOf = (row: GroupRow): object => ({
    count: row.count,
    ...(row.missed === 0 ? {} : { perhaps_more: row.missed }),
    sls: slsesOf(row.slses),
    minions: row.minionCount,
    minion_ids: row.minions.slice(0, 10).map(minionOf),
    ...(row.isMoreMinions ? { more_minions: true } : {}),
    comments: row.comments.map(({ remark, count }) => ({
      comment: remark?.comment ?? null,
      ...(remark === null || remark.reason === '' ? {} : { reason: remark.reason }),
      count,
    })),
    last: occasionOf(row.last),
  });
  const stateOf = (name: string): object => {
    const { fun, id } = splitStateName(name);
    return { state_name: name, function: fun, state_id: id };
  };
  const head = {
    saltflat: data.version,
    generated: data.generated,
    files: data.files,
    notes: notesOf(data, tables),
    from: isoOf(data.firstMs),
    to: isoOf(data.lastMs),
    events: data.events,
    job_returns: data.jobReturns,
    malformed: data.malformed,
    copies: data.copies,
    differing: data.differing,
    redacted: data.isRedacted,
    filters: data.filters,
    states: { total: tables.states, ...counted, success_rate: successRate(data, tables.counts) },
  };
  const rest = {
    failed_states: list(tables.failed, (row) => ({ ...stateOf(row.name), ...groupOf(row) })),
    failing_minions: list(tables.minions, ({ minion, failed, errors, states }) => ({
      minion_id: minionOf(minion),
      failed,
      compile_errors: errors,
      states,
    })),
    compile_errors: {
      count: tables.errorCount,
      ...list(tables.errors, (row) => ({ error: row.name, ...groupOf(row) })),
    },
    refused_runs: {
      count: tables.refusedCount,
      ...list(tables.refused, (row) => ({ reason: row.name, ...groupOf(row) })),
    },
    never_returned: list(tables.unanswered, ({ minion, jobs, last }) => ({
      minion_id: minionOf(minion),
      jobs,
      last: { jid: last.jid, fun: last.fun, time: isoOf(last.atMs) },
    })),
    drift: list(tables.drift, (row) => ({ ...stateOf(row.name), ...groupOf(row) })),
    slowest_states: list(tables.slow, (row) => ({
      ...stateOf(row.name),
      longest_ms: milliseconds(row.maxMs),
      mean_ms: milliseconds(row.meanMs),
      count: row.count,
      sls: slsesOf(row.slses),
      longest: row.longest === null ? null : occasionOf(row.longest),
    })),
    changes_over_time: tables.times.map(({ fromMs, toMs, counts }) => ({
      from: isoOf(fromMs),
      to: isoOf(toMs),
      ...Object.fromEntries(STATE_KINDS.map((kind) => [kind, counts[kind]])),
    })),
  };
  const members: [string, () => unknown][] = [
    ...Object.entries(head).map(([name, value]): [string, () => unknown] => [name, () => value]),
    ...Object.entries(runsJson(data, brokenOf(data))),
    ['compare', () => compareJson(data, sides)],
    ...Object.entries(rest).map(([name, value]): [string, () => unknown] => [name, () => value]),
  ];
  // One after the other: all of them as objects take several times the room of the text. Strings of JSON hold no line
  // ends.
  const texts = members.map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value(), null, 2).replaceAll('\n', '\n  ')}`,
  );
  return `{\n${texts.join(',\n')}\n}\n`;
}
