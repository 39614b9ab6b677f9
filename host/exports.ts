// What the library exports everywhere. All of it is public.
export { OptionsError, SaltflatError } from './error.js';
export {
  PLAIN_PRESETS,
  PRESETS,
  type EventTime,
  type FilterFunction,
  type ModuleExports,
  type Preset,
} from './module.js';
export {
  Saltflat,
  isPreset,
  type CallOptions,
  type EcsKind,
  type EcsRecord,
  type LoadSettings,
  type ModuleSource,
  type RecordTypes,
  type SaltRecord,
} from './saltflat.js';
export { KINDS, type Kind } from './facts.js';
export type { Counts } from './summary.js';
export { FORMATS, type Format, type Output, type StreamOptions } from './reader.js';
export { WebStream, webStream } from './webstream.js';
export { ModuleError, VERSION } from './version.js';
