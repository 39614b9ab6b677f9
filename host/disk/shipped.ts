// What lies in the package beside the host. In the single executable it is inside: there `scripts/packages/shipped.mjs`
// stands for this file.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The files that the host needs, by their paths in the package. */
export const SHIPPED = [
  'package.json',
  'saltflat.schema.json',
  'build/saltflat.wasm',
  'build/host/report/page/bundle/main.js',
  'build/host/report/page/bundle/style.css',
  'examples/events/demo.ndjson',
] as const;

export type Shipped = (typeof SHIPPED)[number];

const ROOT = new URL('../../../', import.meta.url);

/** Where one of them can be read by its path. */
export const shippedPath = (name: Shipped): string => fileURLToPath(new URL(name, ROOT));

/** The bytes of one of them. Throws what `readFileSync` does. */
export const readShipped = (name: Shipped): Buffer<ArrayBuffer> => readFileSync(shippedPath(name));
