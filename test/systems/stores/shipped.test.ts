// The index files that are shipped, as files: they have every field of docs/ecs.md, say the same for both stores, and
// fit together.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  STORES,
  type Mapping,
  type StoreName,
  shippedJson,
  shippedMapping,
  shippedTemplate,
} from '../../support/stores/templates.js';

const FLATTENED = { opensearch: 'flat_object', elasticsearch: 'flattened' } as const;

/** The fields of docs/ecs.md with what its table calls their types. */
function documented(): [field: string, type: string][] {
  const rows = readFileSync('docs/ecs.md', 'utf8').matchAll(/^\| (`[^|]*?) +\| ([^|]*?) +\|/gm);
  return [...rows].flatMap(([, names, type]) =>
    [...names!.matchAll(/`([^`]+)`/g)].map(([, name]): [string, string] => [name!, type!]),
  );
}

/** The mapping of a field; undefined where there is none. */
function fieldOf(mapping: Mapping, name: string): Mapping | undefined {
  return name.split('.').reduce<Mapping | undefined>((each, part) => each?.properties?.[part], mapping);
}

/** A mapping with every parameter, the type of flattened fields in one spelling. */
function comparable(mapping: Mapping): unknown {
  const flattened = (each: unknown): boolean => Object.values(FLATTENED).includes((each as Mapping)?.type as never);
  return JSON.parse(JSON.stringify(mapping, (_, each: unknown) => (flattened(each) ? 'flattened' : each)));
}

describe.each(STORES)('examples/%s', (store: StoreName) => {
  it('maps every field of docs/ecs.md as the type that it has there', () => {
    const mapping = shippedMapping(store, 'ecs');
    const fields = documented();
    expect(fields.length).toBeGreaterThanOrEqual(40);
    for (const [name, type] of fields) {
      const found = fieldOf(mapping, name.replace(/\.\*$/, ''));
      const { type: given = 'object', dynamic } = found ?? { type: 'nothing' };
      const expected =
        type === 'flattened'
          ? { given: FLATTENED[store] }
          : type === 'object of keywords'
            ? { given: 'object', dynamic: true }
            : name === 'event.original'
              ? { given: 'keyword' } // a keyword can be left out of the index and out of columns
              : { given: name.endsWith('.*') ? 'object' : type.replace(/ \(a list\)/, '') };
      expect({ name, given, dynamic }).toEqual({ name, dynamic: undefined, ...expected });
    }
  });

  it('names one alias and one policy in all files', () => {
    const [ecs, plain] = [shippedTemplate(store, 'ecs'), shippedTemplate(store, 'plain')];
    const lifecycle = JSON.stringify(shippedJson(store, 'lifecycle.json'));
    for (const { index_patterns: patterns, template } of [ecs, plain]) {
      const [alias, following] = patterns;
      expect(patterns).toEqual([alias, `${alias}-*`]);
      expect(Object.entries(template.settings).find(([name]) => name.endsWith('rollover_alias'))?.[1]).toBe(alias);
      if (store === 'opensearch') expect(lifecycle).toContain(JSON.stringify(following));
      else expect(template.settings['index.lifecycle.name']).toBe('saltflat');
    }
    expect(Object.keys(shippedJson(store, 'first-index.json')['aliases'] as object)).toEqual([ecs.index_patterns[0]]);
  });

  it('has a README whose commands put each of its files where it belongs', () => {
    const folder = join('examples', store);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const puts = [...readme.matchAll(/-X PUT "\$\w+\/([^"]+)".* --data-binary @(\S+)/g)].map(([, to, file]) => [
      file,
      to,
    ]);
    const policies = { opensearch: '_plugins/_ism/policies/saltflat', elasticsearch: '_ilm/policy/saltflat' };
    expect(puts).toEqual(
      expect.arrayContaining([
        ['lifecycle.json', policies[store]],
        ['template-ecs.json', '_index_template/salt-states'],
        ['template-plain.json', '_index_template/salt-records'],
        ['first-index.json', 'salt-states-000001'],
      ]),
    );
    for (const [file] of puts) expect(existsSync(join(folder, file!))).toBe(true);
  });
});

it.each(['ecs', 'plain'] as const)('the templates of both stores give the same types (%s)', (form) => {
  expect(comparable(shippedMapping('elasticsearch', form))).toEqual(comparable(shippedMapping('opensearch', form)));
});
