// Globs as the options have them.

/** Whether any of the globs matches a whole text: `*` any characters, `?` one. */
export function anyGlob(globs: readonly string[]): (text: string) => boolean {
  const patterns = globs.map((glob) => {
    const source = glob
      .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]');
    return new RegExp(`^${source}$`, 'u');
  });
  return (text) => patterns.some((pattern) => pattern.test(text));
}
