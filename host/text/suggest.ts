// "Did you mean …?" for words that are none of those allowed: in an options file, in an address.

/** How many letters must be added, removed, changed or swapped with a neighbour to make one word of another. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next[j] = Math.min(
        row[j]! + 1,
        next[j - 1]! + 1,
        row[j - 1]! + (isSame ? 0 : 1),
        isSwap ? before[j - 2]! + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return row[to.length]!;
}

/**
 * The one of `words` that `word` is most like, where it is like one: a third of its letters, three at most, may differ.
 */
export function closest(word: string, words: readonly string[]): string | undefined {
  const most = Math.min(3, Math.ceil(word.length / 3));
  const near = words.map((each) => ({ each, far: distance(word.toLowerCase(), each.toLowerCase()) }));
  return near.filter(({ far }) => far <= most).sort((a, b) => a.far - b.far)[0]?.each;
}

/** ` (did you mean members?)`, to be put behind a mistake; empty where nothing allowed is like what was given. */
export function suggestion(mistake: string): string {
  const member = /^(?:.*\.)?([^.]+): unknown member; allowed: (.+)$/s.exec(mistake);
  const value = /: expected one of (".+"), not "(.*)"$/s.exec(mistake);
  const found =
    member !== null
      ? closest(member[1]!, member[2]!.split(', '))
      : value !== null
        ? closest(value[2]!, value[1]!.slice(1, -1).split('", "'))
        : undefined;
  if (found === undefined) return '';
  return ` (did you mean ${member !== null ? found : `"${found}"`}?)`;
}
