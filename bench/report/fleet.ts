// The events of a large fleet: runs of state.apply, most states in order, some failing or changing, some minions
// silent.
import { closeSync, openSync, writeSync } from 'node:fs';

/** How large it is. */
export interface Fleet {
  readonly minions: number;
  /** States of each run. */
  readonly states: number;
  readonly runs: number;
}

const HOUR = 3_600_000;
/** States of one SLS file. */
const OF_SLS = 10;

const stampOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000`;

/** One state's result, and how long it took. */
function stateOf(at: number, minion: number, run: number, startMs: number): Record<string, unknown> {
  const sls = `service-${Math.floor(at / OF_SLS)}`;
  const id = `/etc/${sls}/conf.d/${at}.conf`;
  const isFailed = (minion % 50 === 7 && at === 40) || (minion + run * 31) % 97 === at;
  const isChanged = !isFailed && (at === 5 || (minion * 7 + run * 13 + at) % 61 === 0);
  const done = isChanged ? `File ${id} updated` : `File ${id} is in the correct state`;
  return {
    name: id,
    changes: isChanged ? { diff: `--- \n+++ \n@@ -1 +1 @@\n-old ${at}\n+new ${run}\n` } : {},
    result: !isFailed,
    comment: isFailed ? `Source file salt://${sls}/${at}.conf not found` : done,
    __sls__: sls,
    __run_num__: at,
    start_time: stampOf(startMs).slice('YYYY-MM-DDT'.length),
    duration: Number((((minion * 31 + at * 17 + run) % 900) / 10 + 1).toFixed(3)),
    __id__: id,
  };
}

/** Writes its events to `path`, a line each. Gives the number of bytes. */
export function writeFleet(path: string, { minions, states, runs }: Fleet): number {
  const file = openSync(path, 'w');
  const names = Array.from({ length: minions }, (_, at) => `node-${String(at).padStart(4, '0')}.example.com`);
  let bytes = 0;
  const write = (tag: string, data: object): void => {
    bytes += writeSync(file, `${JSON.stringify({ tag, data })}\n`);
  };
  for (let run = 0; run < runs; run++) {
    const beginMs = Date.UTC(2026, 10, 1) + run * 12 * HOUR;
    const jid = `${new Date(beginMs).toISOString().replace(/\D/g, '').slice(0, 17)}000`;
    const asked = { jid, tgt_type: 'glob', tgt: '*', user: 'root', fun: 'state.apply', arg: [], missing: [] };
    write(`salt/job/${jid}/new`, { ...asked, minions: names, _stamp: stampOf(beginMs) });
    for (const [number, id] of names.entries()) {
      if ((number + run) % 500 === 499) continue; // silent
      const returned: Record<string, unknown> = {};
      let ms = beginMs + 1000;
      for (let at = 0; at < states; at++) {
        const state = stateOf(at, number, run, ms);
        returned[`file_|-${state['__id__'] as string}_|-${state['name'] as string}_|-managed`] = state;
        ms += state['duration'] as number;
      }
      const answer = { cmd: '_return', fun: 'state.apply', fun_args: [], jid, id, retcode: 0, success: true };
      write(`salt/job/${jid}/ret/${id}`, { ...answer, return: returned, _stamp: stampOf(ms) });
    }
  }
  closeSync(file);
  return bytes;
}

/** Each of its states has a name of its own, of 400 characters; each tenth fails, with a comment of its own. */
export function writeLongNames(path: string, returns: number, states: number): number {
  const file = openSync(path, 'w');
  let bytes = 0;
  for (let run = 0; run < returns; run++) {
    const ms = Date.UTC(2026, 10, 1) + run * 60_000;
    const jid = `${new Date(ms).toISOString().replace(/\D/g, '').slice(0, 17)}000`;
    const id = `node-${run}.example.com`;
    const returned: Record<string, unknown> = {};
    for (let at = 0; at < states; at++) {
      const name = `/srv/${run}/${at}/`.padEnd(400, 'long ');
      returned[`file_|-${run} ${at}_|-${name}_|-managed`] = {
        ...stateOf(at, run, 0, ms),
        ...{ name, __id__: `${run} ${at}`, __sls__: `sls-${at}`, duration: run + at },
        ...(at % 10 === 0 ? { result: false, comment: `${run} ${at} `.padEnd(300, 'failed ') } : {}),
      };
    }
    const data = { cmd: '_return', fun: 'state.apply', fun_args: [], jid, id, return: returned, _stamp: stampOf(ms) };
    bytes += writeSync(file, `${JSON.stringify({ tag: `salt/job/${jid}/ret/${id}`, data })}\n`);
  }
  closeSync(file);
  return bytes;
}

/** One return of about `size` bytes: as many states as make it so large. */
export function writeLargeEvent(path: string, size: number): number {
  const one = JSON.stringify(stateOf(100_000, 0, 0, 0)).length + 90; // with its key
  return writeFleet(path, { minions: 1, states: Math.round(size / one), runs: 1 });
}
