// What several parts of the page are made of.
import { h, type ComponentChildren, type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ReportData } from '../data.js';
import type { Tables } from '../tables.js';

/** Draws on a canvas, anew on each call. Gives what takes the drawing away. */
export type Draw = (canvas: HTMLCanvasElement, tables: Tables, data: ReportData) => () => void;

/** The charts; only the browser has them. */
export interface Charts {
  readonly gauge: Draw;
  readonly timeline: Draw;
}

interface ChartProps {
  readonly draw: Draw | undefined;
  readonly tables: Tables;
  readonly data: ReportData;
  /** What it says, in words: for those who do not see it. */
  readonly label: string;
  readonly name: string;
  /** Which colours hold; drawn anew when it changes. */
  readonly look: string;
}

/** A chart: a picture with a text; the numbers stand beside it in any case. */
export function Chart({ draw, tables, data, label, name, look }: ChartProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : draw?.(canvas.current, tables, data)), [draw, tables, look]);
  return h('div', { class: `chart ${name}` }, h('canvas', { ref: canvas, role: 'img', 'aria-label': label }));
}

/** A part of the page under a heading. */
export function Section(props: {
  id: string;
  title: string;
  class?: string;
  children?: ComponentChildren;
}): JSX.Element {
  return h(
    'section',
    { id: props.id, 'aria-labelledby': `${props.id}-title` },
    h('h2', { id: `${props.id}-title` }, props.title),
    props.children,
  );
}
