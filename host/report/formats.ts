// What a report is written as, a row each.
import pc from 'picocolors';
import { type ViewOptions, viewOptions } from '../text/terminal.js';
import { githubOf } from './as-github.js';
import { jsonOf } from './as-json.js';
import type { Junit } from './as-junit.js';
import { markdownOf } from './as-markdown.js';
import { pageOf } from './as-page.js';
import { briefOf, textOf } from './as-text.js';
import type { Side } from './compare.js';
import type { ReportData } from './data.js';
import type { Tables } from './tables.js';

/** What there is to write. */
export interface Written {
  readonly data: ReportData;
  readonly tables: Tables;
  /** Null for any other format. */
  readonly junit: Junit | null;
  /** What is compared; null where there are no two jobs. */
  readonly sides: readonly [before: Side, after: Side] | null;
  /** Whether it goes into a file. */
  readonly isFile: boolean;
}

/** A format. */
export interface FormatRow {
  /** The endings of files that are written in it unless told. */
  readonly endings: readonly string[];
  readonly write: (written: Written) => string;
}

const view = (isFile: boolean): ViewOptions =>
  isFile ? { colors: pc.createColors(false) } : viewOptions(process.stdout);

const ROWS = {
  text: { endings: ['.txt'], write: ({ data, tables, isFile }) => textOf(data, tables, view(isFile)) },
  brief: { endings: [], write: ({ data, tables, isFile }) => briefOf(data, tables, view(isFile)) },
  json: { endings: ['.json'], write: ({ data, tables, sides }) => jsonOf(data, tables, sides) },
  html: { endings: ['.html', '.htm'], write: ({ data }) => pageOf(data) },
  junit: { endings: ['.xml'], write: ({ data, junit }) => junit!.documentOf(data) },
  markdown: { endings: ['.md'], write: ({ data, tables }) => markdownOf(data, tables) },
  github: { endings: [], write: ({ data }) => githubOf(data) },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type Format = keyof typeof ROWS;
export const FORMATS = Object.keys(ROWS) as readonly Format[];
export const formatRow = (format: Format): FormatRow => ROWS[format];

/** The format of a file with this ending; undefined where there is none. */
export const formatOfEnding = (ending: string): Format | undefined =>
  FORMATS.find((format) => formatRow(format).endings.includes(ending.toLowerCase()));
