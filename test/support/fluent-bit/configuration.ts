// Texts of configurations, changed for a test or a benchmark.

/** A configuration with other values in its `env` block. Throws where a name does not stand there exactly once. */
export function withEnv(text: string, values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).reduce((configured, [name, value]) => {
    const line = new RegExp(`^  ${name}: .*$`, 'gm');
    if (configured.match(line)?.length !== 1) throw new Error(`the configuration does not set ${name} once`);
    return configured.replace(line, `  ${name}: ${value}`);
  }, text);
}

/**
 * Replaces a text that stands in a configuration, for a test that needs another setting; throws where it does not stand
 * there.
 */
export function edit(text: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((edited, [from, to]) => {
    if (!edited.includes(from)) throw new Error(`the configuration has no ${JSON.stringify(from)}`);
    return edited.replace(from, () => to);
  }, text);
}
