// How far rules may read ahead in one text: all of them together so many times its length. A text that is made to be
// read ahead in from each of its words anew (`mysql mysql mysql …`, each of whose arguments go to the end of the line)
// would take as many steps as the square of its length; what is left of it then is masked (docs/redaction.md, "Words").

/** How often the text may be read, and what short texts may be read beyond that. */
const TIMES: isize = 16;
const SHORT: isize = 65536;

let left: isize = 0;

/** Begins with a text of `length` bytes. */
export function beginAhead(length: usize): void {
  left = SHORT + <isize>length * TIMES;
}

/** Notes that `steps` were made ahead of what is looked at. */
// @ts-ignore: decorator
@inline
export function readAhead(steps: usize): void {
  left -= <isize>steps;
}

/** Whether no more is to be read ahead. */
// @ts-ignore: decorator
@inline
export function isReadUp(): bool {
  return left < 0;
}
