// Programs of users, in TypeScript: what the types of the package have to allow, and what not.

/** In Node. Prints the number of failed states of the bundled events, three times. */
export const NODE = `
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  type EcsRecord, MODULE_PATH, type Options, OptionsError, type SaltRecord, type Saltflat, type StreamCounts, VERSION, load,
  nodeStream, webStream,
} from 'saltflat';

const events = fileURLToPath(new URL('examples/events/demo.ndjson', import.meta.resolve('saltflat/package.json')));
const options: Options = { only: 'failed', id: true };
const saltflat: Saltflat = await load({ options });
const stream = createReadStream(events).pipe(nodeStream(saltflat, { format: 'ndjson', file: events }));
let bytes = 0;
for await (const chunk of stream) bytes += (chunk as Uint8Array).length;
const counts: Readonly<StreamCounts> = stream.counts;
const web: TransformStream<string | Uint8Array, EcsRecord> = webStream(saltflat, { preset: 'flatten_ecs' });
let records = 0;
for await (const { salt } of Readable.toWeb(createReadStream(events)).pipeThrough(web as never) as AsyncIterable<EcsRecord>)
  if (salt?.kind === 'failed') records++;
const line: SaltRecord[] = saltflat.flatten('{');
if (line[0]?.event_type !== 'malformed' || bytes === 0) throw new Error('no record');
// @ts-expect-error: there is no such preset
const preset = () => saltflat.flatten('{}', { preset: 'flaten' });
// @ts-expect-error: there is no such format
const format = () => nodeStream(saltflat, { format: 'json' });
// @ts-expect-error: counts are for reading
const count = () => (stream.counts.failed = 0);
// @ts-expect-error: there is no such word
const word: Options = { only: 'chaged' };
// @ts-expect-error: there is no such option
const refused: unknown = await load({ options: { ids: true } }).catch((error: unknown) => error);
if (!(refused instanceof OptionsError)) throw new Error('not refused');
console.log(VERSION, counts.failed, records, refused.mistakes.length, MODULE_PATH === fileURLToPath(import.meta.resolve('saltflat/saltflat.wasm')));
export { preset, format, count, word };
`;

/** In a browser, with nothing of Node. */
export const BROWSER = `
import { type SaltRecord, load, webStream } from 'saltflat';
// @ts-expect-error: there are no streams of Node
import { nodeStream } from 'saltflat';

export async function failed(body: ReadableStream<Uint8Array>, module: Response): Promise<SaltRecord[]> {
  const saltflat = await load({ module, options: { only: 'failed' } });
  const reader = body.pipeThrough(webStream(saltflat)).getReader();
  const records: SaltRecord[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) records.push(next.value);
  return records;
}
export { nodeStream };
`;

/** The compiler's options for each, strict; the declarations of the package itself are checked too. */
export const COMPILERS = {
  NodeNext: { module: 'NodeNext', moduleResolution: 'NodeNext', types: ['node'] },
  Bundler: { module: 'ESNext', moduleResolution: 'Bundler', types: ['node'] },
  browser: { module: 'ESNext', moduleResolution: 'Bundler', types: [], customConditions: ['browser'] },
} as const;
