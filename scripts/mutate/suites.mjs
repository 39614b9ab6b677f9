// Which suites belong to a folder of the module, in groups: the quick ones first, so that most mutants cost little.

/** Paths or patterns as jest takes them; properties run `runs` times where that is told. */
const group = (suites, runs) => ({ suites, runs });

const RECORD = group(['test/assembly/record']);
const EVENT = group(['test/assembly/golden', 'test/assembly/event']);
const PROPERTIES = [
  group(['test/assembly/property', 'test/assembly/presets/ecs/property'], 200),
  group(['test/assembly/bytes/memory', 'test/assembly/robust/cut', 'test/assembly/presets/ecs']),
  group(['test/assembly/property', 'test/assembly/redact/(names|strings|planted)']),
  group(['test/assembly/robust/changed-texts']),
];
const EVENTS = [EVENT, RECORD, ...PROPERTIES];

export const SUITES = {
  redact: [
    group(['test/assembly/redact/(cases|strings)']),
    group(['test/assembly/redact/(names|tokens|harmless)']),
    group(['test/assembly/redact/(oracle|nominate)'], 300),
    group(['test/assembly/redact/(again|planted)', 'test/assembly/record']),
    group(['test/assembly/redact/(oracle|nominate)']),
  ],
  json: EVENTS,
  event: EVENTS,
  record: [RECORD, EVENT, ...PROPERTIES],
};
