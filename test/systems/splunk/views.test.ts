// The dashboards of the Splunk app, in Simple XML and in Dashboard Studio. No Splunk drew them: structure, names and
// fields are checked.
import { readConf } from '../../support/splunk/conf.js';
import { records, run } from '../../support/command.js';
import { MASTERLESS_EVENTS, MASTER_EVENTS } from '../../support/fluent-bit/events.js';
import { elements, fieldsOf, readXml } from '../../support/splunk/views.js';

interface Position {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Visualization {
  readonly type: string;
  readonly title: string;
  readonly dataSources: Readonly<Record<string, string>>;
  readonly eventHandlers?: readonly { type: string; options: { tokens: readonly { token: string; key: string }[] } }[];
}
interface Studio {
  readonly dataSources: Readonly<Record<string, { type: string; options: { query: string } }>>;
  readonly visualizations: Readonly<Record<string, Visualization>>;
  readonly inputs: Readonly<Record<string, { type: string; options: { token: string } }>>;
  readonly layout: {
    readonly options: { readonly width: number; readonly height: number };
    readonly structure: readonly { item: string; position: Position }[];
    readonly globalInputs: readonly string[];
  };
}

const VIEWS = 'default/data/ui/views';
const xml = readXml(`${VIEWS}/saltflat.xml`);
const studioXml = readXml(`${VIEWS}/saltflat_studio.xml`);
const studio = JSON.parse(elements(studioXml, 'definition')[0]!.textContent!) as Studio;

const simpleSearches = elements(xml, 'query').map((query) => query.textContent!);
const studioSearches = Object.values(studio.dataSources).map(({ options }) => options.query);
const tokensOf = (text: string): string[] =>
  [...text.matchAll(/\$([a-z_]+)(?:\.\w+)?(?:\|\w)?\$/g)].map(([, name]) => name!);

/** Fields that Splunk itself gives an event. */
const SPLUNK = ['_time', '_raw', 'host', 'sourcetype', 'index'];

describe('the searches of both dashboards', () => {
  it('are the same: gauge, failed states, minions, slowest, changes, jobs without state results', () => {
    expect([...simpleSearches].sort()).toEqual([...studioSearches].sort());
    expect(simpleSearches.length).toBe(10);
  });

  it('name fields that records of the real events have, or that props.conf calculates', async () => {
    const options = ['--options', 'examples/fluent-bit/saltflat.json'];
    const { stdout } = await run(['replay', '-q', ...options], `${MASTER_EVENTS}${MASTERLESS_EVENTS}{"broken\n`);
    const calculated = [...readConf('props.conf').get('salt:state')!.keys()].flatMap(
      (name) => /^EVAL-(.+)/.exec(name)?.[1] ?? [],
    );
    const known = new Set([...records(stdout).flatMap((record) => Object.keys(record)), ...calculated, ...SPLUNK]);
    expect(known).toContain('error');
    for (const search of simpleSearches) {
      const fields = fieldsOf(search);
      expect(fields.length).toBeGreaterThan(0);
      expect({ search, unknown: fields.filter((field) => !known.has(field)) }).toEqual({ search, unknown: [] });
    }
  });

  it('compare with values that exist', () => {
    const kinds = readConf('props.conf').get('salt:state')!.get('EVAL-salt_kind');
    for (const search of simpleSearches) {
      for (const [, kind] of search.matchAll(/salt_kind!?="?(\w+)/g)) expect(kinds).toContain(`"${kind}"`);
      for (const [, type] of search.matchAll(/event_type="?(\w+)/g))
        expect(['state_return', 'fun_return', 'malformed']).toContain(type);
    }
  });

  it('begin with the macro that says where the records are, and count once what came twice', () => {
    const macros = readConf('macros.conf');
    for (const search of simpleSearches) {
      expect(search).toMatch(/^`saltflat_records` /);
      expect(search).toContain('| `saltflat_once` |');
      for (const [, name] of search.matchAll(/`(\w+)`/g)) expect([...macros.keys()]).toContain(name);
    }
  });

  it('take the minion and the state quoted, so that no text from outside becomes a search', () => {
    for (const search of simpleSearches)
      for (const [token] of search.matchAll(/\$[^$]+\$/g)) expect(token).toMatch(/^\$(minion|state)\|s\$$/);
  });

  it('finds a wrong field, so that the checks above mean something', () => {
    expect(
      fieldsOf('`x` event_type=state_return | stats count(eval(nosuch="a")) AS n BY minion_id | eval m=n'),
    ).toEqual(['event_type', 'nosuch', 'minion_id']);
  });
});

describe('saltflat.xml', () => {
  it('is a form of rows of panels, each with a title and one search over the chosen time', () => {
    expect([xml.tagName, xml.getAttribute('version')]).toEqual(['form', '1.1']);
    const panels = elements(xml, 'panel');
    expect(panels.length).toBe(simpleSearches.length);
    for (const panel of panels) {
      expect((panel.parentNode as unknown as { tagName: string }).tagName).toBe('row');
      const [search, ...others] = elements(panel, 'search');
      expect(others).toEqual([]);
      expect(elements(panel, 'title')[0]!.textContent).not.toBe('');
      const child = (name: string): string | null | undefined => elements(search!, name)[0]?.textContent;
      expect([child('earliest'), child('latest')]).toEqual(['$time.earliest$', '$time.latest$']);
    }
  });

  it('has for each token an input, or a click that sets it from a column of the table', () => {
    const inputs = elements(xml, 'input').map((input) => input.getAttribute('token')!);
    const clicks = elements(xml, 'set');
    const known = new Set([...inputs, ...clicks.map((set) => set.getAttribute('token')!)]);
    expect(known).toEqual(new Set(['time', 'minion', 'state']));
    for (const text of elements(xml, 'panel').flatMap((panel) =>
      tokensOf(panel.textContent!.replace(/\$row\.\w+\$/g, '')),
    ))
      expect(known).toContain(text);
    expect(clicks.map((set) => set.textContent)).toEqual(['$row.state_name$', '$row.state_name$']);
    for (const set of clicks) {
      const panel = set.parentNode!.parentNode as Parameters<typeof elements>[0];
      expect(elements(panel, 'query')[0]!.textContent).toMatch(/\bBY state_name\b/);
    }
    const hidden = elements(xml, 'row').filter((row) => row.getAttribute('depends') === '$state$');
    expect(hidden.map((row) => elements(row, 'query')[0]!.textContent)).toEqual([
      expect.stringContaining('state_name=$state|s$'),
    ]);
  });
});

describe('saltflat_studio.xml', () => {
  it('is a dashboard of version 2 with a JSON definition', () => {
    expect([studioXml.tagName, studioXml.getAttribute('version')]).toEqual(['dashboard', '2']);
    expect(Object.values(studio.dataSources).map(({ type }) => type)).toEqual(studioSearches.map(() => 'ds.search'));
  });

  it('places each visualization once, inside the canvas, none over another', () => {
    const { structure, options } = studio.layout;
    expect(structure.map(({ item }) => item).sort()).toEqual(Object.keys(studio.visualizations).sort());
    for (const [at, { position: a }] of structure.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.w <= options.width && a.y + a.h <= options.height).toBe(true);
      for (const { position: b } of structure.slice(at + 1)) {
        expect(a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).toBe(false);
      }
    }
  });

  it('uses data sources that exist, every one of them, and tokens that have an input', () => {
    const used = Object.values(studio.visualizations).flatMap(({ dataSources }) => Object.values(dataSources));
    expect([...used].sort()).toEqual(Object.keys(studio.dataSources).sort());
    expect([...studio.layout.globalInputs].sort()).toEqual(Object.keys(studio.inputs).sort());
    const tokens = new Set(Object.values(studio.inputs).map(({ options }) => options.token));
    for (const name of tokensOf(JSON.stringify(studio))) expect(tokens).toContain(name);
    for (const { dataSources, eventHandlers = [] } of Object.values(studio.visualizations))
      for (const { type, options } of eventHandlers) {
        expect(type).toBe('drilldown.setToken');
        expect(options.tokens).toEqual([{ token: 'state', key: 'row.state_name.value' }]);
        expect(studio.dataSources[dataSources['primary']!]!.options.query).toMatch(/\bBY state_name\b/);
      }
  });

  it('has a gauge and the table of the top 20 failed states, as the other one', () => {
    const { viz_success: gauge, viz_top_failed: top } = studio.visualizations;
    expect([gauge?.type, top?.type]).toEqual(['splunk.markergauge', 'splunk.table']);
    expect(studio.dataSources['ds_top_failed']!.options.query).toMatch(/salt_kind=failed .*\| sort 20 -failures/);
  });
});

it('the navigation names views that are there', () => {
  const views = elements(readXml('default/data/ui/nav/default.xml'), 'view').map((view) => view.getAttribute('name'));
  expect(views).toEqual(['saltflat', 'saltflat_studio', 'search']); // the last is Splunk's own
});
