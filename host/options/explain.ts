// Which group of rules masks what. The module itself is asked: the same event with other groups switched on. So what is
// said here cannot differ from what an agent does.
import { readShipped } from '../disk/shipped.js';
import { type Options, load } from '../index.js';
import { groups } from './describe.js';
import { type Mask, covers, masksIn, touches } from './masks.js';

/** `redact` as an object. */
type Redact = Exclude<NonNullable<Options['redact']>, boolean>;
type Group = NonNullable<Redact['without']>[number];

/** A group that masks something, and what the options say that makes it do so, where that is no built-in rule. */
export interface Reason {
  readonly group: Group;
  /** It masks a part of it alone; the rest is masked by others. */
  readonly isPart: boolean;
  /** Entries of `redact.members`, `names` or `files`: `members: "x*"`. */
  readonly entries: readonly string[];
}

/** A mask, and why it is there. */
export interface Explained {
  readonly mask: Mask;
  /** None: `redact.diffs` alone. */
  readonly reasons: readonly Reason[];
  /** What to write so that it stays, or, of what stays, so that it is masked. */
  readonly change: string;
}

export interface Explanation {
  /** The records as they leave. */
  readonly records: readonly string[];
  readonly masked: readonly Explained[];
  /** What is not masked as the options have it, and would be with all of `redact`. */
  readonly left: readonly Explained[];
}

/** Options that decide on something else than which records there are and what is masked would hide what is masked. */
const ALL_RECORDS: Options = { returns: 'all', returns_ignore: [], other_events: 'pass' };

/** The lists of `redact` that have rules of one's own, and whose group that is. */
const OWN = { members: 'members', names: 'programs', files: 'files' } as const satisfies Partial<
  Record<keyof Redact, Group>
>;

const ALL: Redact = { defaults: true, strings: true, without: [], keep: [] };

const objectOf = (redact: Options['redact']): Redact => (typeof redact === 'object' ? redact : {});

/** The module's answers about one event. */
class Asked {
  readonly #module: WebAssembly.Module;
  readonly #event: string;
  readonly #options: Options;
  readonly #groups = groups() as readonly Group[];
  readonly #answers = new Map<string, Promise<Mask[]>>();
  #originals: Promise<string[]> | undefined;

  constructor(module: WebAssembly.Module, event: string, { job_members: jobMembers = [] }: Options) {
    this.#module = module;
    this.#event = event;
    this.#options = { ...ALL_RECORDS, job_members: jobMembers };
  }

  async records(redact: Redact | false): Promise<string[]> {
    const saltflat = await load({ module: this.#module, options: { ...this.#options, redact } });
    return saltflat.records(this.#event).map((record) => Buffer.from(record).toString());
  }

  /** What is masked with `redact` so. */
  masks(redact: Redact): Promise<Mask[]> {
    const key = JSON.stringify(redact);
    const known = this.#answers.get(key) ?? this.#ask(redact);
    this.#answers.set(key, known);
    return known;
  }

  async #ask(redact: Redact): Promise<Mask[]> {
    this.#originals ??= this.records(false);
    return masksIn(await this.#originals, await this.records(redact));
  }

  async isTouched(mask: Mask, redact: Redact): Promise<boolean> {
    return (await this.masks(redact)).some((other) => touches(other, mask));
  }

  async isCovered(mask: Mask, redact: Redact): Promise<boolean> {
    return (await this.masks(redact)).some((other) => covers(other, mask));
  }

  /**
   * The groups that mask of it what they can when they are alone, or, where there is none, those without which it is no
   * more masked.
   */
  async reasons(mask: Mask, redact: Redact): Promise<Reason[]> {
    const on = this.#groups.filter((group) => !redact.without?.includes(group));
    const reasons: Reason[] = [];
    for (const group of on) {
      const alone: Redact = { ...redact, diffs: 'keep', without: this.#groups.filter((other) => other !== group) };
      if (await this.isTouched(mask, alone))
        reasons.push({
          group,
          isPart: !(await this.isCovered(mask, alone)),
          entries: await this.#entries(mask, alone),
        });
    }
    if (reasons.length > 0 || (redact.diffs ?? 'keep') !== 'keep') return reasons;
    for (const group of on) {
      const others: Redact = { ...redact, without: [...(redact.without ?? []), group] };
      if (!(await this.isTouched(mask, others))) reasons.push({ group, isPart: false, entries: [] });
    }
    return reasons;
  }

  /** The entries of lists of one's own without which a group leaves it. */
  async #entries(mask: Mask, alone: Redact): Promise<string[]> {
    const found: string[] = [];
    for (const list of Object.keys(OWN) as (keyof typeof OWN)[]) {
      const entries = alone[list] ?? [];
      if (entries.length === 0 || (await this.isTouched(mask, { ...alone, [list]: [] }))) continue;
      for (const entry of entries)
        if (await this.isTouched(mask, { ...alone, [list]: [entry] })) found.push(`${list}: ${JSON.stringify(entry)}`);
    }
    return found;
  }

  /** What to write so that it stays. */
  async off(mask: Mask, redact: Redact, reasons: readonly Reason[]): Promise<string> {
    const name = mask.place.at(-1);
    if (mask.kind === 'value' && name !== undefined) {
      const keep = [...(redact.keep ?? []), name];
      if (!(await this.isTouched(mask, { ...redact, keep }))) return `"redact": ${JSON.stringify({ keep })}`;
    }
    const without = [...(redact.without ?? []), ...reasons.map(({ group }) => group)];
    const all = reasons.length > 0 ? { without } : {};
    if (!(await this.isTouched(mask, { ...redact, ...all }))) return `"redact": ${JSON.stringify(all)}`;
    const keeping = { diffs: 'keep', ...all } as const;
    if (!(await this.isTouched(mask, { ...redact, ...keeping }))) return `"redact": ${JSON.stringify(keeping)}`;
    return '';
  }

  /** What is to be changed so that something is masked that stays as `redact` has it. */
  async on(mask: Mask, redact: Redact): Promise<string> {
    const changes: string[] = [];
    for (const name of Object.keys(ALL) as (keyof typeof ALL)[]) {
      if (redact[name] === undefined) continue;
      if (await this.isTouched(mask, { ...redact, ...ALL, [name]: redact[name] })) continue;
      if (name === 'without') changes.push(`not in "without": ${JSON.stringify(await this.#hidden(mask, redact))}`);
      else changes.push(name === 'keep' ? 'not in "keep"' : `"${name}": true`);
    }
    return changes.join(', ');
  }

  /** The groups that are left out and would mask it. */
  async #hidden(mask: Mask, redact: Redact): Promise<Group[]> {
    const hidden: Group[] = [];
    for (const group of redact.without ?? [])
      if (await this.isTouched(mask, { ...redact, ...ALL, without: this.#groups.filter((other) => other !== group) }))
        hidden.push(group);
    return hidden;
  }
}

/** What is masked in an event, JSON, with these options and why; what stays, though `redact` could mask it, and why. */
export async function explain(event: string, options: Options): Promise<Explanation> {
  const asked = new Asked(await WebAssembly.compile(readShipped('build/saltflat.wasm')), event, options);
  const redact = objectOf(options.redact);
  const isOn = options.redact !== undefined && options.redact !== false;
  const found = isOn ? await asked.masks(redact) : [];
  const masked: Explained[] = [];
  for (const mask of found) {
    const reasons = await asked.reasons(mask, redact);
    masked.push({ mask, reasons, change: await asked.off(mask, redact, reasons) });
  }
  const full: Redact = { ...redact, ...ALL };
  const left: Explained[] = [];
  for (const mask of await asked.masks(full)) {
    if (found.some((other) => touches(other, mask))) continue;
    const change = isOn ? await asked.on(mask, redact) : '"redact": true';
    left.push({ mask, reasons: await asked.reasons(mask, full), change });
  }
  return { records: await asked.records(isOn && redact), masked, left };
}
