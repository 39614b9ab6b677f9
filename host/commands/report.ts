// `saltflat report`: events in, what went wrong out: as text, JSON or a page.
import { extname } from 'node:path';
import { UsageError } from '../core/error.js';
import { EXIT, type ExitCode } from '../run/exit.js';
import { nothingIn } from '../run/nothing.js';
import { shippedPath } from '../disk/shipped.js';
import { isAmong } from '../input/files.js';
import { filterOf } from './asked.js';
import { inputsOf } from './inputs.js';
import { listed } from '../stores/registry.js';
import { clearReport } from '../run/clear.js';
import { jsonSink, once, stdoutSink } from '../delivery/sink.js';
import { Collector } from '../run/collector.js';
import { type Run, run } from '../run/run.js';
import { OWNERS_ALONE } from '../disk/durable.js';
import { checkWritable, replaceFile } from '../disk/replace.js';
import { type FilterOptions, MOMENT_FORMS, type RecordFilter } from '../core/filter.js';
import { isRedacted } from '../core/redacted.js';
import { sideNamed } from '../report/as-json-compare.js';
import { type Side, usualSides } from '../report/compare.js';
import type { ReportData } from '../report/data.js';
import { EventReader } from '../report/records.js';
import { Gatherer } from '../report/gather.js';
import { Junit } from '../report/as-junit.js';
import { FORMATS, type Format, formatOfEnding, formatRow } from '../report/formats.js';
import { type Tables, tablesOf } from '../report/tables.js';
import { type FailOn, foundIn, untold } from '../report/verdict.js';
import { VERSION } from '../core/version.js';
import { printable } from '../text/terminal.js';

/** What the command line asks for; `REPORT_HELP` says what each does. */
export interface ReportOptions extends FilterOptions {
  readonly output?: string;
  readonly format?: Format;
  readonly failOn?: readonly FailOn[];
  readonly compare?: readonly [before: string, after: string];
  readonly options?: string;
  readonly jobCache?: string;
  readonly quiet?: boolean;
}

/** The format that is asked for. Throws a `UsageError` where it cannot be told, or is none for a terminal. */
function formatOf({ output, format }: ReportOptions): Format {
  const chosen = format ?? (output === undefined ? 'text' : formatOfEnding(extname(output)));
  if (chosen === undefined) {
    const endings = listed(FORMATS.flatMap((each) => formatRow(each).endings));
    throw new UsageError(`-o ${output}: name a file that ends in ${endings}, or say --format`, 'NO_FORMAT', output!);
  }
  if (chosen === 'html' && output === undefined && process.stdout.isTTY)
    throw new UsageError('a page is not for a terminal: name a file with -o report.html', 'TERMINAL', '-');
  return chosen;
}

/**
 * Reports on `files`, on the bundled events where nothing is named or piped in. Writes nothing where nothing was read.
 * Resolves to the exit code, as `replay` does.
 */
export async function report(named: readonly string[], options: ReportOptions): Promise<ExitCode> {
  const format = formatOf(options);
  const { output, quiet: isQuiet, jobCache, failOn = [] } = options;
  const filter = filterOf(options);
  if (options.compare !== undefined && format !== 'json')
    throw new UsageError(
      '--compare is for --format json; on the page the view Compare has both sides to choose',
      'BAD_OPTIONS',
      '--compare',
    );
  const isExample = named.length === 0 && jobCache === undefined && process.stdin.isTTY;
  const { files: inputs, links } = await inputsOf(
    isExample ? [shippedPath('examples/events/demo.ndjson')] : named,
    jobCache,
  );
  const isRead = options.options === undefined ? inputs : [...inputs, options.options];
  if (output !== undefined && (await isAmong(output, isRead)))
    throw new UsageError(`-o ${output}: is an input file too; name another`, 'SAME_FILE', output);
  return run({ inputs, links, jobCache, options: options.options, isQuiet }, async (reporting) => {
    const { saltflat, note, fileErrors } = reporting;
    const junit = format === 'junit' ? new Junit() : null;
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
      junit,
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
    const tables = tablesOf(data);
    const isFile = output !== undefined;
    const sides = options.compare === undefined ? usualSides(data) : sidesNamed(options.compare, data, reporting);
    const bytes = Buffer.from(formatRow(format).write({ data, tables, junit, sides, isFile }));
    judge(failOn, data, tables, reporting);
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
  junit: Junit | null,
): Promise<ReportData> {
  const { saltflat, counts, fileErrors } = reporting;
  const gatherer = new Gatherer(await EventReader.load(saltflat), filter, junit?.add.bind(junit) ?? null);
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

/** What --compare names; null, which is said, where a side is neither a job of the input nor a time. */
function sidesNamed(named: readonly string[], data: ReportData, reporting: Run): readonly [Side, Side] | null {
  const [before = null, after = null] = named.map((text) => {
    const side = sideNamed(data, text, Date.now());
    if (side !== null) return side;
    reporting.warn(`--compare ${text}: no job with states has this jid, and it is no time: ${MOMENT_FORMS}`);
    reporting.raise(EXIT.INPUT);
    return null;
  });
  return before === null || after === null ? null : [before, after];
}

/** Says what there is of what --fail-on asks for, and raises the exit code. */
function judge(asked: readonly FailOn[], data: ReportData, tables: Tables, reporting: Run): void {
  const unknown = untold(asked, data);
  if (unknown !== null) {
    reporting.warn(unknown);
    reporting.raise(EXIT.INPUT);
  }
  const found = foundIn(asked, data, tables);
  if (found.length === 0) return;
  reporting.warn(`--fail-on ${asked.join(',')}: ${listed(found, 'and')}`);
  reporting.raise(EXIT.FOUND);
}
