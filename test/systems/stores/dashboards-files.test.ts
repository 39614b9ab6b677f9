// The dashboards as files: made of their source, complete, and about fields that the shipped templates have.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../../support/command.js';
import {
  type SavedObject,
  controlsOf,
  parsed,
  queryOf,
  shippedObjects,
  visState,
} from '../../support/stores/dashboards.js';
import { type Mapping, STORES, shippedMapping } from '../../support/stores/templates.js';

const root = temporaryDirectory();

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Panel {
  readonly panelIndex: string;
  readonly panelRefName: string;
  readonly gridData: Place & { readonly i: string };
}

/** The types of all fields of a mapping by their names, those under another spelling too. */
function typesOf({ properties = {} }: Mapping, prefix = ''): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(properties).map(([name, mapping]) =>
      mapping.properties === undefined ? { [prefix + name]: mapping.type } : typesOf(mapping, `${prefix}${name}.`),
    ),
  ) as Record<string, string>;
}

/** The fields that a query in Lucene's language names. */
const fieldsIn = (query: string): string[] => [...query.matchAll(/([\w.@]+):/g)].map(([, field]) => field!);

/** Every field that a saved object names, and what it is for. */
function fieldsOf(object: SavedObject): { name: string; use: 'search' | 'aggregate' | 'sum' | 'show' | 'time' }[] {
  const named = (use: 'search' | 'aggregate' | 'sum' | 'show' | 'time', names: readonly string[]) =>
    names.map((name) => ({ name, use }));
  if (object.type === 'index-pattern')
    return [
      ...named('time', [object.attributes['timeFieldName'] as string]),
      ...named('show', Object.keys(parsed(object, 'fieldFormatMap') as object)),
    ];
  const own = named('search', fieldsIn(queryOf(object)?.query ?? ''));
  if (object.type === 'search')
    return [
      ...own,
      ...named('show', object.attributes['columns'] as string[]),
      ...named(
        'time',
        (object.attributes['sort'] as string[][]).map(([field]) => field!),
      ),
    ];
  if (object.type === 'dashboard') return [...own, ...named('aggregate', Object.values(controlsOf(object)))];
  const { aggs, params } = visState(object);
  const ratios = (params.series ?? []).flatMap(({ metrics }) => metrics);
  return [
    ...own,
    ...named('time', params.time_field === undefined ? [] : [params.time_field]),
    ...named(
      'search',
      ratios.flatMap(({ numerator, denominator }) => fieldsIn(`${numerator.query} ${denominator.query}`)),
    ),
    ...named('aggregate', Object.values(controlsOf(object))),
    ...aggs.flatMap(({ type, params: { field, filters, sortField } }) => [
      ...named(
        type === 'top_hits'
          ? 'show'
          : type === 'date_histogram'
            ? 'time'
            : type === 'max' || type === 'avg'
              ? 'sum'
              : 'aggregate',
        field === undefined ? [] : [field],
      ),
      ...named('sum', sortField === undefined ? [] : [sortField as string]),
      ...named(
        'search',
        (filters ?? []).flatMap(({ input }) => fieldsIn(input.query)),
      ),
    ]),
  ];
}

/** The types that a use of a field needs. */
const TYPES = {
  search: ['keyword', 'boolean', 'long', 'double', 'date'],
  aggregate: ['keyword'],
  sum: ['long', 'double', 'date'],
  show: ['keyword', 'boolean', 'long', 'double', 'date', 'text'],
  time: ['date'],
};

const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

it('the dashboards that are shipped are those that the source makes', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/dashboards/build.mjs', root], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const store of STORES) {
    const [made, shipped] = [root, 'examples'].map((folder) =>
      readFileSync(join(folder, store, 'dashboards.ndjson'), 'utf8'),
    );
    expect(shipped).toBe(made); // else: node scripts/dashboards/build.mjs
  }
});

it('both products get the same panels', () => {
  const ofOneProduct = ['index_pattern', 'use_kibana_indexes', 'index_pattern_ref_name'];
  const panelsOf = (objects: readonly SavedObject[]): unknown[] =>
    objects
      .filter(({ type, id }) => (type === 'visualization' || type === 'search') && id !== 'saltflat-controls')
      .map((object) => {
        if (object.type === 'search') return object.attributes;
        const { params, ...shown } = visState(object);
        const same = Object.fromEntries(Object.entries(params).filter(([name]) => !ofOneProduct.includes(name)));
        return { ...object.attributes, visState: { ...shown, params: same } };
      });
  const [one, other] = STORES.map((store) => panelsOf(shippedObjects(store)));
  expect(one).toHaveLength(9);
  expect(one).toEqual(other);
});

describe.each(STORES)('the dashboard for %s', (store) => {
  const objects = shippedObjects(store);
  const dashboard = objects.find(({ type }) => type === 'dashboard')!;
  const panels = parsed(dashboard, 'panelsJSON') as Panel[];

  it('has only references that resolve, and no object that nothing refers to', () => {
    const ids = objects.map(({ type, id }) => `${type}:${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    const referred = objects.flatMap(({ references }) => references.map(({ type, id }) => `${type}:${id}`));
    expect(new Set(referred)).toEqual(new Set(ids.filter((id) => id !== 'dashboard:saltflat')));
  });

  it('names each reference where its objects look for it', () => {
    for (const { type, id, attributes, references } of objects) {
      const text = JSON.stringify(attributes);
      for (const { name } of references) {
        const [, own = name] = /^[\w-]+:(panel_[\w-]+)$/.exec(name) ?? [];
        const control = /^controlGroup_(\w+):optionsListDataView$/.exec(name)?.[1];
        expect({ type, id, name, isUsed: text.includes(control ?? own) }).toEqual({ type, id, name, isUsed: true });
      }
    }
  });

  it('keeps the ids that people have links to', () => {
    expect(objects.map(({ id }) => id).filter((id) => id !== 'saltflat-controls')).toEqual([
      'salt-states',
      'saltflat-success',
      'saltflat-numbers',
      'saltflat-changes-over-time',
      'saltflat-root-causes',
      'saltflat-failed-states',
      'saltflat-failing-minions',
      'saltflat-compile-errors',
      'saltflat-slowest-states',
      'saltflat-drift',
      'saltflat',
    ]);
  });

  it('places every panel once, inside the 48 columns, none over another', () => {
    const shown = objects.filter(({ type }) => type === 'visualization' || type === 'search').map(({ id }) => id);
    const placed = panels.map(({ panelIndex, panelRefName, gridData }) => {
      expect(gridData.i).toBe(panelIndex);
      expect(gridData.x + gridData.w).toBeLessThanOrEqual(48);
      return dashboard.references.find(({ name }) => name.endsWith(panelRefName))!.id;
    });
    expect([...placed].sort()).toEqual([...shown].sort());
    const over = panels.flatMap(({ panelIndex: a, gridData }) =>
      panels
        .filter(({ panelIndex: b, gridData: other }) => a < b && overlap(gridData, other))
        .map(({ panelIndex: b }) => [a, b]),
    );
    expect(over).toEqual([]);
  });

  it('uses only fields of the shipped template, each as its type allows', () => {
    const types = typesOf(shippedMapping(store, 'ecs'));
    const wrong = objects.flatMap((object) =>
      fieldsOf(object)
        .filter(({ name, use }) => !TYPES[use].includes(types[name]!))
        .map(({ name, use }) => `${object.id}: ${name} (${types[name]}) to ${use}`),
    );
    expect(wrong).toEqual([]);
    const used = new Set(objects.flatMap(fieldsOf).map(({ name }) => name));
    for (const name of ['event.created', 'host.name', 'salt.state.key', 'salt.state.sls', 'event.duration', 'message'])
      expect(used).toContain(name);
  });
});
