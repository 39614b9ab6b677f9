// Arbitraries of event texts in every shape.
import fc from 'fast-check';
import { anyValue, objectOf, objectText, quoted, spelled } from './json.js';
import { command, fun, funArgs, jid, member, minionId, noise, returned, stamp } from './returns.js';

function shuffled<T>(items: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> {
  return items.chain((each) => fc.shuffledSubarray(each, { minLength: each.length }));
}

/** The text of a `D`: mostly a job return. */
const returnText = objectOf(
  shuffled(
    fc
      .tuple(
        member('return', returned),
        member('fun', fun),
        member('jid', jid),
        member('id', minionId, 3),
        member('cmd', command, 6, 12),
        member('fun_args', funArgs, 5),
        member('_stamp', stamp, 5),
        noise,
      )
      .map((members) => members.flat()),
  ),
);

/** The text of a `D` without `return`, as `salt-ssh` writes it of a host that it cannot reach. */
const sshText = objectOf(
  shuffled(
    fc
      .tuple(
        member('stdout', anyValue, 4),
        member('stderr', anyValue, 4),
        member('retcode', anyValue, 4),
        member('fun', fun),
        member('jid', jid),
        member('id', minionId, 3),
        member('cmd', command, 12, 6),
        member('_stamp', stamp, 5),
      )
      .map((members) => members.flat()),
  ),
);
const dataText = fc.oneof({ arbitrary: returnText, weight: 14 }, { arbitrary: sshText, weight: 1 });

const TAGS = [
  ...['salt/job/20261122104126277444/ret/web-01', 'salt/run/20261122104126277444/ret', 'salt/job/1/ret/é"x'],
  ...[
    'salt/job/1/prog/web-01/0',
    'salt/job/1/sub/web-01/error/state.sls',
    'cmd.run',
    'salt/job/1/ret/',
    'salt/job//ret/m',
  ],
  ...['salt/job/1/ret/a/b', 'salt/run/1/ret/m', 'salt/run//ret', 'salt/job/1/new', 'salt/auth', '', 'minion_start'],
  ...[
    '__schedule_return',
    'salt/job/nocache/ret/web-01',
    'xsalt/job/1/ret/m',
    'salt/job/1/ret',
    'salt/jobs/1/ret/m',
    'salt/job/1/return/m',
    'salt/run/1/ret/',
  ],
];
export const tagName = fc.oneof(
  { arbitrary: fc.constantFrom(...TAGS.slice(0, 2)), weight: 12 },
  { arbitrary: fc.constant('__schedule_return'), weight: 1 },
  { arbitrary: fc.constantFrom(...TAGS), weight: 4 },
);

/** An envelope's text, `data` and `tag` in any order. */
const envelopeText = objectOf(
  shuffled(
    fc
      .tuple(
        member('data', fc.oneof({ arbitrary: dataText, weight: 12 }, { arbitrary: anyValue, weight: 1 }), 1, 15),
        member(
          'tag',
          fc.oneof({ arbitrary: tagName.chain(spelled), weight: 15 }, { arbitrary: anyValue, weight: 1 }),
          2,
          20,
        ),
        fc.array(fc.tuple(fc.constantFrom('"log"', '"message"', '"return"', '"x"', '"date"'), anyValue), {
          maxLength: 1,
        }),
        // What has a `cmd` is no wrapper.
        member('cmd', command, 30, 1),
      )
      .map((members) => members.flat()),
  ),
);

export const eventText = fc.oneof({ arbitrary: envelopeText, weight: 3 }, { arbitrary: dataText, weight: 2 });
export const taggedText = fc
  .tuple(tagName, fc.constantFrom('\t', '\t ', ' \t', '\t\t', ' '), dataText)
  .map(([tag, tab, data]) => `${tag}${tab}${data}`);

const FORGED =
  '{"data": {"cmd": "_return", "id": "web-99", "jid": "1", "fun": "state.sls", "return": ["x"]}, "tag": "salt/job/1/ret/web-99"}';
/** An event as the event file has it. */
const fileText = fc
  .tuple(fc.constantFrom('web-01', 'web-02'), returned)
  .map(
    ([id, value]) =>
      `{"data": {"cmd": "_return", "id": "${id}", "jid": "1", "fun": "state.sls", "return": ${value}}, "tag": "salt/job/1/ret/${id}"}`,
  );
/** The start of an event, cut anywhere or where Salt could not go on. */
const halfText = fc.oneof(
  fc.tuple(fileText, fc.nat(100)).map(([text, percent]) => text.slice(0, (text.length * percent) / 100)),
  fc
    .tuple(
      fc.constantFrom(FORGED, `[${FORGED}`, '{"data": {"a": 1}}', '{"tag": "x", "data": {}}'),
      fc.constantFrom(', "b": ', ', ', ' ', '}'),
    )
    .map(
      ([inner, end]) => `{"data": {"id": "web-01", "return": {"module_|-x_|-x_|-run": {"changes": {"a": ${inner}${end}`,
    ),
);
/** Texts that hold several events, halves of them, and what is none. */
export const severalEvents = fc
  .array(
    fc.tuple(
      fc.oneof(
        { arbitrary: fileText, weight: 6 },
        { arbitrary: halfText, weight: 4 },
        { arbitrary: eventText, weight: 2 },
        { arbitrary: taggedText, weight: 1 },
        {
          arbitrary: fc.constantFrom(
            'x',
            '}',
            ',',
            '"',
            '{"data":',
            '{"tag":"x"}',
            '[1]',
            '{}',
            'null',
            '\\',
            '{"a":"',
          ),
          weight: 2,
        },
      ),
      fc.constantFrom('', '', ' ', '\n', '\r\n', '\t'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pieces) => pieces.map(([piece, gap]) => piece + gap).join(''));

/** The members in which agents hand over text. */
const TEXT_MEMBERS = ['log', 'message'] as const;

/** A root with a text in one of them. */
function wrapped(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      text,
      fc.nat(3),
      fc.constantFrom(...TEXT_MEMBERS).chain(spelled),
      noise,
      fc.constantFrom('', '\n', '\r\n', ' '),
      fc.nat(9),
    )
    .map(([inner, style, name, others, end, order]) => {
      const pairs: (readonly [string, string])[] = [[name, quoted(inner + end, style)]];
      return objectText(order < 5 ? [...pairs, ...others] : [...others, ...pairs], '');
    });
}

/** Event texts in every shape. All but some roots in `TAG<TAB>D` without a tab are JSON, or hold it. */
export const anyEvent = fc
  .tuple(
    fc.oneof(
      { arbitrary: eventText, weight: 6 },
      { arbitrary: wrapped(fc.oneof(eventText, taggedText)), weight: 3 },
      { arbitrary: taggedText, weight: 1 },
      { arbitrary: wrapped(wrapped(eventText)), weight: 1 },
      { arbitrary: severalEvents, weight: 1 },
      { arbitrary: wrapped(severalEvents), weight: 1 },
    ),
    fc.constantFrom('', '', '', '', '\ufeff', '\n', ' \t'),
    fc.constantFrom('', '', '', '\n', '\r\n', '  '),
  )
  .map(([text, before, after]) => before + text + after);
