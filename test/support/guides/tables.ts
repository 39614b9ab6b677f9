// The tables of a guide: what they name, in code.

/** A row's cells as they are written. */
export type Row = readonly string[];

/** The rows of the tables below a heading, their own headings left out. Throws where there are none. */
export function rowsBelow(text: string, heading: string): Row[] {
  const from = text.split('\n').findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  const rows: Row[] = [];
  let isBody = false;
  for (const line of text.split('\n').slice(from + 1)) {
    if (/^#+ /.test(line)) break;
    if (/^\| *-/.test(line)) isBody = true;
    else if (!line.startsWith('|')) isBody = false;
    else if (isBody)
      rows.push(
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
  }
  if (from === -1 || rows.length === 0) throw new Error(`no table below "${heading}"`);
  return rows;
}

/** What a cell names in code. */
export const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

/** The value at a dotted path, `salt.state.id`; undefined where there is none. */
export function at(record: unknown, path: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined;
  const members = record as Record<string, unknown>;
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? members[first] : at(members[first], rest.join('.'));
}
