// A tree of states with requisites of every kind, and what Salt is to make of it: which states fail by themselves, and
// which it does not run for which of these. Worked out from the tree as it is made; Salt's output is not looked at.
//
// Rules: `_check_requisites` of `salt/state.py`, 3006 and 3008.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '../random.js';

type Requisite = 'require' | 'watch' | 'onchanges' | 'require_any' | 'listen';

/** One state as it will be in the return. */
interface Chunk {
  readonly key: string;
  /** Null: `test=True` would change it, and it did not come to that. */
  result: boolean | null;
  ran: boolean;
  changed: boolean;
  /** The keys of the states that failed by themselves, where it was not run for them. */
  roots: ReadonlySet<string> | null;
}

/** What stands under one id. */
interface Unit {
  readonly sls: string;
  readonly id: string;
  /** States of the module `test` alone: what a requisite on `test: ID` means. */
  readonly chunks: readonly Chunk[];
}

/** A tree, as files by their SLS, and what comes of it. */
export interface Tree {
  readonly files: ReadonlyMap<string, object>;
  /** The keys of states that fail by themselves. */
  readonly roots: ReadonlySet<string>;
  /** Of each state that is not run for others: the keys of those roots. */
  readonly followers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The SLS that has all others. */
export const ALL = 'all';
const SLS = ['base', 'web', 'web.front', 'web.front.tls', 'db', 'db.users', 'cron jobs', 'a, b', 'mail, web', 'last'];
const LAST = 'last';

const BOUND = 2 ** 32;

/** Numbers from 0 to 1 that are the same for the same seed. */
function numbers(seed: number): () => number {
  const random = createRandom(seed);
  return () => random(BOUND) / BOUND;
}

const hasFailed = ({ result }: Chunk): boolean => result === false;

/** The roots behind states that failed. */
function rootsOf(failed: readonly Chunk[]): ReadonlySet<string> {
  return new Set(failed.flatMap(({ key, roots }) => (roots === null ? [key] : [...roots])));
}

class Maker {
  readonly #random: () => number;
  readonly #units: Unit[] = [];
  readonly #all: Chunk[] = [];
  /** What stands in the files, in the order in which it is made. */
  readonly #written: { readonly sls: string; readonly id: string; readonly text: object }[] = [];

  constructor(seed: number) {
    this.#random = numbers(seed);
  }

  /** How many states there are so far. */
  get size(): number {
    return this.#all.length;
  }

  #chance(part: number): boolean {
    return this.#random() < part;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  /** An id that no other state has, some with points, commas and blanks, or with one that has its beginning. */
  #id(): string {
    const id = `s${this.#written.length}`;
    const forms = [id, id, id, `/etc/${id}.conf`, `${id} of all`, `${id}, web.s7`, `${id}, too`, `${id}.a, b.c`];
    const before = this.#units.at(-1);
    if (before !== undefined && this.#chance(0.05)) return `${before.id}, again ${id}`;
    return forms[this.#below(forms.length)] ?? id;
  }

  /** A unit made before, mostly of the last ones, and mostly one that did not fail. */
  #target(): Unit {
    for (;;) {
      const back = this.#chance(0.5) ? 25 : this.#units.length;
      const unit = this.#units.at(-1 - this.#below(Math.min(back, this.#units.length)));
      if (unit !== undefined && (!unit.chunks.some(hasFailed) || this.#chance(0.5))) return unit;
    }
  }

  #targets(most: number): Unit[] {
    if (this.#units.length === 0) return [];
    return [...new Set(Array.from({ length: 1 + this.#below(most) }, () => this.#target()))];
  }

  #requisites(kinds: readonly Requisite[]): Map<Requisite, Unit[]> {
    const requisites = new Map<Requisite, Unit[]>();
    for (const kind of kinds)
      if (this.#units.length > 0 && this.#chance(kind === 'require' ? 0.4 : 0.12))
        requisites.set(kind, this.#targets(3));
    return requisites;
  }

  /** What becomes of a state with these requisites, which by itself comes to `own`. */
  #run(key: string, requisites: ReadonlyMap<Requisite, Unit[]>, own: { result: boolean; changed: boolean }): Chunk {
    const chunksOf = (kind: Requisite): Chunk[] => (requisites.get(kind) ?? []).flatMap(({ chunks }) => chunks);
    const any = chunksOf('require_any');
    const isMet = any.some((chunk) => !hasFailed(chunk) && chunk.ran);
    const all = [...chunksOf('require'), ...chunksOf('watch')];
    const failed = [...all, ...any, ...chunksOf('onchanges')].filter(hasFailed);
    if (all.some(hasFailed) || (!isMet && any.some(hasFailed)))
      return { key, result: false, ran: false, changed: false, roots: rootsOf(failed) };
    const onchanges = chunksOf('onchanges');
    if (onchanges.length > 0 && !onchanges.some((chunk) => !hasFailed(chunk) && chunk.changed))
      return { key, result: true, ran: false, changed: false, roots: null };
    return {
      key,
      ...own,
      ran: true,
      changed: own.changed || chunksOf('watch').some(({ changed }) => changed),
      roots: null,
    };
  }

  #write(sls: string, id: string, text: object, chunks: readonly Chunk[], others: readonly Chunk[] = []): void {
    this.#written.push({ sls, id, text });
    this.#all.push(...chunks, ...others);
    if (sls !== LAST) this.#units.push({ sls, id, chunks });
  }

  /** Lets no state require the last unit. */
  #hide(): void {
    this.#units.pop();
  }

  #text(requisites: ReadonlyMap<Requisite, Unit[]>): object[] {
    return [...requisites].map(([kind, units]) => ({ [kind]: units.map(({ id }) => ({ test: id })) }));
  }

  /** One state, which succeeds, changes something or fails. */
  single(sls: string): void {
    const id = this.#id();
    const form = this.#random();
    const isFailure = form < 0.08;
    const own = { result: !isFailure, changed: form < 0.03 || (form > 0.7 && !isFailure) };
    const fun = isFailure
      ? own.changed
        ? 'fail_with_changes'
        : 'fail_without_changes'
      : own.changed
        ? 'succeed_with_changes'
        : 'nop';
    // What a state that fails does when what it watches has changed is another matter.
    const kinds: Requisite[] = ['require', 'onchanges', 'require_any', 'listen'];
    const requisites = this.#requisites(fun === 'nop' ? [...kinds, 'watch'] : kinds);
    const chunk = this.#run(`test_|-${id}_|-${id}_|-${fun}`, requisites, own);
    this.#write(sls, id, { [`test.${fun}`]: this.#text(requisites) }, [chunk]);
  }

  /** Several states of one id, of which some fail. */
  named(sls: string): void {
    const id = this.#id();
    const requisites = this.#requisites(['require']);
    const names = Array.from({ length: 2 + this.#below(2) }, (_, index) => ({
      name: `${id} name ${index}`,
      result: this.#chance(0.6),
    }));
    const chunks = names.map(({ name, result }) =>
      this.#run(`test_|-${id}_|-${name}_|-configurable_test_state`, requisites, { result, changed: false }),
    );
    const each = names.map(({ name, result }) => ({ [name]: [{ result }, { changes: false }] }));
    this.#write(sls, id, { 'test.configurable_test_state': [{ names: each }, ...this.#text(requisites)] }, chunks);
  }

  /** Two functions of one id: the second requires the first. */
  twofold(sls: string): void {
    const id = this.#id();
    const requisites = this.#requisites(['require']);
    const fun = this.#chance(0.7) ? 'fail_without_changes' : 'nop';
    const first = this.#run(`test_|-${id}_|-${id}_|-${fun}`, requisites, { result: fun === 'nop', changed: false });
    const failed = [first].filter(hasFailed);
    const isRun = failed.length === 0;
    const second: Chunk = {
      key: `cmd_|-${id}_|-true_|-run`,
      ...{ result: isRun, ran: isRun, changed: isRun, roots: isRun ? null : rootsOf(failed) },
    };
    const text = {
      [`test.${fun}`]: this.#text(requisites),
      'cmd.run': [{ name: 'true' }, { require: [{ test: id }] }],
    };
    this.#write(sls, id, text, [first], [second]);
  }

  /** A state that runs before another, if that will change something. */
  before(sls: string): void {
    const [id, requisites] = [this.#id(), this.#requisites(['require'])];
    const later = `${id}, later`;
    const [laterRequisites, fun] = [this.#requisites(['require']), 'succeed_with_changes'];
    const isFailure = this.#chance(0.3);
    const ownFun = isFailure ? 'fail_without_changes' : 'nop';
    const then = this.#run(`test_|-${later}_|-${later}_|-${fun}`, laterRequisites, { result: true, changed: true });
    const alone = this.#run(`test_|-${id}_|-${id}_|-${ownFun}`, requisites, { result: !isFailure, changed: false });
    const failed = (requisites.get('require') ?? []).flatMap(({ chunks }) => chunks).filter(hasFailed);
    const first: Chunk = hasFailed(then)
      ? { ...alone, result: false, ran: false, roots: rootsOf([...failed, then]) }
      : alone;
    // Salt then shows what \`test=True\` said of it, without the changes.
    if (!hasFailed(then) && hasFailed(first)) Object.assign(then, { result: null, changed: false });
    this.#write(sls, id, { [`test.${ownFun}`]: [...this.#text(requisites), { prereq: [{ test: later }] }] }, [first]);
    this.#write(sls, later, { [`test.${fun}`]: this.#text(laterRequisites) }, [then]);
    // Salt 3006 may leave out of a comment what failed when it was only looked at: "One or more requisite failed: ",
    // and no name.
    if (hasFailed(then)) this.#hide();
  }

  /** A state that requires all of an SLS. */
  ofFile(required: string): void {
    const id = this.#id();
    const failed = this.#all.filter((chunk) => hasFailed(chunk) && this.#slsOf(chunk) === required);
    const isRun = failed.length === 0;
    const chunk: Chunk = {
      key: `test_|-${id}_|-${id}_|-nop`,
      ...{ result: isRun, ran: isRun, changed: false, roots: isRun ? null : rootsOf(failed) },
    };
    this.#write(LAST, id, { 'test.nop': [{ require: [{ sls: required }] }] }, [chunk]);
  }

  #slsOf({ key }: Chunk): string | undefined {
    return this.#written.find(({ id }) => key.split('_|-')[1] === id)?.sls;
  }

  sls(): string {
    return SLS[this.#below(SLS.length - 1)] ?? '';
  }

  /** All of it; in the files, states stand in another order than that in which they depend on each other. */
  end(): Tree {
    const files = new Map<string, object>();
    const left = [...this.#written];
    const shuffled = Array.from({ length: left.length }, () => left.splice(this.#below(left.length), 1)).flat();
    for (const sls of SLS) {
      const own = shuffled.filter((each) => each.sls === sls);
      files.set(sls, Object.fromEntries(own.map(({ id, text }) => [id, text])));
    }
    files.set(ALL, { include: SLS });
    return {
      files,
      roots: new Set(this.#all.filter((chunk) => hasFailed(chunk) && chunk.roots === null).map(({ key }) => key)),
      followers: new Map(this.#all.flatMap(({ key, roots }) => (roots === null ? [] : [[key, roots]]))),
    };
  }
}

/** A tree of `count` states or a few more. */
export function requisiteTree(count: number, seed = 3008): Tree {
  const maker = new Maker(seed);
  for (let turn = 0; maker.size < count - SLS.length; turn++) {
    if (turn % 25 === 7) maker.named(maker.sls());
    else if (turn % 40 === 11) maker.twofold(maker.sls());
    else if (turn % 30 === 13) maker.before(maker.sls());
    else maker.single(maker.sls());
  }
  for (const sls of SLS) if (sls !== LAST) maker.ofFile(sls);
  return maker.end();
}

/** Writes a tree to a folder, for `file_roots`. JSON is YAML. */
export function writeTree({ files }: Tree, folder: string): void {
  for (const [sls, text] of files) {
    const path = join(folder, `${sls.replaceAll('.', '/')}.sls`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(text, null, 1));
  }
}
