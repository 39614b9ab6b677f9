// What outputs put into the bodies of their requests, read back.

/** One event as HEC takes it. */
export interface HecEvent {
  readonly event: Readonly<Record<string, unknown>>;
  readonly [envelope: string]: unknown;
}

/** The events of a HEC request: JSON objects one behind the other, with nothing between them. */
export function hecEvents(body: string): HecEvent[] {
  return JSON.parse(`[${hecTexts(body).join(',')}]`) as HecEvent[];
}

/** The same as text. */
export function hecTexts(body: string): string[] {
  const texts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of body.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{' && depth++ === 0) start = index;
    if (token === '}' && --depth === 0) texts.push(body.slice(start, index + 1));
  }
  return texts;
}

/** One document of a bulk request. */
export interface BulkDocument {
  readonly action: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The document's JSON. */
  readonly source: string;
}

/** The documents of a bulk request: an action's line, a document's line. */
export function bulkDocuments(body: string): BulkDocument[] {
  const lines = body.split('\n').filter((line) => line !== '');
  return lines.flatMap((line, at) =>
    at % 2 === 0 ? [{ action: JSON.parse(line) as BulkDocument['action'], source: lines[at + 1] ?? '' }] : [],
  );
}
