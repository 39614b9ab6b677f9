// The app's dashboards, read: their searches, and the fields that those name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser, type Document, type Element } from '@xmldom/xmldom';
import { APP } from './conf.js';

/** A file of the app as XML. Throws where it is not well-formed. */
export function readXml(path: string): Element {
  const text = readFileSync(join(APP, path), 'utf8');
  const onError = (level: string, message: string): never => {
    throw new Error(`${path}: ${level}: ${message}`);
  };
  const document: Document = new DOMParser({ onError }).parseFromString(text, 'text/xml');
  if (document.documentElement === null) throw new Error(`${path}: no element`);
  return document.documentElement;
}

/** The elements of a name below another, in their order. */
export const elements = (below: Element, name: string): Element[] => [...below.getElementsByTagName(name)];

/** Words of SPL's language in the app's searches: commands, their clauses and functions. */
const SPL = new Set(
  `stats count dc latest max avg eval if null floor round strftime fields table sort timechart json_extract AS BY OR AND NOT dedup
   keepempty true`.split(/\s+/),
);

/** What a search names as fields, less those that it makes itself. */
export function fieldsOf(search: string): string[] {
  const bare = search.replace(/`[^`]*`|"[^"]*"|\$[^$]+\$/g, ' ');
  const made = new Set([
    ...[...bare.matchAll(/\bAS\s+(\w+)/g)].map(([, name]) => name!),
    ...[...bare.matchAll(/\beval\s+(\w+)\s*=/g)].map(([, name]) => name!),
  ]);
  // In a search's first part, the right side of = is a word to look for.
  const [first, ...others] = bare.split('|');
  const named = [first!.replace(/(!?=)\s*\S+/g, '$1'), ...others].join('|');
  const words = named.match(/\b[A-Za-z_]\w*(?:\.\w+)*\b/g) ?? [];
  return [...new Set(words)].filter((word) => !SPL.has(word) && !made.has(word));
}
