// `saltflat show`: events in, lines for people out.
import { EXIT, type ExitCode } from '../run/exit.js';
import { nothingIn } from '../run/nothing.js';
import type { FilterOptions, RecordFilter } from '../core/filter.js';
import { Flattener } from '../core/flattener.js';
import { shippedPath } from '../disk/shipped.js';
import { filterOf } from './asked.js';
import { inputsOf } from './inputs.js';
import { stdoutSink } from '../delivery/sink.js';
import { type Run, run } from '../run/run.js';
import { type ViewOptions, viewOptions } from '../text/terminal.js';
import { summaryOf } from '../text/words.js';
import { lineOf } from './show-line.js';

/** What the command line asks for; `SHOW_HELP` says what each does. */
export interface ShowOptions extends FilterOptions {
  readonly options?: string;
  readonly jobCache?: string;
}

/**
 * Shows what is named or piped in, the bundled events where there is neither. Resolves to the exit code, as `replay`
 * does.
 */
export async function show(named: readonly string[], asked: ShowOptions = {}): Promise<ExitCode> {
  const { options, jobCache } = asked;
  const filter = filterOf(asked);
  const isExample = named.length === 0 && jobCache === undefined && process.stdin.isTTY;
  const { files, links } = await inputsOf(isExample ? [shippedPath('examples/events/demo.ndjson')] : named, jobCache);
  return run({ inputs: files, links, jobCache, options, isBarShown: false }, async (showing) => {
    if (isExample) showing.note('showing the events of the package; `saltflat show FILE` shows your own');
    const isRead = await stdoutSink(process.stdout)(pagesOf(showing, filter, viewOptions(process.stdout)));
    const { events, records, malformed } = showing.counts;
    if (filter.untimedNote !== null) showing.note(filter.untimedNote);
    const isFiltered = filter.seen > 0;
    if (isRead && filter.nothingLeft !== null) {
      showing.warn(filter.nothingLeft);
      showing.raise(EXIT.INPUT);
    } else if (
      isRead &&
      !isFiltered &&
      options === undefined &&
      records === malformed &&
      showing.fileErrors.length === 0
    ) {
      showing.warn(nothingIn({ events, malformed })); // with options it may be they that leave all out
      showing.raise(EXIT.INPUT);
    }
    return isRead;
  });
}

/** The lines of each event, then the summary. */
async function* pagesOf(showing: Run, filter: RecordFilter, view: ViewOptions): AsyncGenerator<Uint8Array> {
  const { saltflat, counts } = showing;
  const texts = showing.each(
    new Flattener(saltflat, 'flatten', counts, filter.ofPreset('flatten')),
    (records, kinds, line) => records.map((record, at) => `${lineOf(record, kinds[at]!, line, view)}\n`).join(''),
  );
  for await (const text of texts) if (text !== '') yield Buffer.from(text);
  yield Buffer.from(`\n${summaryOf(counts)}\n`);
}
