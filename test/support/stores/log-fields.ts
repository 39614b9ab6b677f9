// Records as stores of logs keep them: flat, each member a text.

export type Json = Readonly<Record<string, unknown>>;

/** The members of a record by their dotted paths; empty texts left out, as stores leave them out. */
export function fieldsOf(record: Json): Map<string, string> {
  const fields = new Map<string, string>();
  const put = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [name, member] of Object.entries(value)) put(member, path === '' ? name : `${path}.${name}`);
    else {
      const text = typeof value === 'string' ? value : Array.isArray(value) ? JSON.stringify(value) : String(value);
      if (text !== '' && value !== null) fields.set(path, text);
    }
  };
  put(record, '');
  return fields;
}

/** The fields without those of these paths. */
export const without = (fields: ReadonlyMap<string, string>, paths: readonly string[]): Map<string, string> =>
  new Map([...fields].filter(([path]) => !paths.includes(path)));
