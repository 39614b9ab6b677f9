// saltflat.schema.json beside the module: what an editor accepts while typing is what an agent starts with.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OptionsError, load } from '../../../build/host/index.js';
import { defaults } from '../../../build/host/options/describe.js';
import { FIXTURE } from '../../support/command.js';
import { namesIn, rowsBelow } from '../../support/guides/tables.js';

type Json = Record<string, unknown>;
const schema = JSON.parse(readFileSync('saltflat.schema.json', 'utf8')) as Json;
const isValid = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** Whether the module starts with the options; anything but a refusal throws. */
async function isTaken(options: string): Promise<boolean> {
  try {
    await load({ options });
    return true;
  } catch (error) {
    if (error instanceof OptionsError) return false;
    throw error;
  }
}

const names = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, at) => `name${at}`));

/**
 * Left out, as a schema cannot say it: names that stand twice in an object or in both `job_members` and `add`, the
 * sizes of `add` and of the file, the sum of all globs, `4096.0` and `4e3` for whole numbers (a schema sees no
 * spelling).
 */
const VALID: [string, string][] = [
  ['nothing', '{}'],
  ['space around', ' \n{ }\t\r\n'],
  ['the schema of editors', '{"$schema":"./saltflat.schema.json"}'],
  ['only all', '{"only":"all"}'],
  ['only changed', '{"only":"changed"}'],
  ['only failed', '{"only":"failed"}'],
  ['only notable', '{"only":"notable"}'],
  ['a word spelled with an escape', '{"only":"not\\u0061ble"}'],
  ['functions without members', '{"functions":{}}'],
  ['functions included', '{"functions":{"include":["state.*"]}}'],
  ['functions excluded', '{"functions":{"exclude":["state.low","test.?ing"]}}'],
  ['no function excluded', '{"functions":{"exclude":[]}}'],
  ['both lists of functions', '{"functions":{"include":["*"],"exclude":["cmd.*"]}}'],
  ['a glob twice', '{"functions":{"include":["a","a"]}}'],
  ['states without members', '{"states":{}}'],
  ['states excluded', '{"states":{"exclude":["*ü*","設定"]}}'],
  ['returns states', '{"returns":"states"}'],
  ['returns all', '{"returns":"all"}'],
  ['no function ignored', '{"returns_ignore":[]}'],
  ['functions ignored', '{"returns":"all","returns_ignore":["mine.*"]}'],
  ['other events dropped', '{"other_events":"drop"}'],
  ['other events let pass', '{"other_events":"pass"}'],
  ['a summary', '{"summary":true}'],
  ['no summary', '{"summary":false}'],
  ['no job members', '{"job_members":[]}'],
  ['job members', '{"job_members":["success","retcode","user","tgt"]}'],
  ['32 job members', `{"job_members":${names(32)}}`],
  ['a name in another case than a taken one', '{"job_members":["Fun"],"add":{"JID":"x"}}'],
  ['nothing added', '{"add":{}}'],
  ['constants of each type', '{"add":{"env":"prod","n":-1.5e3,"t":true,"f":false,"empty":""}}'],
  ['changes as JSON', '{"changes":"json"}'],
  ['changes as text', '{"changes":"text"}'],
  ['fun_args as JSON', '{"fun_args":"json"}'],
  ['fun_args as text', '{"fun_args":"text"}'],
  ['ids', '{"id":true}'],
  ['no ids', '{"id":false}'],
  ['traces', '{"trace":true}'],
  ['no traces', '{"trace":false}'],
  ['traces without ids, of a master', '{"trace":true,"id":false,"add":{"master":"eu"}}'],
  ['redaction', '{"redact":true}'],
  ['no redaction', '{"redact":false}'],
  ['redaction as an empty object', '{"redact":{}}'],
  [
    'redaction with everything',
    '{"redact":{"members":["x-*"],"keep":["token_id"],"defaults":false,"strings":false,"diffs":"drop"}}',
  ],
  ['diffs kept', '{"redact":{"diffs":"keep"}}'],
  ['diffs hashed', '{"redact":{"diffs":"hash"}}'],
  [
    'files of secrets, options of programs, rules left out',
    '{"redact":{"files":["*/x.cfg"],"names":["deploy* --key"],"without":["sql","pem"]}}',
  ],
  ['limits without members', '{"max_bytes":{}}'],
  ['the least limits', '{"max_bytes":{"member":256,"record":8192}}'],
  ['the largest limits', '{"max_bytes":{"member":999999999,"record":999999999}}'],
  ['a member limit above the record limit', '{"max_bytes":{"member":100000,"record":10000}}'],
];

const INVALID: [string, string][] = [
  ['a list', '[]'],
  ['a string', '"only"'],
  ['null', 'null'],
  ['an unknown member', '{"onyl":"all"}'],
  ['a member in another case', '{"Only":"all"}'],
  ['a member with an empty name', '{"":1}'],
  ['a member of functions at the top', '{"include":["*"]}'],
  ['an unknown word', '{"only":"chaged"}'],
  ['a word in another case', '{"only":"All"}'],
  ['true for a word', '{"only":true}'],
  ['null for a word', '{"only":null}'],
  ['a list of functions in place of the object', '{"functions":["state.*"]}'],
  ['an unknown member of functions', '{"functions":{"includes":["*"]}}'],
  ['a string for a list of globs', '{"functions":{"include":"state.*"}}'],
  ['no function at all', '{"functions":{"include":[]}}'],
  ['a glob that is a number', '{"functions":{"exclude":[1]}}'],
  ['an empty glob', '{"functions":{"exclude":[""]}}'],
  ['null for functions', '{"functions":null}'],
  ['states included, which cannot be', '{"states":{"include":["*"]}}'],
  ['null among globs', '{"states":{"exclude":["a",null]}}'],
  ['1,025 globs', `{"states":{"exclude":${names(1025)}}}`],
  ['an unknown word for returns', '{"returns":"none"}'],
  ['an object of ignored functions', '{"returns_ignore":{"mine.*":true}}'],
  ['false for ignored functions', '{"returns_ignore":false}'],
  ['a flag for other events', '{"other_events":true}'],
  ['a word for a flag', '{"summary":"yes"}'],
  ['a number for a flag', '{"id":1}'],
  ['null for a flag', '{"summary":null}'],
  ['a master for traces', '{"trace":"eu"}'],
  ['a string of job members', '{"job_members":"success"}'],
  ['an empty name', '{"job_members":[""]}'],
  ['33 job members', `{"job_members":${names(33)}}`],
  ['a job member twice', '{"job_members":["user","tgt","user"]}'],
  ['a job member that records have', '{"job_members":["jid"]}'],
  ['a job member of summaries', '{"job_members":["slowest_state"]}'],
  ['return as a job member', '{"job_members":["return"]}'],
  ['id as a job member', '{"job_members":["id"]}'],
  ['a list of constants', '{"add":["env"]}'],
  ['null added', '{"add":{"env":null}}'],
  ['a list added', '{"add":{"env":["prod"]}}'],
  ['an object added', '{"add":{"env":{}}}'],
  ['an empty name added', '{"add":{"":"x"}}'],
  ['a name added that records have', '{"add":{"minion_id":"x"}}'],
  ['event_id added', '{"add":{"event_id":"x"}}'],
  ['trace_id added', '{"add":{"trace_id":"x"}}'],
  ['span_id added', '{"trace":false,"add":{"span_id":"x"}}'],
  ['trace_id as a job member', '{"job_members":["trace_id"]}'],
  ['span_id as a job member', '{"job_members":["user","span_id"]}'],
  ['success added', '{"add":{"success":true}}'],
  ['retcode added', '{"add":{"retcode":0}}'],
  ['a taken name spelled with an escape', '{"add":{"j\\u0069d":"x"}}'],
  ['a flag for changes', '{"changes":true}'],
  ['an unknown form of fun_args', '{"fun_args":"string"}'],
  ['a word for redaction', '{"redact":"true"}'],
  ['null for redaction', '{"redact":null}'],
  ['a list for redaction', '{"redact":["password"]}'],
  ['an unknown member of redaction', '{"redact":{"membres":["x"]}}'],
  ['a flag of redaction that is a word', '{"redact":{"strings":"no"}}'],
  ['an empty name to mask', '{"redact":{"members":[""]}}'],
  ['an unknown word for diffs', '{"redact":{"diffs":"mask"}}'],
  ['an empty name of a file', '{"redact":{"files":[""]}}'],
  ['a program without an option', '{"redact":{"names":["deploy"]}}'],
  ['an option without hyphens', '{"redact":{"names":["deploy key"]}}'],
  ['an unknown group of rules', '{"redact":{"without":["sgl"]}}'],
  ['a number for limits', '{"max_bytes":65536}'],
  ['an unknown limit', '{"max_bytes":{"event":65536}}'],
  ['a member limit that is too small', '{"max_bytes":{"member":255}}'],
  ['a record limit that is too small', '{"max_bytes":{"record":8191}}'],
  ['a limit that is no whole number', '{"max_bytes":{"member":256.5}}'],
  ['a limit below zero', '{"max_bytes":{"member":-4096}}'],
  ['a limit in quotes', '{"max_bytes":{"member":"4096"}}'],
  ['a limit of null', '{"max_bytes":{"record":null}}'],
  ['a limit beyond all records', '{"max_bytes":{"record":1000000000}}'],
];

describe('the schema and the module agree', () => {
  it.each(VALID)('that %s may stand', async (_, options) => {
    expect(isValid(JSON.parse(options))).toBe(true);
    expect(await isTaken(options)).toBe(true);
  });

  it.each(INVALID)('that %s may not stand', async (_, options) => {
    expect(isValid(JSON.parse(options))).toBe(false);
    expect(await isTaken(options)).toBe(false);
  });
});

/** The members that a schema of an object knows, by their place; of an object with members of its own, those too. */
function* membersOf(part: Json, place = ''): Generator<[string, Json]> {
  for (const [name, member] of Object.entries((part['properties'] ?? {}) as Record<string, Json>)) {
    yield [`${place}${name}`, member];
    const forms = [member, ...((member['anyOf'] ?? []) as Json[])];
    for (const form of forms) yield* membersOf(form, `${place}${name}.`);
  }
}

describe('the schema', () => {
  const members = new Map(membersOf(schema));

  it('explains every member', () => {
    for (const [place, { description }] of members) expect([place, description]).toEqual([place, expect.any(String)]);
  });

  const places = [...members.keys()].filter(
    (place) => !['$schema', 'functions', 'states', 'max_bytes'].includes(place),
  );

  it('knows the members and the defaults that `saltflat check` tells of', () => {
    expect([...defaults().keys()]).toEqual(places);
    for (const place of places) expect([place, defaults().get(place)]).toEqual([place, members.get(place)!['default']]);
  });

  it('has the defaults of the module: who writes them out gets the same records', async () => {
    const events = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n').slice(0, 150);
    const recordsWith = async (options: Json): Promise<string[]> => {
      const saltflat = await load({ options });
      return events.flatMap((event) => saltflat.records(event)).map((record) => Buffer.from(record).toString());
    };
    /** So that a default shows: of what is off otherwise, and of what another option switches on. */
    const switches: Json[] = [
      ...[{}, { redact: {} }, { trace: true }],
      { returns: 'all', other_events: 'pass', summary: true, id: true },
    ];
    for (const on of switches) {
      const expected = await recordsWith(on);
      for (const place of places) {
        const { default: byDefault } = members.get(place)!;
        const [first, second] = place.split('.') as [string, string?];
        if (byDefault === undefined || (first in on && second === undefined)) continue;
        if (first === 'redact' && second !== undefined && !('redact' in on)) continue; // it switches redaction on
        const written = second === undefined ? byDefault : { [second]: byDefault };
        expect([place, await recordsWith({ ...on, [first]: written })]).toEqual([place, expected]);
      }
    }
  });
});

describe('the tables of docs/options.md', () => {
  const members = new Map(membersOf(schema));
  const docs = readFileSync('docs/options.md', 'utf8');
  /** The first table below a heading, each row's member with the place that its table is for. */
  const table = (heading: string, within = ''): [string, string, string][] =>
    rowsBelow(docs, heading)
      .filter((row) => row.length === 4)
      .map(([member, value, byDefault]) => [`${within}${namesIn(member!)[0]}`, value!, byDefault!]);
  const rows = [...table('Which records leave'), ...table('What stands in them'), ...table('`redact`', 'redact.')];

  it('have each member of the schema, in its order, and no other', () => {
    const documented = [...members.keys()].filter(
      (place) => !['$schema', 'functions', 'states', 'max_bytes.member', 'max_bytes.record'].includes(place),
    );
    const inDocs = rows.map(([place]) => place);
    expect([...inDocs].sort()).toEqual([...documented].sort());
    const isTop = (place: string): boolean => !place.startsWith('redact.');
    expect(inDocs.filter(isTop)).toEqual(documented.filter(isTop));
  });

  it.each(rows)('say of %s what the schema says: %s, by default %s', (place, value, byDefault) => {
    const { enum: words, type, $ref: ref, default: known } = members.get(place)! as { enum?: string[] } & Json;
    const values: Record<string, string> = {
      job_members: 'list of names',
      add: 'object of constants',
      redact: '`true` `false` or an object',
      'redact.names': 'list of options',
      'redact.without': 'list of groups',
      max_bytes: '`{"member": n, "record": n}`',
    };
    const expected =
      words !== undefined
        ? words.map((word) => `\`${word}\``).join(' ')
        : type === 'boolean'
          ? '`true` `false`'
          : ref === '#/$defs/globs'
            ? 'list of globs'
            : values[place];
    expect(value).toBe(expected);
    const shown = typeof known === 'string' ? known : JSON.stringify(known);
    if (place === 'returns_ignore') {
      expect(byDefault).toBe('see below');
      expect(docs).toContain(
        `\`returns_ignore\` is \`${JSON.stringify(known).replaceAll('","', '", "')}\` unless given`,
      );
    } else expect(byDefault).toBe(known === undefined ? 'no limit' : `\`${shown}\``);
  });
});
