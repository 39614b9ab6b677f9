// A report as one page: no network, no script or style but its own.
import { createHash } from 'node:crypto';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { readShipped } from '../disk/shipped.js';
import { printable } from '../text/terminal.js';
import type { ReportData } from './data.js';
import { App } from './page/app.js';

const read = (name: 'main.js' | 'style.css'): string =>
  readShipped(`build/host/report/page/bundle/${name}`).toString().trim();

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What is not visible is made so, so that nothing can hide or reverse text. Lines and tabs stay. */
const visible = (text: string): string => (/^[ -~]*$/.test(text) ? text : lineByLine(text));

const lineByLine = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : printable(part)))
    .join('');

/** A value of JSON with all its texts visible; what needs nothing done stays as it is, for it may be large. */
function visibleIn(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.every((each) => typeof each === 'number') ? value : value.map(visibleIn);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, visibleIn(each)]));
}

/** Data for a script block that is not run: JSON without `<`, so that nothing in it can end the block. */
const dataBlock = (data: ReportData): string => JSON.stringify(data).replaceAll('<', '\\u003c');

/** The page, HTML. Scripts and styles run by their hash alone; all text of the data is escaped by Preact. */
export function pageOf(data: ReportData): string {
  const shown = visibleIn(data) as ReportData;
  const script = read('main.js');
  const style = read('style.css');
  if (/<\/script|<!--/i.test(script)) throw new Error('the script of the page would end its own block');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const inner = (text: string): { dangerouslySetInnerHTML: { __html: string } } => ({
    dangerouslySetInnerHTML: { __html: text },
  });
  const page = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      h('title', null, 'Salt report'),
      h('style', inner(style)),
    ),
    h(
      'body',
      null,
      h('div', { id: 'app' }, h(App, { data: shown })),
      h('script', { id: 'data', type: 'application/json', ...inner(dataBlock(shown)) }),
      h('script', inner(script)),
    ),
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}
