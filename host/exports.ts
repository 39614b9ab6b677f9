// What the library exports everywhere. All of it is public.
export { OptionsError, SaltflatError } from './core/error.js';
export type { EventTime } from './core/module.js';
export type { Options } from './core/options.js';
export { PRESETS, type Preset, type RecordTypes, isPreset } from './core/presets.js';
export type { EcsKind, EcsRecord, SaltRecord } from './core/records.js';
export type { CallOptions, LoadSettings, ModuleSource, Saltflat } from './core/saltflat.js';
export { KINDS as RECORD_KINDS, type Kind as RecordKind } from './core/kinds.js';
export type { Counts as StreamCounts } from './core/counts.js';
export { STREAM_FORMATS, type StreamFormat, type StreamOptions, type StreamOutput } from './core/event-reader.js';
export { type WebStream, webStream } from './core/webstream.js';
export { ModuleError, VERSION } from './core/version.js';
