// What the library exports everywhere. All of it is public.
export { OptionsError, SaltflatError } from './core/error.js';
export {
  PLAIN_PRESETS,
  PRESETS,
  type EventTime,
  type FilterFunction,
  type ModuleExports,
  type Preset,
} from './core/module.js';
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
} from './core/saltflat.js';
export { KINDS, type Kind } from './core/kinds.js';
export type { Counts } from './core/counts.js';
export { FORMATS, type Format, type Output, type StreamOptions } from './core/event-reader.js';
export { WebStream, webStream } from './core/webstream.js';
export { ModuleError, VERSION } from './core/version.js';
