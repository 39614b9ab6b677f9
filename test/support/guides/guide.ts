// A guide as a reader sees it: sections, the commands in them, and what it says they print.
//
// A guide has three kinds of fenced blocks and no other:
//
//   ```sh            commands. With `# in another terminal` as the first line they run while the reader goes on.
//   ```text, json …  what the commands above print. The sentence before it ends with a colon and says how it is meant:
//
//     … prints:          all of it, stdout and stderr together
//     … says:            these lines, in this order, among others
//     … fails …          the commands end with an error; else they must not
//     … after a few seconds …   the reader waits and asks again
//
//   ```spl          a Splunk search, which nothing here can run
//
// `…` in a line stands for anything, a line that is nothing but `…` for any lines.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Output that a guide promises. */
export interface Promised {
  readonly text: string;
  /** All that is printed, or lines among others. */
  readonly isWhole: boolean;
  readonly comesLater: boolean;
}

/** One block of commands. */
export interface Commands {
  readonly text: string;
  /** `splunk.md:17`, for messages. */
  readonly place: string;
  readonly section: string;
  readonly isBackground: boolean;
  readonly fails: boolean;
  readonly promised: Promised | null;
}

const FENCE = /^ *```(\S*)$/;
const OTHER_TERMINAL = /^# in another terminal\b/;

/** A Markdown file, taken apart. */
export class Guide {
  readonly name: string;
  readonly text: string;
  readonly commands: readonly Commands[];
  readonly #seen = new Set<Commands>();

  /** `isWhole: false`: a README, which has other blocks beside commands. */
  constructor(path: string, { isWhole = true }: { isWhole?: boolean } = {}) {
    this.name = path;
    this.text = readFileSync(join(process.cwd(), path), 'utf8');
    this.commands = parse(this.text, path, isWhole);
  }

  /** The commands below a heading; throws where there are none. */
  section(heading: string): readonly Commands[] {
    const found = this.commands.filter(({ section }) => section === heading);
    if (found.length === 0) throw new Error(`${this.name} has no commands below "${heading}"`);
    return found;
  }

  /** Notes that commands ran, or are left out on purpose. */
  see(commands: Commands): void {
    this.#seen.add(commands);
  }

  /** Where commands stand that nobody ran. */
  get unseen(): string[] {
    return this.commands.filter((each) => !this.#seen.has(each)).map(({ place }) => place);
  }
}

/** Throws where a block of a whole guide is neither commands nor what commands print. */
function parse(text: string, path: string, isWhole: boolean): Commands[] {
  const found: Commands[] = [];
  let section = '';
  let prose = '';
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const language = FENCE.exec(line)?.[1];
    if (language === undefined) {
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading !== undefined) section = heading;
      prose = line.trim() === '' || heading !== undefined ? `${prose}\n` : `${prose} ${line.trim()}`;
      continue;
    }
    const indent = line.length - line.trimStart().length;
    const end = lines.findIndex((each, index) => index > at && /^ *```$/.test(each));
    const place = `${path}:${at + 1}`;
    if (end === -1) throw new Error(`${place}: the block has no end`);
    const body = lines
      .slice(at + 1, end)
      .map((each) => each.slice(indent))
      .join('\n');
    if (language === 'sh')
      found.push({
        ...{ text: body, place, section, isBackground: OTHER_TERMINAL.test(body), fails: false, promised: null },
      });
    else if (language !== 'spl' && isWhole) promise(found, body, prose.trimEnd().split('\n').at(-1)!.trim(), place);
    prose = '';
    at = end;
  }
  return found;
}

function promise(found: Commands[], text: string, sentence: string, place: string): void {
  const before = found.at(-1);
  const verb = /\b(prints|says)\b[^.]*:$/.exec(sentence)?.[1];
  if (verb === undefined || before === undefined || before.promised !== null)
    throw new Error(`${place}: no commands say or print this block`);
  found[found.length - 1] = {
    ...before,
    fails: /\bfails\b/.test(sentence),
    promised: { text, isWhole: verb === 'prints', comesLater: /\bafter a few seconds\b/i.test(sentence) },
  };
}

/** Null where the output keeps the promise, else a message that shows both. */
export function broken({ text, isWhole }: Promised, output: string): string | null {
  const escaped = (line: string): string =>
    line
      .trimEnd()
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
  const between = isWhole ? '' : '(?:.*\\n)*?';
  const pattern = text
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:.*\\n)*' : `${between}${isWhole ? '' : '.*'}${escaped(line)}[ \\t]*\\n`))
    .join('');
  const printed = `${output.trimEnd()}\n`;
  if (new RegExp(isWhole ? `^${pattern}$` : pattern).test(printed)) return null;
  return `promised:\n${text}\n\nprinted:\n${printed}`;
}
