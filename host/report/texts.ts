// Texts that many share, each kept once and as long as somebody holds it.

/** What is told of a text that is not kept. */
export const NO_TEXT = -1;

/** Texts by number. */
export class Texts {
  readonly #numbers = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [];
  readonly #holders: number[] = [];
  readonly #free: number[] = [];
  #characters = 0;

  /** How many characters all have together. */
  get characters(): number {
    return this.#characters;
  }

  /** The number of `text`, which is kept until it is let go of as often as it was held; `NO_TEXT` of an empty one. */
  hold(text: string): number {
    if (text === '') return NO_TEXT;
    const known = this.#numbers.get(text);
    if (known !== undefined) {
      this.#holders[known]!++;
      return known;
    }
    const number = this.#free.pop() ?? this.#texts.length;
    this.#texts[number] = text;
    this.#holders[number] = 1;
    this.#numbers.set(text, number);
    this.#characters += text.length;
    return number;
  }

  letGo(number: number): void {
    if (number === NO_TEXT || --this.#holders[number]! > 0) return;
    const text = this.#texts[number]!;
    this.#characters -= text.length;
    this.#numbers.delete(text);
    this.#texts[number] = undefined;
    this.#free.push(number);
  }

  textOf(number: number): string {
    return this.#texts[number] ?? '';
  }
}

/** Texts as they leave: numbered as they are asked for. */
export class TextList {
  readonly #numbers = new Map<string, number>();

  /** The number of `text` in `list`; `NO_TEXT` of an empty one. */
  readonly numberOf = (text: string): number => {
    if (text === '') return NO_TEXT;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  };

  get list(): string[] {
    return [...this.#numbers.keys()];
  }
}
