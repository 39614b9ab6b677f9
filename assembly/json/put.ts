// Writing to the top of the arena, where records are made whose size is not known beforehand: every write asks for its
// room. Once memory has run out nothing more is written, and `isFull` says so; it is asked once a record.
import { need } from "../bytes/arena";
import { state } from "../bytes/blake2b";
import { COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { hexLanes } from "../bytes/words";
import { emitAscii, emitByte, emitDecimal, emitSpan, out, setOut } from "./emit";

/** Nothing more is written: memory ran out, or what was begun has to be made in another way. Hot: every write asks. */
export let isFull: bool = false;

export function beginPutting(at: usize): void {
  isFull = false;
  setOut(at);
}

export function setFull(): void {
  isFull = true;
}

/** Whether `bytes` more can be written. */
// @ts-ignore: decorator
@inline
export function hasRoom(bytes: usize): bool {
  if (!isFull && need(out, bytes)) return true;
  isFull = true;
  return false;
}

export function putByte(c: u8): void {
  if (hasRoom(1)) emitByte(c);
}

export function putSpan(start: usize, end: usize): void {
  if (hasRoom(end - start)) emitSpan(start, end);
}

export function putAscii(text: string): void {
  if (hasRoom(<usize>text.length + 4)) emitAscii(text);
}

export function putDecimal(value: u32): void {
  if (hasRoom(10)) emitDecimal(value, 1);
}

/** `"text"` */
export function putQuoted(text: string): void {
  if (!hasRoom(<usize>text.length + 8)) return;
  emitByte(QUOTE);
  emitAscii(text);
  emitByte(QUOTE);
}

/** A comma, where a member stands before, and `"name":`. */
export function putName(name: string): void {
  if (!hasRoom(<usize>name.length + 8)) return;
  emitComma();
  emitByte(QUOTE);
  emitAscii(name);
  emitByte(QUOTE);
  emitByte(COLON);
}

// @ts-ignore: decorator
@inline
function emitComma(): void {
  const last = load<u8>(out - 1);
  if (last != OPEN_BRACE && last != OPEN_BRACKET) emitByte(COMMA);
}

/** A comma, unless a bracket has just been opened: then none is due. */
export function putComma(): void {
  if (hasRoom(1)) emitComma();
}

/** The same with the name `[start, end)`, the content of a JSON string. */
export function putNameOf(start: usize, end: usize): void {
  if (!hasRoom(end - start + 8)) return;
  emitComma();
  emitByte(QUOTE);
  emitSpan(start, end);
  emitByte(QUOTE);
  emitByte(COLON);
}

/** Writes so many bytes, a multiple of four, as lower-case hexadecimal digits. */
export function putHex(start: usize, bytes: usize): void {
  if (!hasRoom(bytes << 1)) return;
  const at = out;
  for (let i: usize = 0; i < bytes; i += 4) store<u64>(at + (i << 1), hexLanes(load<u32>(start + i)));
  setOut(at + (bytes << 1));
}

/** Writes the digest. */
export function putHash(): void {
  putHex(state, 16);
}
