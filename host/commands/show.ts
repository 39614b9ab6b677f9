// `saltflat show`: events in, lines for people out.
import { EXIT, type ExitCode, exitCodeOf } from '../run/exit.js';
import { type Kind, kindOf } from '../core/fact-reader.js';
import { EXAMPLE_PATH, type EventLine, readEvents } from '../input/files.js';
import type { Saltflat } from '../index.js';
import { loadWith } from '../options/load.js';
import { stdoutSink } from '../delivery/sink.js';
import { countEvent, noCounts } from '../core/counts.js';
import { type ViewOptions, viewOptions } from '../text/terminal.js';
import { summaryOf } from '../text/words.js';
import { factsOf, lineOf } from './show-line.js';

/** What the command line asks for; `SHOW_HELP` says what each does. */
export interface ShowOptions {
  readonly options?: string;
}

/** Shows `files`, the bundled events where there is none. Resolves to the exit code, as `replay` does. */
export async function show(files: readonly string[], { options }: ShowOptions = {}): Promise<ExitCode> {
  const saltflat = await loadWith(options);
  if (files.length === 0)
    process.stderr.write('saltflat: showing the events of the package; `saltflat show FILE` shows your own\n');
  const view = viewOptions(process.stdout);
  const counts = noCounts();
  let exitCode: ExitCode = EXIT.OK;

  async function* pages(): AsyncGenerator<Uint8Array> {
    const portions = readEvents(files.length === 0 ? [EXAMPLE_PATH] : files, {
      onError: (error) => {
        exitCode = exitCodeOf(error);
        process.stderr.write(`saltflat: ${error.message}\n`);
      },
    });
    for await (const lines of portions) {
      for (const line of lines) {
        const { text, kinds } = showEvent(saltflat, line, view);
        countEvent(counts, kinds);
        if (text !== '') yield Buffer.from(text);
      }
    }
    yield Buffer.from(`\n${summaryOf(counts)}\n`);
  }

  const isComplete = await stdoutSink(process.stdout)(pages());
  return isComplete ? exitCode : EXIT.OK;
}

function showEvent(saltflat: Saltflat, line: EventLine, view: ViewOptions): { text: string; kinds: Kind[] } {
  const kinds: Kind[] = [];
  let text = '';
  for (const record of saltflat.flatten(line.bytes)) {
    const kind = kindOf(factsOf(record, saltflat));
    kinds.push(kind);
    text += `${lineOf(record, kind, line, view)}\n`;
  }
  return { text, kinds };
}
