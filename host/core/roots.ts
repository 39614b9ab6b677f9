// The agent's decoder: one returned string may hold several JSON roots (contract section 3).
import { Brackets } from './brackets.js';
import { skipSpace } from './bytes.js';

/** One root: where its record lies in the returned bytes, and whether it came wrapped as `[TS,{…}]`. */
export interface Root {
  readonly start: number;
  readonly end: number;
}

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const COMMA = 0x2c;

/** The address past the object at `start`. The module's output is valid JSON, so brackets outside strings suffice. */
function objectEnd(bytes: Uint8Array, start: number): number {
  const brackets = new Brackets();
  const end = brackets.read(bytes, start);
  if (end >= 0) return end;
  if (brackets.isInString) throw new SyntaxError('a string in the returned records has no end');
  throw new SyntaxError(`the returned record at byte ${start} has no end`);
}

/**
 * The records in a filter's returned bytes: the first is a plain object, each further one `[TS,{…}]`. Yields the
 * half-open byte range of each object; an event that is let pass may have spaces around it. Throws a `SyntaxError`
 * where the bytes are anything else.
 */
export function* readRoots(bytes: Uint8Array): Generator<Root> {
  for (let at = skipSpace(bytes, 0); at < bytes.length; at = skipSpace(bytes, at)) {
    const wrapped = bytes[at] === OPEN_BRACKET;
    const start = wrapped ? bytes.indexOf(COMMA, at) + 1 : at;
    if (bytes[start] !== OPEN_BRACE) throw new SyntaxError(`expected a record at byte ${start} of the returned bytes`);
    const end = objectEnd(bytes, start);
    if (wrapped && bytes[end] !== CLOSE_BRACKET)
      throw new SyntaxError(`expected ']' at byte ${end} of the returned bytes`);
    yield { start, end };
    at = wrapped ? end + 1 : end;
  }
}
