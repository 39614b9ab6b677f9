// `saltflat report`: events in, what went wrong out: as text, JSON or a page.
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import pc from 'picocolors';
import { UsageError } from '../core/error.js';
import { EXIT, type ExitCode, exitCodeOf } from '../run/exit.js';
import { EXAMPLE_PATH, STDIN, readEvents } from '../input/files.js';
import { loadWith } from '../options/load.js';
import { once, stdoutSink } from '../delivery/sink.js';
import { startProgress } from '../run/progress.js';
import { checkWritable, replaceFile } from '../disk/replace.js';
import type { ReportData } from '../report/data.js';
import { EventReader } from '../report/records.js';
import { Gatherer } from '../report/gather.js';
import { pageOf } from '../report/as-page.js';
import { jsonOf } from '../report/as-json.js';
import { tablesOf } from '../report/tables.js';
import { textOf } from '../report/as-text.js';
import { noCounts } from '../core/counts.js';
import { printable, viewOptions } from '../text/terminal.js';

export const FORMATS = ['text', 'json', 'html'] as const;
export type Format = (typeof FORMATS)[number];

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  ...{ '.html': 'html', '.htm': 'html', '.json': 'json', '.txt': 'text' },
};

/** What the command line asks for; `REPORT_HELP` says what each does. */
export interface ReportOptions {
  readonly output?: string;
  readonly format?: Format;
  readonly options?: string;
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

/** Throws a `UsageError` where writing would destroy what is to be read. */
async function check(files: readonly string[], output: string | undefined): Promise<void> {
  const written = output === undefined ? null : await stat(output).catch(() => null);
  if (written?.isFile() !== true) return;
  for (const file of files) {
    const read = file === STDIN ? null : await stat(file).catch(() => null);
    if (read?.ino === written.ino && read.dev === written.dev)
      throw new UsageError(`-o ${output}: is an input file too; name another`, 'SAME_FILE', output!);
  }
}

/** Reports on `files`, on the bundled events where there is none. Resolves to the exit code, as `replay` does. */
export async function report(files: readonly string[], options: ReportOptions, version: string): Promise<ExitCode> {
  const format = formatOf(options);
  const { output, quiet } = options;
  const inputs = files.length === 0 ? [EXAMPLE_PATH] : files;
  await check(inputs, output);
  const gatherer = new Gatherer(await EventReader.load(await loadWith(options.options)));
  if (files.length === 0 && quiet !== true)
    process.stderr.write('saltflat: a report on the events of the package; `saltflat report FILE` is on your own\n');
  if (output !== undefined) await checkWritable(output); // now, and not after an hour of reading

  const counts = noCounts();
  const progress = startProgress(inputs, counts, process.stderr, quiet !== true);
  const fileErrors: string[] = [];
  let exitCode: ExitCode = EXIT.OK;
  let readBytes = 0;
  try {
    const portions = readEvents(inputs, {
      onBytes: (bytes) => {
        readBytes += bytes;
      },
      onError: (error) => {
        exitCode = exitCodeOf(error);
        fileErrors.push(error.message);
        progress.note(`saltflat: ${error.message}`);
      },
    });
    for await (const lines of portions) {
      for (const line of lines) {
        counts.events++;
        counts.records += line.isTooLong ? gatherer.addTooLong() : gatherer.add(line.bytes);
      }
      progress.update(readBytes);
    }
  } finally {
    progress.stop();
  }
  const data = gatherer.data({
    ...{ version, generated: new Date().toISOString(), fileErrors },
    files: files.length === 0 ? ['the events of the package'] : files,
  });
  const bytes = Buffer.from(written(data, format, output !== undefined));
  if (output === undefined) return (await stdoutSink(process.stdout)(once(bytes))) ? exitCode : EXIT.OK; // who closes the pipe has seen enough
  await replaceFile(output, bytes);
  if (quiet !== true)
    process.stderr.write(
      `saltflat: ${printable(output)}: written; ${format === 'html' ? 'open it in a browser' : format}\n`,
    );
  return exitCode;
}

function written(data: ReportData, format: Format, isFile: boolean): string {
  if (format === 'html') return pageOf(data);
  const tables = tablesOf(data);
  if (format === 'json') return jsonOf(data, tables);
  return textOf(data, tables, isFile ? { colors: pc.createColors(false) } : viewOptions(process.stdout));
}
