// Redaction as docs/redaction.md has it: by the names of members, by what stands beside them, and inside strings.
import { OneOf } from './expect.js';
import { digest } from './id.js';
import { type JsonObject, get, isObject, put } from './json.js';
import type { RedactSettings } from './options.js';
import { bareName, isPolicyName } from './redact/names.js';
import { MASK, maskedText } from './redact/text.js';
import { IN_WORD, stays } from './redact/view.js';

/**
 * Whether a value lies in `changes`, where strings named `diff` have an option of their own: where else some could mean
 * it too.
 */
export type InChanges = 'yes' | 'maybe' | 'no';

/** What of a value's surroundings matters. */
export interface Around {
  readonly inChanges: InChanges;
  /** The name in the key of the state, and that of the member that holds the value: perhaps those of files. */
  readonly files: readonly unknown[];
  /** Whether the state that holds the value changes packages or services. */
  readonly isOfPackages: boolean;
  /** Whether the names in it are theirs. */
  readonly namesPackages: boolean;
}

export const NOWHERE: Around = { inChanges: 'no', files: [], isOfPackages: false, namesPackages: false };

/** Functions of states whose changes are named by packages and services. */
const PACKAGES = /^(?:pkg|pip|npm|gem|service)_\|-/;

const WHOLE = new RegExp(`^(?:[${IN_WORD}]+\\.)*([${IN_WORD}]+)$`);
/** Members that say what a member `value` beside them is. */
const NAMING = /^(?:name|key|entry|variable)$/i;

/** The third of the four parts of a state's key: between the second separator and the last. */
function fileOf(key: string | null): string | null {
  return /^.*?_\|-.*?_\|-(.*)_\|-/s.exec(key ?? '')?.[1] ?? null;
}

/** What is around the changes of a state. */
export function changesOf(key: string | null): Around {
  const isOfPackages = PACKAGES.test(key ?? '');
  return { inChanges: 'yes', files: [fileOf(key)], isOfPackages, namesPackages: isOfPackages };
}

function diffOf(text: string, { inChanges, files }: Around, settings: RedactSettings): unknown {
  const plain = maskedText(text, settings);
  if (inChanges === 'no') return plain;
  const isOfSecret =
    settings.groups.has('files') && files.some((name) => typeof name === 'string' && settings.isSecretFile(name));
  if (settings.diffs === 'keep' && !isOfSecret) return plain;
  const bytes = Buffer.byteLength(text);
  const hash = `[diff: ${bytes} bytes, ${digest(text)}]`;
  const instead = isOfSecret || settings.diffs === 'drop' ? '[diff: dropped]' : hash;
  return inChanges === 'maybe' || text === '' ? new OneOf(instead, plain) : instead;
}

/** What is left of a value: of strings inside, and of members by their name. Its own name is not asked. */
export function redacted(value: unknown, settings: RedactSettings | null, around: Around = NOWHERE): unknown {
  if (settings === null) return value;
  if (typeof value === 'string') return maskedText(value, settings);
  if (Array.isArray(value)) return redactedList(value, settings, around);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  let isNamed = false;
  let isPolicy = false;
  for (const name of Object.keys(value)) {
    const member = get(value, name);
    const left = isTextName(name) ? maskedText(name, settings) : name;
    const isPaired = isNamed && /^value$/i.test(name) && isMaskable(member) && !staysBeside(member, isPolicy);
    put(
      result,
      left,
      isPaired
        ? MASK
        : redactedMember(
            name,
            member,
            settings,
            name === 'diff' && typeof member === 'string' ? around : inside(around, name),
          ),
    );
    if (NAMING.test(name) && typeof member === 'string' && settings.groups.has('pairs')) {
      const word = wholeName(member, settings);
      isNamed ||= word !== null;
      isPolicy ||= word !== null && isPolicyName(word);
    }
  }
  return result;
}

/** Whether the value beside a NAME stays as one in a text would. */
function staysBeside(value: unknown, isPolicy: boolean): boolean {
  return (typeof value === 'string' || typeof value === 'number') && stays(String(value), isPolicy);
}

function redactedList(list: readonly unknown[], settings: RedactSettings, around: Around): unknown[] {
  const isPair = list.length === 2;
  return list.map((value, index) => {
    const before = list[index - 1];
    const isPaired =
      settings.groups.has('pairs') &&
      typeof value === 'string' &&
      typeof before === 'string' &&
      (before.startsWith('-') ? !value.startsWith('-') : isPair) &&
      wholeName(before, settings) !== null &&
      !stays(value, isPolicyName(wholeName(before, settings) ?? ''));
    return isPaired ? MASK : redacted(value, settings, around);
  });
}

/** The NAME that a string is, perhaps with words and points before it. */
function wholeName(text: string, settings: RedactSettings): string | null {
  const [, word = ''] = WHOLE.exec(text) ?? [];
  return bareName(word) !== '' && settings.isName(word) ? word : null;
}

/** Whether a member's name is a text itself. */
function isTextName(name: string): boolean {
  return name.includes('_|-') || /[ \t\r\n]/.test(name);
}

/** What is around a member of an object. */
function inside(around: Around, name: string): Around {
  const { inChanges, files, isOfPackages, namesPackages } = around;
  if (name === 'changes') {
    const within = inChanges === 'yes' ? 'yes' : 'maybe';
    return {
      inChanges: within,
      files: around.files.slice(0, 1),
      isOfPackages,
      namesPackages: namesPackages || isOfPackages,
    };
  }
  if (inChanges !== 'yes' && name.includes('_|-'))
    return { ...around, isOfPackages: PACKAGES.test(name), namesPackages: false };
  if (inChanges !== 'yes') return inChanges === 'no' ? around : { ...around, files: [...files.slice(0, 1), name] };
  const isState = name.includes('_|-');
  return {
    inChanges,
    files: isState ? [fileOf(name)] : [...files.slice(0, 1), name],
    isOfPackages: isState ? PACKAGES.test(name) : isOfPackages,
    namesPackages: isState ? false : namesPackages,
  };
}

/** The same for a member, its own name first. */
export function redactedMember(
  name: string,
  value: unknown,
  settings: RedactSettings | null,
  around: Around = NOWHERE,
): unknown {
  if (settings === null) return value;
  if (settings.groups.has('members') && isMaskable(value)) {
    if (settings.isAsked(name)) return MASK;
    const isNumber = typeof value === 'number' && isPolicyName(name);
    const isLookedThrough = around.namesPackages || isTextName(name) || name.includes('/') || isNumber;
    if (settings.isSecret(name) && !isLookedThrough) return MASK;
  }
  if (name === 'diff' && typeof value === 'string') return diffOf(value, around, settings);
  return redacted(value, settings, around);
}

/** Whether there is something in a value that a mask could hide. */
function isMaskable(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== null && value !== '' && typeof value !== 'boolean';
}
