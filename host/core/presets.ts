// The presets, a row each: what the host has to know of the records that a preset writes.
import type { Kind } from './kinds.js';
import type { EcsRecord, SaltRecord } from './records.js';
import { type Members, askedSls, isText, membersOf, readTime, textOf } from './salt.js';

/** The filters whose records are plain ones: Salt's own members, at the top. */
export const PLAIN_PRESETS = ['flatten', 'flatten_array'] as const;

/** The exports that are filters. */
export const PRESETS = [...PLAIN_PRESETS, 'flatten_ecs'] as const;
export type Preset = (typeof PRESETS)[number];

/** What one record of each preset is. */
export interface RecordTypes {
  readonly flatten: SaltRecord;
  readonly flatten_array: { readonly states: readonly SaltRecord[] };
  readonly flatten_ecs: EcsRecord;
}

/** Where the line of a malformed record stands. */
export interface RecordPlace {
  /** The file as it was named, where it was. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly number: number;
  /** In bytes from the file's beginning. */
  readonly offset: number;
}

/** A record, parsed, whatever it looks like. */

/** What the command line can ask of a record. */
export interface RecordFields {
  readonly minion: string | null;
  /** The SLS file of a state; those that a state run was told to apply, or applied, where the record is of one. */
  readonly sls: readonly string[];
  /** In milliseconds since 1970, by `readTime`. */
  readonly timeMs: number | null;
}

interface PresetRow {
  /** How the records of an event leave: as JSON roots one behind the other, or as one root that holds them all. */
  readonly frame: 'roots' | 'array';
  /** The members that tell where a malformed record's line stands. */
  readonly placeOf: (place: RecordPlace) => object;
  /** A malformed record, for what the module was not asked. `shown`: how the line begins. */
  readonly malformed: (message: string, shown: string) => object;
  /** Where a record has what can be asked of it. */
  readonly fieldsOf: (record: Members, kind: Kind) => RecordFields;
  /**
   * What stands before a record's id, and before when the master heard of it: a comma, as other members stand before
   * (those of `trace` and `span` are their objects' only ones), the member's name, a quote.
   */
  readonly idMark: string;
  readonly stampMark: string;
  /**
   * Whether `malformed` is what the module writes without options: then it need not be asked about a line that is too
   * long.
   */
  readonly isWrittenHere: boolean;
}

/** The SLS files of a record, from the places that a preset has for them. */
function slsOf(state: unknown, applied: unknown, args: unknown): readonly string[] {
  if (isText(state)) return [state];
  return Array.isArray(applied) ? applied.filter(isText) : askedSls(args);
}

/** Of an event that was let pass: it is Salt's own, in a wrapper or not, whatever the preset. */
function fieldsOfEvent(event: Members): RecordFields {
  const data = 'data' in event ? membersOf(event['data']) : event;
  return { minion: textOf(data['id']), sls: [], timeMs: readTime(data) };
}

const PLAIN = {
  frame: 'roots',
  placeOf: ({ file, number, offset }) => ({ file, line: number, byte: offset }),
  malformed: (error, record) => ({ event_type: 'malformed', error, record }),
  fieldsOf: (record, kind) =>
    kind === 'passed'
      ? fieldsOfEvent(record)
      : {
          minion: textOf(record['minion_id']),
          sls: slsOf(record['__sls__'], record['sls'], record['fun_args']),
          timeMs: readTime(record),
        },
  idMark: ',"event_id":"',
  stampMark: ',"_stamp":"',
  isWrittenHere: true,
} as const satisfies PresetRow;

export const PRESET_ROWS = {
  flatten: PLAIN,
  flatten_array: { ...PLAIN, frame: 'array' },
  flatten_ecs: {
    frame: 'roots',
    placeOf: ({ file, number, offset }) => ({ log: { file: { path: file, line: number }, offset } }),
    malformed: (message) => ({
      salt: { kind: 'malformed', event_type: 'malformed' },
      event: { kind: 'pipeline_error', module: 'salt', dataset: 'salt.malformed', outcome: 'failure' },
      message,
      error: { message },
    }),
    fieldsOf: (record, kind) => {
      if (kind === 'passed') return fieldsOfEvent(record);
      const salt = membersOf(record['salt']);
      const stamp = membersOf(record['event'])['created'];
      return {
        minion: textOf(salt['minion_id']),
        sls: slsOf(membersOf(salt['state'])['sls'], membersOf(salt['summary'])['sls'], salt['fun_args']),
        timeMs: readTime({
          _stamp: stamp,
          jid: salt['jid'],
          start_time: membersOf(salt['extra'])['start_time'],
        }),
      };
    },
    idMark: ',"id":"',
    stampMark: ',"created":"',
    isWrittenHere: false,
  },
} as const satisfies Record<Preset, PresetRow>;

/** Whether a name is one of `PRESETS`. */
export function isPreset(name: string): name is Preset {
  return (PRESETS as readonly string[]).includes(name);
}

/** The preset, `flatten` unless told. What JavaScript hands over need not be one: throws a `TypeError` then. */
export function presetOf(preset: Preset = 'flatten'): Preset {
  if (!isPreset(preset)) throw new TypeError(`preset: expected one of ${PRESETS.join(', ')}, not ${String(preset)}`);
  return preset;
}
