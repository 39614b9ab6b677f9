// A day of five minions: an outage that is fixed, one that is not, a silent minion, a compile error.
import { newLine, returnLine } from './report-events.js';

export const STORY_MINIONS = ['web-01', 'web-02', 'db-01', 'cache-01', 'cron-01'] as const;

/** When each run begins, and its jid. */
export const storyMs = (run: number): number => Date.UTC(2026, 10, 22, 6 + 2 * run);
export const storyJid = (run: number): string => `${new Date(storyMs(run)).toISOString().replace(/\D/g, '')}000`;
export const STORY_RUNS = 8;

interface Outcome {
  readonly [member: string]: unknown;
}

const REQUISITE = { result: false, __state_ran__: false, duration: 0 };
const NGINX = [
  'nginx: [emerg] invalid port in "8O" of the "listen" directive in /etc/nginx/nginx.conf:2',
  'nginx: configuration file test failed',
].join('\n');

/** One state's result under its key. */
function state(
  key: readonly [module: string, id: string, fun: string, name?: string],
  sls: string,
  own: Outcome = {},
): [string, Outcome] {
  const [module, id, fun, name = id] = key;
  return [
    `${module}_|-${id}_|-${name}_|-${fun}`,
    { name, __id__: id, __sls__: sls, result: true, comment: 'in order', changes: {}, duration: 5, ...own },
  ];
}

function* statesOf(minion: string, run: number): Generator<[string, Outcome]> {
  for (let at = 0; at < 12; at++) {
    const first = run === 0 ? { changes: { diff: 'New file' }, comment: 'updated' } : {};
    const always = at === 3 ? { changes: { pid: 3, retcode: 0, stdout: 'done' }, comment: 'run', duration: 240 } : {};
    yield state(['file', `/etc/base/${at}.conf`, 'managed'], 'base', { ...first, ...always });
  }
  if (minion.startsWith('web')) {
    const isBroken = minion === 'web-01' && run >= 5;
    yield state(['pkg', 'nginx', 'installed'], 'web.nginx', { duration: 1900 + run * 300 });
    const diff = '--- \n+++ \n@@ -1,2 +1,2 @@\n user www;\n-listen 80;\n+listen 8O;\n';
    yield state(
      ['file', '/etc/nginx/nginx.conf', 'managed'],
      'web.nginx',
      run === 5 ? { changes: { diff }, comment: 'updated' } : {},
    );
    yield state(['cmd', 'check nginx', 'run', 'nginx -t'], 'web.nginx', {
      comment: 'Command "nginx -t" run',
      changes: { pid: 9, retcode: isBroken ? 1 : 0, stdout: 'ok', stderr: isBroken ? NGINX : '' },
      result: !isBroken,
      duration: 43,
    });
    for (const id of ['nginx service', 'site one', 'site two'])
      yield state(
        ['service', id, 'running'],
        'web.sites',
        isBroken ? { ...REQUISITE, comment: 'One or more requisite failed: web.nginx.check nginx' } : {},
      );
  }
  if (minion === 'db-01') {
    const isBroken = run === 2 || run === 3;
    yield state(
      ['pkg', 'postgresql', 'installed'],
      'db',
      isBroken ? { result: false, comment: 'No space left', duration: 30_210 } : {},
    );
    yield state(
      ['service', 'pg service', 'running'],
      'db',
      isBroken ? { ...REQUISITE, comment: 'One or more requisite failed: db.postgresql' } : {},
    );
  }
}

/** Its events in the order of time, a line each. */
export function storyLines(): string[] {
  return Array.from({ length: STORY_RUNS }, (_, run) => {
    const [jid, beginMs] = [storyJid(run), storyMs(run)];
    const stampOf = (ms: number): string => new Date(ms).toISOString().slice(0, -1);
    const returns = STORY_MINIONS.filter((minion) => minion !== 'cron-01' || run <= 4).map((minion) => {
      if (minion === 'cache-01' && run === 6)
        return returnLine({
          jid,
          minion,
          stamp: stampOf(beginMs + 4000),
          returned: ["Rendering SLS 'base:cache' failed"],
        });
      let ms = beginMs + 1000;
      const returned: Record<string, Outcome> = {};
      for (const [key, own] of statesOf(minion, run)) {
        returned[key] = {
          ...own,
          start_time: `${stampOf(ms).slice(11)}000`,
          __run_num__: Object.keys(returned).length,
        };
        ms += own['duration'] as number;
      }
      return returnLine({ jid, minion, stamp: stampOf(ms + 2000), returned });
    });
    return [newLine(jid, STORY_MINIONS, 'state.apply', stampOf(beginMs)), ...returns];
  }).flat();
}
