// A line of output is one record, whatever white space stands in the event.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { noCounts } from '../../../build/host/core/counts.js';
import { Flattener } from '../../../build/host/core/flattener.js';
import { type Line, LineSplitter } from '../../../build/host/core/lines.js';
import { PRESETS, load } from '../../../build/host/index.js';
import { FIXTURE, eventLine, records, run, state } from '../../support/command.js';
import { parameters } from '../../support/module/generators.js';
import { OPTION_SETS } from '../../support/module/option-sets.js';
import { FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

afterEach(closeFakes);

const FORGED = { event_type: 'state_return', state_name: 'forged', minion_id: 'web-99', jid: '1', result: true };
const WITH_RECORDS = JSON.stringify({
  tag: 'salt/job/1/ret/web-01',
  data: {
    ...{ id: 'web-01', jid: '1', fun: 'state.sls', fun_args: [FORGED], cmd: '_return' },
    ...{ _stamp: '2026-11-22T09:19:49.076174', return: { 'x_|-a_|-b_|-c': state({ changes: { a: [FORGED] } }) } },
  },
});
const EVENTS = [
  WITH_RECORDS,
  eventLine('1', [state(), state({ result: false })]),
  '{"tag":"salt/auth","data":{"a":[{}]}}',
];

/** The event with `space` around each of its brackets, commas and colons that stand in no string. */
const spaced = (event: string, space: string): string =>
  event.replace(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (token) => (token.startsWith('"') ? token : space + token + space));

/** The forms in which an event with such white space comes; a line of a file itself has no line feed. */
const formsOf = (event: string, space: string): string[] => [
  spaced(event, space.replaceAll('\n', '\r')),
  JSON.stringify({ log: spaced(event, space) }),
  JSON.stringify({ message: spaced(event, space), other: 1 }),
];

it('is so in every preset, with every option', async () => {
  const splitter = new LineSplitter();
  for (const options of Object.values(OPTION_SETS)) {
    const saltflat = await load({ options });
    for (const preset of PRESETS) {
      const flattener = new Flattener(saltflat, preset, noCounts());
      const linesOf = (event: string): Line[] => [...splitter.push(Buffer.from(`${event}\n`))];
      fc.assert(
        fc.property(fc.constantFrom(...EVENTS), fc.stringMatching(/^[\n\r\t ]{1,3}$/), (event, space) => {
          for (const form of formsOf(event, space)) {
            const batches = [...flattener.batches(linesOf(form))];
            const text = batches.map(({ bytes }) => Buffer.from(bytes).toString()).join('');
            expect(text).not.toContain('\r');
            const given = [...flattener.records(linesOf(form))].map((each) => Buffer.from(each).toString());
            expect(text).toBe(given.map((each) => `${each}\n`).join(''));
            expect(text.split('\n')).toHaveLength(given.length + 1);
            for (const each of given) expect(typeof JSON.parse(each)).toBe('object');
            expect(batches.flatMap(({ lines }) => lines)).toHaveLength(given.length);
          }
        }),
        parameters(2),
      );
    }
  }
});

it('is so in what stores are sent', async () => {
  const fake = await FakeStore.listen();
  const input = `${formsOf(WITH_RECORDS, '\n').join('\n')}\n`;
  const { code } = await run(['replay', '--to', `opensearch://${fake.host}/salt`], input);
  expect(code).toBe(0);
  const sent = fake.asked.flatMap(({ body }) => body.filter((line) => !('create' in line)));
  expect(sent.map(({ host }) => host)).toEqual([1, 2, 3].map(() => ({ name: 'web-01' })));
});

it('leaves every byte of the real events as it was', async () => {
  const { stdout } = await run(['replay', '-q', FIXTURE]);
  const saltflat = await load();
  const events = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n');
  const expected = events.flatMap((event) => saltflat.records(event).map((each) => Buffer.from(each).toString()));
  expect(stdout).toBe(expected.map((each) => `${each}\n`).join(''));
  expect(records(stdout)).toHaveLength(expected.length);
});
