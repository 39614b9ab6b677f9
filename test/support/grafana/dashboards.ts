// Grafana's dashboards as they ship, and their queries as Grafana would send them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const STORES = ['loki', 'victorialogs'] as const;
export type LogStore = (typeof STORES)[number];
export const UIDS = ['salt-fleet', 'salt-job', 'salt-state'] as const;
export type Uid = (typeof UIDS)[number];

/** One query of a panel. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly queryType?: string;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
  readonly options: unknown;
  readonly fieldConfig: { readonly defaults: { readonly custom?: unknown } };
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

export const textOf = (store: LogStore, uid: Uid): string =>
  readFileSync(join(process.cwd(), `examples/grafana/${store}/${uid}.json`), 'utf8');
export const dashboard = (store: LogStore, uid: Uid): Dashboard => JSON.parse(textOf(store, uid)) as Dashboard;

/** The panel of that title; throws where there is none. */
export function panel(store: LogStore, uid: Uid, title: string): Panel {
  const found = dashboard(store, uid).panels.find((each) => each.title === title);
  if (found === undefined) throw new Error(`${store}/${uid} has no panel ${title}`);
  return found;
}

/** Values of variables: all minions, all environments. */
export const ALL: Readonly<Record<string, string>> = {
  minion: '.*',
  'minion:regex': '.*',
  environment: '.*',
  __range: '30d',
  __auto: '1h',
};

/** A query with the values of its variables. Throws where it names one that has none. */
export function withValues(expr: string, values: Readonly<Record<string, string>> = ALL): string {
  return expr.replace(/\$(?:\{([\w:]+)\}|(\w+))/g, (variable, braced?: string, plain?: string) => {
    const value = values[braced ?? plain!];
    if (value === undefined) throw new Error(`no value of ${variable} in ${expr}`);
    return value;
  });
}
