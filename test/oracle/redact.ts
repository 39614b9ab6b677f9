// Redaction as docs/options.md has it. By name it is exact. Inside strings the oracle knows only spellings that leave no doubt,
// and ones that may be a secret: there it leaves the choice to the module.
import { Masked, OneOf } from './expect.js';
import { digest } from './id.js';
import { type JsonObject, get, isObject, put } from './json.js';
import type { RedactSettings } from './options.js';

export const MASK = '[redacted]';

/** Secrets by their shape alone, between white space. */
const SHAPES = [
  ...['A[KS]IA[0-9A-Z]{16}', 'gh[pousr]_[A-Za-z0-9]{36}', 'github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}'],
  ...['glpat-[A-Za-z0-9_-]{20}', 'xox[abprs]-[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}', 'AIza[0-9A-Za-z_-]{35}'],
  ...['ya29\\.[A-Za-z0-9_-]{40,}', '[sr]k_live_[A-Za-z0-9]{24}', 'npm_[A-Za-z0-9]{36}', 'hv[sb]\\.[A-Za-z0-9]{24,}'],
  ...['SG\\.[A-Za-z0-9]{22}\\.[A-Za-z0-9]{43}', 'dop_v1_[a-f0-9]{64}'],
  ...['eyJ[A-Za-z0-9]{10,}\\.eyJ[A-Za-z0-9]{10,}\\.[A-Za-z0-9]{10,}'],
];

/** Spellings that leave no doubt; each captures its secret. */
const CERTAIN = [
  ...SHAPES.map((shape) => new RegExp(`(?<!\\S)(${shape})(?!\\S)`, 'g')),
  /(?<![^\s"'])(?:Bearer|Basic) ([A-Za-z0-9]{8,})/g,
  /(?<!\S)[a-z]{2,}:\/\/[a-z]+:([A-Za-z0-9]{6,})@/g,
  /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n([A-Za-z0-9]{16,})\n-----END (?:[A-Z]+ )?PRIVATE KEY-----/g,
];

/** The same with a name beside the secret; the name is captured first. */
const NAMED = [
  /(?<![^\s,;({["'&?])([A-Za-z0-9_-]+)=([A-Za-z0-9]{6,})/g,
  /(?<![^\s,;({["'])([A-Za-z0-9_-]+): ([A-Za-z0-9]{6,})/g,
  /"([A-Za-z0-9_-]+)": ?"([A-Za-z0-9]{6,})"/g,
  /'([A-Za-z0-9_-]+)': ?'([A-Za-z0-9]{6,})'/g,
  /(?<!\S)--([A-Za-z0-9_-]+) ([A-Za-z0-9]{6,})/g,
];

/** Where nothing of this stands, there is no secret. */
const POSSIBLE = [
  /\b(?:bearer|basic)\b/i,
  /:\/\/[^]*@/,
  /PRIVATE KEY/,
  /A[KS]IA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AIza|ya29\.|[sr]k_live_|npm_|hv[sb]\.|SG\.|dop_v1_|eyJ/,
];
/** A word and what stands between it and a value, if one follows. */
const WORD = /(?<![\p{L}\p{N}_.-])([\p{L}\p{N}_.-]+)(["'\\\s\])}]*[=:,]|[\s"'\\])/gu;

/** Whether `isSecret` holds for a word, dashes before it and dots around it counted and not: what a word is, is for the reader. */
function isSecretWord(word: string, isSecret: RedactSettings['isSecret'], all: boolean): boolean {
  const readings = [word, word.replace(/^-+/, ''), word.replace(/^[-.]+|[-.]+$/g, '')];
  return all ? readings.every(isSecret) : readings.some(isSecret) || word.split('.').some(isSecret);
}

/** What a string may become: itself, or something with its secrets masked. */
export function maskedString(text: string, { isSecret, strings }: RedactSettings): unknown {
  if (!strings) return text;
  const secrets = CERTAIN.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1] ?? ''));
  for (const pattern of NAMED) {
    for (const [, name = '', secret = ''] of text.matchAll(pattern))
      if (isSecretWord(name, isSecret, true)) secrets.push(secret);
  }
  const once = secrets.filter((secret) => text.split(secret).length === 2);
  if (secrets.length > 0) return new Masked(text, once, true);
  const isPossible =
    POSSIBLE.some((pattern) => pattern.test(text)) ||
    [...text.matchAll(WORD)].some(
      ([, word = '', then = '']) => (/[=:,]/.test(then) || word.startsWith('-')) && isSecretWord(word, isSecret, false),
    );
  return isPossible ? new Masked(text, [], false) : text;
}

/** Whether a value lies in `changes`, where strings named `diff` have an option of their own: where else some could mean it too. */
export type InChanges = 'yes' | 'maybe' | 'no';

function diffOf(text: string, inChanges: InChanges, settings: RedactSettings): unknown {
  const plain = maskedString(text, settings);
  if (settings.diffs === 'keep' || inChanges === 'no') return plain;
  const bytes = Buffer.byteLength(text);
  const instead = settings.diffs === 'drop' ? '[diff: dropped]' : `[diff: ${bytes} bytes, ${digest(text)}]`;
  return inChanges === 'maybe' || text === '' ? new OneOf(instead, plain) : instead;
}

/** What is left of a value: of strings inside, and of members by their name. Its own name is not asked. */
export function redacted(value: unknown, settings: RedactSettings | null, inChanges: InChanges = 'no'): unknown {
  if (settings === null) return value;
  if (typeof value === 'string') return maskedString(value, settings);
  if (Array.isArray(value)) return value.map((element) => redacted(element, settings, inChanges));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const name of Object.keys(value)) put(result, name, redactedMember(name, get(value, name), settings, inChanges));
  return result;
}

/** The same for a member, its own name first. */
export function redactedMember(
  name: string,
  value: unknown,
  settings: RedactSettings | null,
  inChanges: InChanges = 'no',
): unknown {
  if (settings === null) return value;
  if (settings.isSecret(name) && !isHarmless(value)) return MASK;
  if (name === 'diff' && typeof value === 'string') return diffOf(value, inChanges, settings);
  return redacted(value, settings, inChanges === 'no' && name === 'changes' ? 'maybe' : inChanges);
}

/** Whether a value stays in spite of its name: there is nothing in it. */
function isHarmless(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === '' || typeof value === 'boolean';
}
