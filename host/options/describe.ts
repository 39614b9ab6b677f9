// What an options file switches on, in words. Members and defaults are those of the schema that ships.
import { type Members, isObject } from '../core/salt.js';
import { readShipped } from '../disk/shipped.js';
import { printable } from '../text/terminal.js';

/** What is read of the schema of one member, or of all: `docs/options.md` has the rest in words. */
interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  /** The forms that a member has: `redact` is a flag or an object. */
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
}

const schema = (): Schema => JSON.parse(readShipped('saltflat.schema.json').toString()) as Schema;

/** What holds where the file says nothing, by the place of each member in it; undefined: no limit. */
export function defaults(): ReadonlyMap<string, unknown> {
  return new Map(membersOf(schema()));
}

/** The groups of rules that `redact.without` may name, in the order of docs/redaction.md. */
export function groups(): readonly unknown[] {
  const forms = schema().properties?.['redact']?.anyOf ?? [];
  return forms.flatMap(({ properties }) => properties?.['without']?.items?.enum ?? []);
}

/**
 * The members of an object by their place, `functions.include`. An object is none where it has members itself and no
 * default.
 */
function* membersOf({ properties = {} }: Schema, within = ''): Generator<[place: string, byDefault: unknown]> {
  for (const [name, member] of Object.entries(properties)) {
    if (name === '$schema') continue; // for editors
    const place = `${within}${name}`;
    if (member.properties === undefined) yield [place, member.default];
    for (const form of [member, ...(member.anyOf ?? [])]) yield* membersOf(form, `${place}.`);
  }
}

/**
 * What the options say at `place`; undefined where they say nothing. An object in the place of `redact` switches it on.
 */
function valueAt(options: Members, place: string): unknown {
  if (place === 'redact' && isObject(options['redact'])) return true;
  return place.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), options);
}

const textOf = (value: unknown): string =>
  value === undefined ? 'no limit' : printable(typeof value === 'string' ? value : JSON.stringify(value));

/** A line for each member that is not as by default; `all defaults` where there is none. */
export function describe(options: Members): string[] {
  const lines = [...defaults()]
    .map(([place, byDefault]) => ({ place, byDefault, value: valueAt(options, place) }))
    .filter(({ byDefault, value }) => value !== undefined && JSON.stringify(value) !== JSON.stringify(byDefault))
    .map(({ place, byDefault, value }) => `${place}: ${textOf(value)} (default: ${textOf(byDefault)})`);
  return lines.length === 0 ? ['all defaults'] : lines;
}
