// Grafana's dashboards as files: made of their source, by Grafana's own types, LogQL by Grafana's own grammar. No
// Grafana was to be had to render them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@grafana/lezer-logql';
import ts from 'typescript';
import { temporaryDirectory } from '../../support/command.js';
import { ALL, type Panel, STORES, UIDS, dashboard, textOf, withValues } from '../../support/grafana/dashboards.js';

const root = temporaryDirectory();
const EACH = STORES.flatMap((store) => UIDS.map((uid) => [store, uid] as const));
const VALUES = { ...ALL, jid: '20261130090000484804', state: 'file_|-a_|-/etc/a_|-managed' };

/** Where Grafana's types of a panel's options and of its fields are. */
const TYPES: Readonly<Record<string, string>> = {
  gauge: 'gauge/panelcfg/x/GaugePanelCfg',
  stat: 'stat/panelcfg/x/StatPanelCfg',
  timeseries: 'timeseries/panelcfg/x/TimeSeriesPanelCfg',
  table: 'table/panelcfg/x/TablePanelCfg',
  logs: 'logs/panelcfg/x/LogsPanelCfg',
};

/**
 * A program that compiles where the dashboard is what Grafana's types say. Enumerations are written as their values.
 */
function programOf(text: string, panels: readonly Panel[]): string {
  const types = [...new Set(panels.map(({ type }) => type))];
  const checked = panels.map(
    ({ type, options, fieldConfig }) =>
      `void (${JSON.stringify(options)} satisfies Plain<Partial<${type}.Options>>);\n` +
      (type === 'timeseries' || type === 'table'
        ? `void (${JSON.stringify(fieldConfig.defaults.custom)} satisfies Plain<Partial<${type}.FieldConfig>>);\n`
        : ''),
  );
  return [
    `import type { Dashboard } from '@grafana/schema';`,
    ...types.map(
      (type) => `import type * as ${type} from '@grafana/schema/dist/esm/raw/composable/${TYPES[type]}_types.gen';`,
    ),
    'type Plain<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T',
    '  : T extends readonly (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;',
    ...checked,
    `void (${text.trim()} satisfies Plain<Partial<Dashboard>>);`,
  ].join('\n');
}

/** What the compiler says of a program, a line each. */
function mistakes(program: string): string[] {
  const name = join(process.cwd(), 'grafana-dashboard.ts');
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] },
    ...{
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
    },
  };
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, language) =>
    path === name ? ts.createSourceFile(path, program, language) : getSourceFile(path, language);
  const found = ts.getPreEmitDiagnostics(ts.createProgram([name], options, host));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('the dashboards for Grafana', () => {
  it('are what their source makes', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/dashboards/build.mjs', root], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const [store, uid] of EACH)
      expect(readFileSync(join(root, `grafana/${store}/${uid}.json`), 'utf8')).toBe(textOf(store, uid));
  });

  it.each(EACH)(
    "%s/%s is a dashboard by Grafana's own types",
    (store, uid) => {
      const { panels } = dashboard(store, uid);
      expect(mistakes(programOf(textOf(store, uid), panels))).toEqual([]);
    },
    120_000,
  );

  it('are not, with a mistake: the types are looked at', () => {
    const text = textOf('loki', 'salt-job');
    for (const [right, wrong] of [
      ['"schemaVersion"', '"schemaVersoin"'],
      ['"stat"', '5'],
      ['"mode": "absolute"', '"mode": "relative"'],
      ['"graphTooltip": 1', '"graphTooltip": "1"'],
    ] as const) {
      expect(text).toContain(right);
      expect(mistakes(programOf(text.replace(right, wrong), []))).not.toEqual([]);
    }
  }, 120_000);

  it.each(EACH)('%s/%s has panels that do not overlap, with ids of their own and a description', (store, uid) => {
    const { panels } = dashboard(store, uid);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
    expect(panels.filter(({ title, description }) => description === '' && title.length > 12)).toEqual([]);
  });

  it.each(EACH)('%s/%s names no variable and no dashboard that is not there', (store, uid) => {
    const text = textOf(store, uid);
    const known = new Set([
      ...dashboard(store, uid).templating.list.map(({ name }) => name),
      '__range',
      '__auto',
      '__from',
      '__to',
    ]);
    const named = [...text.matchAll(/\$\{?([a-z_]+)/g)].map(([, name]) => name!);
    expect(
      named.filter((name) => !known.has(name) && !['__value', '__url_time_range', '__all'].includes(name)),
    ).toEqual([]);
    for (const [, linked] of text.matchAll(/\/d\/([\w-]+)\?var-/g)) expect(UIDS).toContain(linked);
    for (const [, linked, variable] of text.matchAll(/\/d\/([\w-]+)\?var-(\w+)=/g))
      expect(dashboard(store, linked as (typeof UIDS)[number]).templating.list.map(({ name }) => name)).toContain(
        variable,
      );
  });

  it("have LogQL that Grafana's grammar takes", () => {
    const wrong: string[] = [];
    let count = 0;
    for (const uid of UIDS)
      for (const { targets } of dashboard('loki', uid).panels)
        for (const { expr, datasource } of targets.filter((each) => each.datasource.type === 'loki')) {
          count++;
          expect(datasource.uid).toBe('${logs}');
          const query = withValues(expr, VALUES);
          parser.parse(query).iterate({
            enter: ({ type, from, to }) => {
              if (type.isError) wrong.push(`${query}\n  at ${from}: ${query.slice(from, to + 20)}`);
            },
          });
        }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(15);
  });

  it('are in a folder that the provisioning names', () => {
    const provisioning = readFileSync('examples/grafana/provisioning/dashboards/saltflat.yaml', 'utf8');
    expect(provisioning).toContain('path: /var/lib/grafana/dashboards/saltflat');
  });

  it("have a line's link to a trace in the data source beside it, with the # taken off", () => {
    const text = readFileSync('examples/grafana/provisioning/datasources/saltflat-loki.yaml', 'utf8');
    const [, to] = /# {6}matcherRegex: trace_id\n +# {6}datasourceUid: (\S+)\n +# {6}url: \$\$\{__value\.raw\}\n/.exec(
      text,
    )!;
    expect(text).toContain(`\n  #- name: Tempo\n  #  uid: ${to}\n  #  type: tempo\n`);
    expect(readFileSync('examples/fluent-bit/loki.yaml', 'utf8')).toContain(" trace_id=$trace['id'],");
  });
});
