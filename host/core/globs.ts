// Globs as Salt's targets have them (Python's `fnmatch`): `*`, `?`, `[seq]` and `[!seq]`, for the whole name, case
// included.

/** What a glob matches. A `[` that is not closed stands for itself. */
export function globPattern(glob: string): RegExp {
  let pattern = '';
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at]!;
    // `*` is lazy and runs of it are one: no name makes it slow.
    if (character === '*') pattern += pattern.endsWith('.*') ? '' : '.*';
    else if (character === '?') pattern += '.';
    else {
      const set = character === '[' ? setAt(glob, at) : null;
      pattern += set === null ? character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&') : set.pattern;
      if (set !== null) at = set.end - 1;
    }
  }
  return new RegExp(`^${pattern}$`, 'su');
}

/**
 * The `[seq]` at `start`, as a regular expression has it, and where it ends; null where it is not closed, or matches
 * nothing.
 */
function setAt(glob: string, start: number): { pattern: string; end: number } | null {
  const isNot = glob[start + 1] === '!';
  const first = start + (isNot ? 2 : 1);
  const end = glob.indexOf(']', first + 1); // a `]` that comes first is one of the set
  if (end < 0) return null;
  const members = glob.slice(first, end).replace(/[\\\]^[]/g, '\\$&');
  const pattern = `[${isNot ? '^' : ''}${members}]`;
  try {
    new RegExp(pattern, 'u');
  } catch {
    return null; // a range from behind: `[z-a]`
  }
  return { pattern, end: end + 1 };
}
