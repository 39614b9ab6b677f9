// Numbers of states: one each `state_name` in each SLS file, the first ones that come.
import { OTHERS } from './data.js';
import type { StateName } from './data-runs.js';

/** States by number, from 1; all that find no room share the number `OTHERS`. */
export class StateNumbers {
  readonly #max: number;
  readonly #maxCharacters: number;
  // By name first: that string is hashed once for this and for all other tables.
  readonly #byName = new Map<string, Map<number, number>>();
  readonly #names: StateName[] = [['', OTHERS]];
  #characters = 0;
  #isCut = false;

  /** `max`: how many are kept; `maxCharacters`: of how many characters together. */
  constructor(max: number, maxCharacters: number) {
    this.#max = max;
    this.#maxCharacters = maxCharacters;
  }

  /** Whether a state found no room. */
  get isCut(): boolean {
    return this.#isCut;
  }

  numberOf(name: string, sls: number): number {
    let numbers = this.#byName.get(name);
    const known = numbers?.get(sls);
    if (known !== undefined) return known;
    if (this.#names.length > this.#max || this.#characters >= this.#maxCharacters) {
      this.#isCut = true;
      return OTHERS;
    }
    if (numbers === undefined) this.#byName.set(name, (numbers = new Map<number, number>()));
    numbers.set(sls, this.#names.length);
    this.#characters += name.length;
    return this.#names.push([name, sls]) - 1;
  }

  /** Them by number. */
  get names(): readonly StateName[] {
    return this.#names;
  }
}
