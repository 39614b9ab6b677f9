// The index templates that are shipped, as the tests' servers take them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from './server.js';

export const STORES = ['opensearch', 'elasticsearch'] as const;
export type StoreName = (typeof STORES)[number];

/** The form of records: by `flatten_ecs`, by `flatten`. */
export type Form = 'ecs' | 'plain';

/** An index template, as far as tests look at it. */
export interface Template {
  readonly index_patterns: readonly string[];
  readonly template: { readonly settings: Record<string, unknown>; readonly mappings: Mapping };
}

/** The types of an index, or of an object in it. */
export interface Mapping {
  readonly type?: string;
  readonly dynamic?: boolean;
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly [parameter: string]: unknown;
}

/** What a file of `examples` says. */
export function shippedJson(store: StoreName, file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(process.cwd(), 'examples', store, file), 'utf8')) as Record<string, unknown>;
}

/** A shipped template. */
export function shippedTemplate(store: StoreName, form: Form): Template {
  return shippedJson(store, `template-${form}.json`) as unknown as Template;
}

/** The mapping of a shipped template. */
export const shippedMapping = (store: StoreName, form: Form): Mapping => shippedTemplate(store, form).template.mappings;

/**
 * Puts a shipped template on a server, without its settings: they name the lifecycle, which is a plugin's, and the
 * tests' servers have none and refuse them.
 */
export async function putTemplate(server: Store, store: StoreName, form: Form): Promise<void> {
  const shipped = shippedTemplate(store, form);
  const body = { ...shipped, template: { mappings: shipped.template.mappings } };
  await server.request('PUT', `/_index_template/${shipped.index_patterns[0]}`, body);
}
