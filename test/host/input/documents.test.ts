// What people have beside event files: printed over several lines, as an event stream, as what Salt's commands print.
import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LineSplitter } from '../../../build/host/core/lines.js';
import { DocumentReader } from '../../../build/host/input/documents.js';
import { eventsOf } from '../../../build/host/input/results.js';
import { eventLine, hasProgram, itWith, records, run, state, temporaryDirectory } from '../../support/command.js';

const EVENT = eventLine('20261122091947512388', [state(), state({ result: false })]);
const PRETTY = JSON.stringify(JSON.parse(EVENT), null, 4);

/** The events of a file that arrives in chunks of so many bytes, each with its line and its offset. */
function eventsIn(text: string, chunkBytes = text.length): [string, number, number][] {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter();
  const documents = new DocumentReader(1 << 20);
  const events: [string, number, number][] = [];
  const take = (lines: ReturnType<DocumentReader['push']>): void => {
    for (const line of lines)
      for (const event of eventsOf(line))
        events.push([Buffer.from(event.bytes).toString(), event.number, event.offset]);
  };
  for (let at = 0; at < bytes.length; at += chunkBytes)
    take(documents.push(splitter.push(Buffer.from(bytes.subarray(at, at + chunkBytes)))));
  take(documents.push(splitter.end()));
  take(documents.end());
  return events;
}

const parsed = (events: readonly (readonly [string, number, number])[]): unknown[] =>
  events.map(([text]) => JSON.parse(text) as unknown);

describe('an event printed over several lines', () => {
  it.each([1, 7, 1000])('is one event, in chunks of %i bytes', (chunk) => {
    const events = eventsIn(`${PRETTY}\n\n${EVENT}\n${PRETTY}\n`, chunk);
    expect(parsed(events)).toEqual([JSON.parse(EVENT), JSON.parse(EVENT), JSON.parse(EVENT)]);
    const lines = PRETTY.split('\n').length;
    expect(events.map(([, number]) => number)).toEqual([1, lines + 2, lines + 3]);
    expect(events[1]![2]).toBe(PRETTY.length + 2);
  });

  it.each([0, 1, 2, 8])('is one event with an indentation of %i', (indent) => {
    const text = indent === 0 ? PRETTY.replace(/^ +/gm, '') : JSON.stringify(JSON.parse(EVENT), null, indent);
    expect(parsed(eventsIn(text))).toEqual([JSON.parse(EVENT)]);
  });

  it('may hold brackets and quotes in its strings', () => {
    const event = { data: { a: '}{"\\', b: ['[', '"'] }, tag: 't' };
    expect(parsed(eventsIn(JSON.stringify(event, null, 2)))).toEqual([event]);
  });

  it('stands behind a tag, and the next tag ends what has no end', () => {
    const events = eventsIn('salt/a\t{\n  "x": {\nsalt/b\t{\n  "y": 1\n}\n');
    expect(events.map(([text]) => text)).toEqual(['salt/a\t{ "x": {', 'salt/b\t{ "y": 1 }']);
  });

  it('that is never closed is one malformed record, and so is one that grows beyond all bounds', async () => {
    expect(await run(['replay'], PRETTY.slice(0, -3))).toMatchObject({
      code: 3, // nothing in it is an event of Salt
      stderr: expect.stringContaining('1 malformed') as string,
    });
    const filler = `"${'x'.repeat(1000)}",\n`.repeat(2000);
    expect(eventsIn(`{\n"a": [\n${filler}`).length).toBeGreaterThan(0);
  });
});

describe('an event stream, as salt-api gives it', () => {
  it('gives the events of its data lines', () => {
    const events = eventsIn(`retry: 400\n\ntag: salt/a\ndata: ${EVENT}\n\n: a comment\nid: 7\ndata:${EVENT}\n\n`);
    expect(parsed(events)).toEqual([JSON.parse(EVENT), JSON.parse(EVENT)]);
    expect(events[0]!.slice(1)).toEqual([4, 30]);
  });

  it('is not taken for one where it is another text', () => {
    expect(eventsIn('id: 7\nsalt/a\t{}\n').map(([text]) => text)).toEqual(['id: 7', 'salt/a\t{}']);
  });
});

describe('what a command of Salt prints', () => {
  const cli = (name: string): string => readFileSync(join('test/fixtures/cli', name), 'utf8');

  it.each([
    ['salt-out-json.json', 2],
    ['salt-out-json-static.json', 2],
    ['salt-out-json-indent-1.json', 1],
    ['salt-batch-out-json.json', 2],
    ['salt-run-lookup-jid-out-json.json', 2],
    ['salt-call-local-out-json.json', 1],
    ['salt-call-requisites-out-json.json', 1],
    ['salt-run-orchestrate-out-json.json', 1],
    ['salt-out-json-render-error.json', 2],
  ])('is a return without jid, function and time for each minion: %s', (name, count) => {
    const events = parsed(eventsIn(cli(name)));
    expect(events).toHaveLength(count);
    for (const event of events)
      expect(event).toEqual({
        id: expect.any(String) as string,
        jid: null,
        fun: null,
        return: expect.anything() as unknown,
      });
  });

  it('is the whole return where salt-call prints that, and no return of another minion under the name of one', () => {
    const whole = { id: 'web-02', fun: 'state.apply', jid: '1', return: { 'test_|-a_|-a_|-nop': { result: true } } };
    const first = (name: string): string => eventsIn(JSON.stringify({ [name]: whole }))[0]![0];
    expect(JSON.parse(first('local'))).toEqual(whole);
    expect(JSON.parse(first('web-01'))).toEqual({ 'web-01': whole }); // as it is: no command's output
  });

  it.each(['salt-run-state-event.txt', 'salt-run-state-event-pretty.txt'])(
    'is the events of the bus, plain and pretty: %s',
    async (name) => {
      const events = eventsIn(cli(name));
      expect(events.map(([text]) => text.split('\t')[0])).toEqual([
        'salt/job/20261130010446328675/new',
        'salt/job/20261130010446328675/publish',
        'minion/refresh/web-01.example.com',
        'salt/job/20261130010446328675/ret/web-01.example.com',
      ]);
      const { code, stdout, stderr } = await run(['replay', join('test/fixtures/cli', name)]);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr:
          'saltflat: 4 events, 1 job return, 7 records: 2 failed, 2 changed, 2 unchanged, 1 skipped, 0 would change, 0 malformed\n',
      });
      for (const record of records(stdout))
        expect(record).toMatchObject({
          minion_id: 'web-01.example.com',
          jid: '20261130010446328675',
          fun: 'state.apply',
        });
    },
  );

  it('has all that requisites held back: none of it ran, and its comment says why', async () => {
    const { code, stdout } = await run(['replay', '-q', 'test/fixtures/cli/salt-call-requisites-out-json.json']);
    expect(code).toBe(0);
    const states = records(stdout);
    expect(states).toHaveLength(18);
    const held = states.filter(({ comment }) => String(comment).startsWith('One or more requisite failed: '));
    expect(held.map(({ state_id: id }) => id)).toEqual([
      ...['follower req', 'follower two', 'chain', 'watcher', 'anyreq', 'after names', 'sls req'],
    ]);
    for (const state of held)
      expect(state).toMatchObject({ result: false, __state_ran__: false, duration: expect.any(Number) as number });
  });

  it('has jid, function and arguments where the text has them: jobs.list_job', () => {
    const [event] = parsed(eventsIn(cli('salt-run-list-job-out-json.json')));
    expect(event).toMatchObject({ jid: '20261130003948633410', fun: 'state.apply', fun_args: ['web'], user: 'root' });
    expect(event).not.toHaveProperty('_stamp');
  });

  it('keeps numbers and escapes of the results as they are written', () => {
    const result = '{"a_|-b_|-c_|-d":{"duration":1.50,"comment":"\\u00e9\\/"}}';
    expect(eventsIn(`{"m\\u0031":${result}}`)[0]![0]).toBe(`{"id":"m1","jid":null,"fun":null,"return":${result}}`);
  });

  it.each([
    ['{}'],
    ['{"a":1}'],
    ['{"web-01":true,"web-02":"a text"}'],
    ['{"web-01":["a","b"]}'],
    ['{"tag":"x","data":{"a_|-b_|-c_|-d":{}}}'],
    ['{"data":{"return":{}},"more":1}'],
    ['{"a":'],
    ['[{"a":1}]'],
    [EVENT],
  ])('is not taken for one where it is none: %s', (text) => {
    expect(eventsIn(text).map(([event]) => event)).toEqual([text]);
  });
});

describe('compressed input', () => {
  const folder = temporaryDirectory();

  it.each(['bzip2', 'xz', 'zstd', 'gzip'])('is read: %s', async (program) => {
    if (!hasProgram(program, '--version')) return;
    const { stdout: packed } = spawnSync(program, ['-c'], { input: EVENT });
    expect(await run(['replay'], packed)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('2 records') as string,
    });
  });

  itWith(hasProgram('xz', '--version'), 'no program xz')(
    'that is damaged fails, with what its program says',
    async () => {
      const { stdout: packed } = spawnSync('xz', ['-c'], { input: EVENT.repeat(100) });
      const path = join(folder, 'damaged.xz');
      writeFileSync(path, packed.subarray(0, packed.length / 2));
      const { code, stderr } = await run(['replay', path]);
      expect(code).toBe(3);
      expect(stderr).toMatch(/damaged\.xz: cannot be read: .*(end of input|corrupt|damaged)/i);
    },
  );

  it('that nothing here can read says what to do', async () => {
    const bzip2 = Buffer.from('BZh91AY&SY');
    const { code, stderr } = await run(['replay'], bzip2, { PATH: '/nowhere' });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('stdin: is bzip2, which cannot be read here: install bzip2') as string,
    });
  });

  it('UTF-16 is named as such', async () => {
    const { code, stderr } = await run(['replay'], Buffer.from(`\ufeff${EVENT}`, 'utf16le'));
    expect(code).toBe(3);
    expect(stderr).toContain('stdin: is UTF-16');
    expect(stderr).toContain('iconv -f UTF-16 -t UTF-8');
  });
});
