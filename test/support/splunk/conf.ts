// Splunk's .conf files as Splunk reads them: stanzas, `name = value`, comments only as whole lines, a backslash that
// ends a line joins the next one (props.conf.spec, "About configuration files").
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const APP = join(process.cwd(), 'examples/splunk/saltflat');

/** The settings of one stanza. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * The stanzas of a file by their name without brackets. Throws at a line that is none of the above, and at what stands
 * twice.
 */
export function parseConf(text: string): Map<string, Stanza> {
  const stanzas = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  const joined = text.replaceAll('\\\n', '\0');
  for (const line of joined.split('\n')) {
    const logical = line.replaceAll('\0', '\n');
    if (/^\s*(#|$)/.test(logical)) continue;
    const header = /^\[(.*)\]\s*$/.exec(logical);
    if (header !== null) {
      if (stanzas.has(header[1]!)) throw new Error(`the stanza ${logical} stands twice`);
      stanzas.set(header[1]!, (current = new Map<string, string>()));
      continue;
    }
    const setting = /^([^=\s]+)\s*=\s*([\s\S]*?)\s*$/.exec(logical);
    if (setting === null || current === undefined) throw new Error(`neither stanza nor setting: ${logical}`);
    if (current.has(setting[1]!)) throw new Error(`${setting[1]} stands twice in a stanza`);
    current.set(setting[1]!, setting[2]!);
  }
  return stanzas;
}

/** A file of the app's `default` folder. */
export const readConf = (name: string): Map<string, Stanza> =>
  parseConf(readFileSync(join(APP, 'default', name), 'utf8'));

/** A setting that has to be there. */
export function settingOf(stanza: Stanza | undefined, name: string): string {
  const value = stanza?.get(name);
  if (value === undefined) throw new Error(`no setting ${name}`);
  return value;
}
