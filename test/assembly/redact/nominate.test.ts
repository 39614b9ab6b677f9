// What is copied unseen holds no secret: the module looks only where a literal of a rule stands
// (assembly/redact/nominate.ts). A name to be masked without a letter in it (`redact.members`) makes it look
// everywhere, and nothing else may come of that. A failure prints fast-check's seed and path; FUZZ_SEED and FUZZ_RUNS
// give others.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Preset, type Saltflat, load } from '../../../build/host/index.js';
import type { RedactOptions } from '../../oracle/options.js';
import { GROUPS } from '../../oracle/redact/text.js';
import {
  ARGUMENTS,
  AROUND,
  COMMANDS,
  NAMES,
  SEPARATORS,
  TOKENS,
  changedString,
  parameters,
  redactionChanges,
  redactionText,
} from '../../support/module/generators.js';
import { job, states } from '../../support/module/jobs.js';
import { TIME } from '../../oracle/agree.js';

/** A name that stands in no event: a character that nobody uses. */
const NOWHERE = '\u{10fffd}';
const PRESETS = ['flatten', 'flatten_ecs'] as const satisfies readonly Preset[];

/** The module as it is, and one that looks everywhere. */
interface Pair {
  readonly quick: Saltflat;
  readonly thorough: Saltflat;
}

async function pairWith(redact: RedactOptions): Promise<Pair> {
  const members = [...(redact.members ?? []), NOWHERE];
  const rest = { id: true, other_events: 'pass' } as const;
  return {
    quick: await load({ options: { redact, ...rest } }),
    thorough: await load({ options: { redact: { ...redact, members }, ...rest } }),
  };
}

function agree({ quick, thorough }: Pair, event: string | Uint8Array): void {
  for (const preset of PRESETS) {
    const [seen, all] = [quick, thorough].map((module) => module.call(event, { preset, time: TIME }));
    if (Buffer.compare(seen ?? Buffer.alloc(0), all ?? Buffer.alloc(0)) === 0) continue;
    expect(Buffer.from(seen ?? '').toString()).toBe(Buffer.from(all ?? '').toString());
  }
}

/**
 * A text with characters before it, so that it lies at even and at odd addresses, and some of its own written as
 * escapes.
 */
const written = fc
  .tuple(redactionText, fc.nat(17), fc.nat(11), fc.boolean())
  .map(([text, before, every, isEscaped]) => {
    const json = JSON.stringify('x'.repeat(before) + text);
    if (!isEscaped) return json;
    return json.replace(/\\.|[\x21-\x7e]/g, (character: string, at: number) =>
      character.length > 1 || at === 0 || at === json.length - 1 || (at + every) % 12 > 2
        ? character
        : `\\u00${character.charCodeAt(0).toString(16)}`,
    );
  });

const withComment = (comment: string): string =>
  `{"data":{"jid":"1","id":"m","fun":"state.sls","fun_args":[],"return":{"a_|-b_|-c_|-d":{"comment":${comment},"changes":{"x":${comment},${comment}:1,"l":[${comment},"y"]}}}},"tag":"salt/job/1/ret/m"}`;

const OPTIONS: [string, RedactOptions][] = [
  ['all groups', {}],
  [
    'names, members, files and programs of one’s own',
    { members: ['k', 'clé', 'na*'], names: ['deploy -k', '*x -y'], files: ['*.conf'] },
  ],
  ['without names', { defaults: false }],
  ['diffs hashed', { diffs: 'hash' }],
  ...GROUPS.map((group): [string, RedactOptions] => [
    `${group} alone`,
    { without: GROUPS.filter((other) => other !== group) },
  ]),
];

describe.each(OPTIONS)('with %s, looking everywhere masks no more', (name, redact) => {
  let pair: Pair;
  const runs = name.endsWith(' alone') ? 500 : 3000;
  beforeAll(async () => {
    pair = await pairWith(redact);
  });

  it('in texts, escaped or not', () => {
    fc.assert(
      fc.property(written, (comment) => agree(pair, withComment(comment))),
      parameters(runs),
    );
  });

  it('in changes', () => {
    const key = fc.constantFrom('file_|-a_|-/etc/shadow_|-managed', 'pkg_|-a_|-a_|-latest', 'cmd_|-a_|-a_|-run');
    fc.assert(
      fc.property(key, redactionChanges, (state, changes) =>
        agree(pair, job('state.sls', { [state]: { name: '/srv/x.conf', comment: '', result: true, changes } })),
      ),
      parameters(runs),
    );
  });
});

/** Each alone in its text, so that nothing else leads to it: a name and a value, a command and an argument, a token. */
function* alone(): Generator<string> {
  const names = [...NAMES, 'xkey12', 'my-auth', 'IDENTIFIED', 'a.b.pw', 'nopass'];
  const values = ['abcdefgh12345678', '"a1b2c3d4e5f6a7b8"', "BY 'x1y2z3'", ''];
  for (const name of names)
    for (const separator of SEPARATORS) for (const value of values) yield name + separator + value;
  for (const command of COMMANDS) for (const argument of ARGUMENTS) yield `${command} ${argument} u:X1y2z3`;
  for (const token of TOKENS) for (const around of AROUND) yield around + token;
}

it('looking everywhere masks no more in texts that hold one thing alone', async () => {
  const pair = await pairWith({});
  for (const text of alone()) for (const before of ['', 'x ']) agree(pair, withComment(JSON.stringify(before + text)));
});

it('looking everywhere masks no more in any other event, well formed or not', async () => {
  const pair = await pairWith({});
  fc.assert(
    fc.property(changedString, (event) => agree(pair, event)),
    parameters(3000),
  );
  for (const name of ['salt-3008.3-events', 'salt-3008.3-masterless'])
    for (const line of readFileSync(`examples/events/${name}.ndjson`, 'utf8').split('\n')) agree(pair, line);
});

it('looking everywhere is what such a name does', async () => {
  // Nothing of a rule stands in the text, so that only the other module finds the name.
  const { quick, thorough } = await pairWith({});
  const event = job('state.sls', states({ a: { changes: { [NOWHERE]: 'x' } } }));
  const [seen] = quick.flatten(event);
  const [all] = thorough.flatten(event);
  expect(seen?.['changes']).toEqual({ [NOWHERE]: 'x' });
  expect(all?.['changes']).toEqual({ [NOWHERE]: '[redacted]' });
});
