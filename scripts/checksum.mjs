// Writes `build/saltflat.wasm.sha256`, for `sha256sum -c` in the folder of the module.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { URL } from 'node:url';

const module = new URL('../build/saltflat.wasm', import.meta.url);
const digest = createHash('sha256').update(readFileSync(module)).digest('hex');
writeFileSync(new URL('../build/saltflat.wasm.sha256', import.meta.url), `${digest}  saltflat.wasm\n`);
