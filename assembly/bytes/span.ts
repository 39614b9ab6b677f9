// A half-open span of bytes as one value: what a function returns that finds both ends of something.

/**
 * The address of the first byte in the low half, the address past the last in the high half; 0 for none. In memory it
 * is two addresses, one behind the other.
 */
export type Span = u64;

// @ts-ignore: decorator
@inline
export function spanOf(start: usize, end: usize): Span {
  return ((<u64>end) << 32) | start;
}

// @ts-ignore: decorator
@inline
export function spanStart(span: Span): usize {
  return <usize>span;
}

// @ts-ignore: decorator
@inline
export function spanEnd(span: Span): usize {
  return <usize>(span >> 32);
}

// @ts-ignore: decorator
@inline
export function spanLength(span: Span): usize {
  return spanEnd(span) - spanStart(span);
}
