// Arbitraries of events that something happened to: tokens, pieces of strings and bytes changed.
import fc from 'fast-check';
import { BAD_LITERALS, BAD_NUMBERS, BAD_PIECES, LITERALS, NUMBERS, PIECES, quoted } from './json.js';
import { anyEvent, eventText, taggedText } from './events.js';

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[\s]+|[^\s"[\]{}:,]+|"/gs;

const badToken = fc.oneof(
  fc.constantFrom(...BAD_NUMBERS, ...NUMBERS),
  fc.constantFrom(...BAD_LITERALS, ...LITERALS),
  fc.constantFrom(...BAD_PIECES),
  fc.constantFrom(...BAD_PIECES, ...PIECES).map((piece) => `"${piece}"`),
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '{}',
    '[]',
    '[[',
    ']]',
    ',,',
    '::',
    '{"a"}',
    '{"a":}',
    '[,]',
    '[1,]',
    '{"a":1,}',
  ),
  fc.constantFrom('\f', '\v', '\u00a0', '\u2028', '\u0085', '\u0000', '/*x*/', '//x\n', '\ufeff', '#', "'a'", '﻿'),
);

/** Changes of one token: it goes, comes twice, changes places with the next, or becomes something else. */
const tokenChange = fc.tuple(fc.nat(), fc.nat(4), badToken);

export function changeTokens(text: string, changes: readonly (readonly [number, number, string])[]): string {
  let changed = text;
  for (const [where, how, token] of changes) {
    const tokens = changed.match(TOKEN) ?? [];
    const at = where % Math.max(tokens.length, 1);
    const here = tokens[at] ?? '';
    if (how === 0) tokens.splice(at, 1);
    else if (how === 1) tokens.splice(at, 0, here);
    else if (how === 2) tokens.splice(at, 2, tokens[at + 1] ?? '', here);
    else if (how === 3) tokens.splice(at, 1, token);
    else tokens.splice(at, 0, token);
    changed = tokens.join('');
  }
  return changed;
}

/** One to three such changes. */
export const tokenChanges = fc.array(tokenChange, { minLength: 1, maxLength: 3 });

/** Event texts with a few tokens changed. */
export const changedEvent = fc
  .tuple(anyEvent, fc.array(tokenChange, { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) => changeTokens(text, changes));

/** Texts in `log` and `message` with a few tokens changed inside. */
export const changedText = fc
  .tuple(fc.oneof(eventText, taggedText), fc.array(tokenChange, { minLength: 1, maxLength: 2 }), fc.nat(3))
  .map(([text, changes, style]) => `{"log":${quoted(changeTokens(text, changes), style)}}`);

/** A piece put into the middle of a string literal somewhere. */
export const changedString = fc
  .tuple(anyEvent, fc.nat(), fc.nat(), fc.constantFrom(...BAD_PIECES, ...PIECES))
  .map(([text, where, inside, piece]) => {
    const literals = [...text.matchAll(/"(?:[^"\\]|\\.)*"/gs)];
    const literal = literals[where % Math.max(literals.length, 1)];
    if (literal === undefined) return text;
    const at = literal.index + 1 + (inside % Math.max(literal[0].length - 1, 1));
    return text.slice(0, at) + piece + text.slice(at);
  });

/** Changes of bytes: one goes, one comes, one becomes another, a piece goes. */
const byteChange = fc.tuple(
  fc.nat(),
  fc.nat(4),
  fc.oneof(
    fc.constantFrom(
      0,
      9,
      10,
      0x1f,
      0x20,
      0x22,
      0x2c,
      0x3a,
      0x5b,
      0x5c,
      0x5d,
      0x7b,
      0x7d,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xed,
      0xf0,
      0xf4,
      0xff,
    ),
    fc.nat(255),
  ),
);

function changeBytes(bytes: Uint8Array, changes: readonly (readonly [number, number, number])[]): Uint8Array {
  let changed = [...bytes];
  for (const [where, how, byte] of changes) {
    const at = where % Math.max(changed.length, 1);
    if (how === 0) changed.splice(at, 1);
    else if (how === 1) changed.splice(at, 0, byte);
    else if (how === 2) changed = changed.slice(0, at);
    else if (how === 3) changed.splice(at, byte % 9);
    else changed[at] = byte;
  }
  return Uint8Array.from(changed);
}

/** Events with a few bytes changed, UTF-8 or not. */
export const changedBytes = fc
  .tuple(anyEvent, fc.array(byteChange, { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) => changeBytes(new TextEncoder().encode(text), changes));
