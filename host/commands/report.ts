// `saltflat report`: events in, what went wrong out: as text, JSON or a page.
import { extname } from 'node:path';
import pc from 'picocolors';
import { UsageError } from '../core/error.js';
import { EXIT, type ExitCode } from '../run/exit.js';
import { nothingIn } from '../run/nothing.js';
import { EXAMPLE_PATH, isAmong } from '../input/files.js';
import { filterOf } from './asked.js';
import { inputsOf } from './inputs.js';
import { clearReport } from '../run/clear.js';
import { jsonSink, once, stdoutSink } from '../delivery/sink.js';
import { Collector } from '../run/collector.js';
import { type Run, run } from '../run/run.js';
import { OWNERS_ALONE } from '../disk/durable.js';
import { checkWritable, replaceFile } from '../disk/replace.js';
import type { FilterOptions, RecordFilter } from '../core/filter.js';
import { isRedacted } from '../core/redacted.js';
import type { ReportData } from '../report/data.js';
import { EventReader } from '../report/records.js';
import { Gatherer } from '../report/gather.js';
import { pageOf } from '../report/as-page.js';
import { jsonOf } from '../report/as-json.js';
import { tablesOf } from '../report/tables.js';
import { textOf } from '../report/as-text.js';
import { VERSION } from '../core/version.js';
import { printable, viewOptions } from '../text/terminal.js';

export const FORMATS = ['text', 'json', 'html'] as const;
export type Format = (typeof FORMATS)[number];

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.txt': 'text',
};

/** What the command line asks for; `REPORT_HELP` says what each does. */
export interface ReportOptions extends FilterOptions {
  readonly output?: string;
  readonly format?: Format;
  readonly options?: string;
  readonly jobCache?: string;
  readonly quiet?: boolean;
}

/** The format that is asked for. Throws a `UsageError` where it cannot be told, or is none for a terminal. */
function formatOf({ output, format }: ReportOptions): Format {
  const chosen = format ?? (output === undefined ? 'text' : BY_EXTENSION[extname(output).toLowerCase()]);
  if (chosen === undefined)
    throw new UsageError(`-o ${output}: name a .html, .json or .txt file, or say --format`, 'NO_FORMAT', output!);
  if (chosen === 'html' && output === undefined && process.stdout.isTTY)
    throw new UsageError('a page is not for a terminal: name a file with -o report.html', 'TERMINAL', '-');
  return chosen;
}

/** Reports on `files`, on the bundled events where nothing is named or piped in. Writes nothing where nothing was read. Resolves to the exit code, as `replay` does. */
export async function report(named: readonly string[], options: ReportOptions): Promise<ExitCode> {
  const format = formatOf(options);
  const { output, quiet: isQuiet, jobCache } = options;
  const filter = filterOf(options);
  const isExample = named.length === 0 && jobCache === undefined && process.stdin.isTTY;
  const { files: inputs, links } = await inputsOf(isExample ? [EXAMPLE_PATH] : named, jobCache);
  const isRead = options.options === undefined ? inputs : [...inputs, options.options];
  if (output !== undefined && (await isAmong(output, isRead)))
    throw new UsageError(`-o ${output}: is an input file too; name another`, 'SAME_FILE', output);
  return run({ inputs, links, jobCache, options: options.options, isQuiet }, async (reporting) => {
    const { saltflat, note, fileErrors } = reporting;
    if (isExample) note('a report on the events of the package; `saltflat report FILE` is on your own');
    if (output !== undefined) await checkWritable(output); // now, and not after an hour of reading
    const collector = new Collector();
    const data = await gathered(
      reporting,
      filter,
      {
        files: isExample ? ['the events of the package'] : [...inputs, ...(jobCache === undefined ? [] : [jobCache])],
      },
      collector,
    );
    collector.collect();
    if (filter.untimedNote !== null) note(filter.untimedNote);
    const isAllGood = filter.isFailedOnly && filter.matched > 0;
    if (data.jobReturns === 0 && data.unanswered.length === 0 && !isAllGood) {
      const why = filter.nothingLeft ?? (fileErrors.length === 0 ? nothingIn(data) : null);
      if (why !== null) reporting.warn(`${why}; no report was written`);
      reporting.raise(EXIT.INPUT);
      return true;
    }
    const bytes = Buffer.from(written(data, format, output !== undefined));
    const sink = format === 'json' ? jsonSink : stdoutSink;
    if (output === undefined) return sink(process.stdout)(once(bytes));
    await replaceFile(output, bytes, OWNERS_ALONE); // a report may hold secrets
    note(`${printable(output)}: written; ${format === 'html' ? 'open it in a browser' : format}`);
    const clear = clearReport(saltflat, output);
    if (clear !== null) note(clear);
    return true;
  });
}

/** The data of all events. What was needed to gather them is let go of: writing the report takes room itself. */
async function gathered(
  reporting: Run,
  filter: RecordFilter,
  { files }: Pick<ReportData, 'files'>,
  collector: Collector,
): Promise<ReportData> {
  const { saltflat, counts, fileErrors } = reporting;
  const gatherer = new Gatherer(await EventReader.load(saltflat), filter);
  for await (const line of reporting.events()) {
    counts.events++;
    counts.records += gatherer.add(line);
    collector.tick();
  }
  reporting.endProgress();
  return gatherer.data({
    version: VERSION,
    generated: new Date().toISOString(),
    files,
    fileErrors,
    isRedacted: isRedacted(saltflat.options),
  });
}

function written(data: ReportData, format: Format, isFile: boolean): string {
  if (format === 'html') return pageOf(data);
  const tables = tablesOf(data);
  if (format === 'json') return jsonOf(data, tables);
  return textOf(data, tables, isFile ? { colors: pc.createColors(false) } : viewOptions(process.stdout));
}
