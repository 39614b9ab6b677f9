// The records that leave only where options say so, and those of flatten_ecs: how they are counted and shown.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRESETS } from '../../../build/host/index.js';
import { FIXTURE, eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';

const directory = temporaryDirectory();
function options(name: string, content: object): string {
  const path = join(directory, `${name}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
const ALL = options('all', { summary: true, returns: 'all', other_events: 'pass' });
const TEXT = options('text', { changes: 'text' });
const REDACT = options('redact', { redact: true });

const states = eventLine('1', [
  state({ changes: { a: 1 } }),
  state({ result: false, duration: 2500 }),
  state({ result: null, changes: { a: 1 } }),
]);
const ping = JSON.stringify({
  data: { fun: 'test.ping', jid: '2', id: 'web-02', return: true, fun_args: [], _stamp: '2026-11-22T09:20:00.5' },
  tag: 'salt/job/2/ret/web-02',
});
const started = '{"tag": "salt/job/3/new",  "data": {"fun":"state.sls","jid":"3","_stamp":"2026-11-22T09:21:00.5"}}';
const mixed = [states, ping, started, '[]'].join('\n');

const fourth = Buffer.byteLength(`${states}\n${ping}\n${started}\n`);

describe('what options add', () => {
  it.each(PRESETS)('is counted as what it is, and not as states, with %s', async (preset) => {
    const { code, stderr } = await run(['replay', '--preset', preset, '--options', ALL], mixed);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'saltflat: 4 events, 2 job returns, 7 records: 1 failed, 1 changed, 0 unchanged, 0 skipped, 1 would change, ' +
        '1 malformed, 1 returned, 1 job_return, 1 passed\n',
    });
  });

  it('leaves in its order, an event let pass byte for byte', async () => {
    const lines = (await run(['replay', '-q', '--options', ALL], mixed)).stdout.trimEnd().split('\n');
    expect(lines[5]).toBe(started);
    expect(records(lines.join('\n')).map((record) => record.event_type)).toEqual([
      'state_return',
      'state_return',
      'state_return',
      'job_return',
      'fun_return',
      undefined,
      'malformed',
    ]);
  });

  it('is shown with marks of its own', async () => {
    const { stdout } = await run(['show', '--options', ALL, '-'], mixed);
    const shown = stdout.split('\n').slice(3, 6);
    expect(shown[0]).toMatch(
      /^11-22 09:19:48 web-01 +Σ state\.apply +1 +2\.5 s {2}3 states: 1 failed, 1 changed, 1 would change; slowest test_\|-1_\|-1_\|-nop$/,
    );
    expect(shown[1]).toMatch(/^11-22 09:20:00 web-02 +→ test\.ping +2 +true$/);
    expect(shown[2]).toMatch(/^11-22 09:21:00 +· state\.sls +3 +salt\/job\/3\/new$/);
  });

  it('does not make --strict fail', async () => {
    const { code } = await run(['replay', '--strict', '--options', ALL], [states, ping, started].join('\n'));
    expect(code).toBe(0);
  });
});

describe('kinds', () => {
  it('are the same where changes leave as text', async () => {
    const { stderr, stdout } = await run(['replay', '--options', TEXT, FIXTURE]);
    expect(stderr).toBe((await run(['replay', FIXTURE])).stderr);
    expect(records(stdout).filter(({ changes }) => typeof changes === 'string')).toHaveLength(472);
    const shown = await run(['show', '--options', TEXT, FIXTURE]);
    expect(shown.stdout).toBe((await run(['show', FIXTURE])).stdout);
  });

  it('are the same in flatten_ecs, for every real record', async () => {
    const { stderr, stdout } = await run(['replay', '--preset', 'flatten_ecs', FIXTURE]);
    expect(stderr).toBe((await run(['replay', FIXTURE])).stderr);
    expect(records(stdout)).toHaveLength(476);
  });
});

describe('a malformed line', () => {
  it('has its file, line and byte in `log` of a record of flatten_ecs', async () => {
    const { stdout } = await run(['replay', '--preset', 'flatten_ecs', '-'], mixed);
    const last = records(stdout).at(-1)!;
    expect(last).toMatchObject({
      salt: { kind: 'malformed' },
      event: { kind: 'pipeline_error', original: '[]' },
      log: { file: { path: '-', line: 4 }, offset: fourth },
    });
  });

  it.each(PRESETS)('shows nothing of itself with redaction, with %s, and still its place', async (preset) => {
    const { stdout } = await run(['replay', '--preset', preset, '--options', REDACT], '{"password":"hunter2"');
    expect(stdout).not.toContain('hunter2');
    expect(stdout).toContain('[redacted: 21 bytes]');
    expect(stdout).toContain('"line":1');
  });
});
