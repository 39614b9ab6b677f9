// The presets, a row each: what the host has to know of the records that a preset writes.
import type { EcsRecord, SaltRecord } from './records.js';

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

interface PresetRow {
  /** How the records of an event leave: as JSON roots one behind the other, or as one root that holds them all. */
  readonly frame: 'roots' | 'array';
  /** The members that tell where a malformed record's line stands. */
  readonly placeOf: (place: RecordPlace) => object;
  /** A malformed record, for what the module was not asked. `shown`: how the line begins. */
  readonly malformed: (message: string, shown: string) => object;
  /** Whether `malformed` is what the module writes without options: then it need not be asked about a line that is too long. */
  readonly isWrittenHere: boolean;
}

const PLAIN = {
  frame: 'roots',
  placeOf: ({ file, number, offset }) => ({ file, line: number, byte: offset }),
  malformed: (error, record) => ({ event_type: 'malformed', error, record }),
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
