// The jobs that a step of an orchestration started, a span for each minion, told from what the step says of them. The
// returns of these jobs come in events of their own, before anything tells whose step they belong to: their spans stand
// in the trace of their job, and these here lead to it.
import { type Members, membersOf, readStartMicros } from '../../core/salt.js';
import { type SpanContext, returnIdOf, spanIdOf } from '../../core/trace.js';
import { blake2b128 } from '../../core/blake2b.js';
import type { Told } from './members.js';
import { KIND, type Span } from './span.js';

/** What is known of a job: the trace that its spans stand in, and its function where that is known. */
export interface StartedJob {
  readonly traceId: string;
  readonly fun: string | null;
}

/** All in microseconds, as Salt writes times. */
const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const QUARTER = HOUR / 4;
/**
 * A minion's job may end so long before its step: the rest of a quarter is for clocks that differ. As
 * `record/timing.ts` has it.
 */
const LATE = 13 * (HOUR / 60);

interface Period {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

const nsOf = (micros: number): bigint => BigInt(micros) * 1000n;

/** When the states of a minion ran: their times of day, laid on the end of the step. Null where they tell no times. */
function periodOf(results: Members, stepEndNs: bigint): Period | null {
  let first: number | null = null;
  let [earliest, last] = [0, 0];
  for (const result of Object.values(results).map(membersOf)) {
    const start = readStartMicros(result['start_time']);
    const durationMs = result['duration'];
    if (start === null || typeof durationMs !== 'number') continue;
    first ??= start;
    let since = start - first;
    if (since < -HOUR) since += DAY;
    if (since >= DAY - HOUR) since -= DAY;
    earliest = Math.min(earliest, since);
    last = Math.max(last, since + Math.round(durationMs * 1000));
  }
  if (first === null) return null;
  const stepEnd = Number(stepEndNs / 1000n);
  const zone = first + last - (stepEnd % DAY);
  const end = stepEnd + zone - Math.floor((zone + LATE) / QUARTER) * QUARTER;
  return { startNs: nsOf(end - last + earliest), endNs: nsOf(end) };
}

/** How many states failed. */
const failedIn = (results: Members): number =>
  Object.values(results).filter((result) => membersOf(result)['result'] === false).length;

/** The spans of the minions' jobs that a step started, in the order in which it names them. */
export function* spansOfStep(told: Told, step: Span, jobOf: (jid: string) => StartedJob): Generator<Span> {
  const { module, function: ran } = told.state;
  if (module !== 'salt' || (ran !== 'state' && ran !== 'function')) return;
  const { startedJid: jid } = told;
  for (const [minion, returned] of Object.entries(membersOf(membersOf(told.changes)['ret']))) {
    const results = membersOf(returned);
    const failed = ran === 'state' ? failedIn(results) : 0;
    const { startNs, endNs } = (ran === 'state' ? periodOf(results, step.endNs) : null) ?? step;
    const job = jid === null ? null : jobOf(jid);
    const { fun = null } = job ?? {};
    yield {
      traceId: step.traceId,
      spanId: spanIdOf(blake2b128(new TextEncoder().encode(`${told.eventId}\0${minion}`))),
      parentSpanId: step.spanId,
      name: fun ?? 'job',
      kind: KIND.CLIENT,
      startNs,
      endNs,
      attributes: {
        'cicd.pipeline.name': fun ?? undefined,
        'cicd.pipeline.run.id': jid ?? undefined,
        'cicd.worker.id': minion,
        'salt.jid': jid ?? undefined,
        'salt.minion_id': minion,
        'salt.fun': fun ?? undefined,
      },
      events: [],
      links: job === null || jid === null ? [] : linksTo(job, jid, minion),
      failure: failed === 0 ? null : `${failed} of ${Object.keys(results).length} states failed`,
    };
  }
}

/** The span of the minion's return, where its function tells that there is one. */
function linksTo({ traceId, fun }: StartedJob, jid: string, minion: string): Span['links'] {
  if (fun?.startsWith('state.') !== true) return [];
  const to: SpanContext = { traceId, spanId: spanIdOf(returnIdOf(jid, minion, fun)) };
  return [{ ...to, attributes: { 'salt.link': 'job' } }];
}
