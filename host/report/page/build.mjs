// Puts the page's script and style together, each one file, with the licences of what is in them.
import { readFileSync } from 'node:fs';
import { URL, fileURLToPath } from 'node:url';
import { build } from 'esbuild-wasm';

const root = new URL('../../../', import.meta.url);
const licence = (name, file) =>
  `/*! ${name}\n${readFileSync(new URL(`node_modules/${name}/${file}`, root), 'utf8').trim()}\n*/`;

await build({
  absWorkingDir: fileURLToPath(root),
  entryPoints: ['host/report/page/main.ts', 'host/report/page/style.css'],
  outdir: 'build/host/report/page/bundle',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'none', // the whole texts stand in the banner
  banner: {
    js: [
      ['preact', 'LICENSE'],
      ['chart.js', 'LICENSE.md'],
      ['@kurkle/color', 'LICENSE.md'],
    ]
      .map((each) => licence(...each))
      .join('\n'),
  },
  logLevel: 'warning',
});
process.exit(0); // its helper process would keep this one
