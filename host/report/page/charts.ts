// The charts, drawn by Chart.js with the colours of the style sheet.
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  DoughnutController,
  Legend,
  LinearScale,
  Tooltip,
} from 'chart.js';
import { binText, numberText } from '../words.js';
import type { Charts } from './parts.js';

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, Legend, LinearScale, Tooltip);
Chart.defaults.animation = false;
Chart.defaults.font.family = 'system-ui, sans-serif';

/** A colour as it holds now: light or dark. */
function color(name: string): string {
  const probe = document.createElement('i');
  probe.className = `probe ${name}`;
  document.body.append(probe);
  const { color: resolved } = getComputedStyle(probe);
  probe.remove();
  return resolved;
}

/** What draws each chart that is there again, with the colours that hold then. */
const drawn = new Set<() => void>();

function keep(make: () => { destroy(): void }): () => void {
  let chart = make();
  const again = (): void => {
    chart.destroy();
    chart = make();
  };
  drawn.add(again);
  return () => {
    drawn.delete(again);
    chart.destroy();
  };
}

/** Paper is light. */
export function drawForPaper(): void {
  const { dataset } = document.documentElement;
  const redraw = (theme: string | undefined): void => {
    dataset['theme'] = theme ?? 'auto';
    for (const again of drawn) again();
  };
  let theme: string | undefined;
  addEventListener('beforeprint', () => {
    theme = dataset['theme'];
    redraw('light');
  });
  addEventListener('afterprint', () => redraw(theme));
}

export const CHARTS: Charts = {
  gauge: (canvas, { counts }) => {
    const succeeded = counts.changed + counts.unchanged + counts.would_change;
    const isEmpty = succeeded + counts.failed === 0;
    const make = () =>
      new Chart(canvas, {
        type: 'doughnut',
        data: {
          labels: ['Succeeded', 'Failed'],
          datasets: [
            {
              data: isEmpty ? [1, 0] : [succeeded, counts.failed],
              backgroundColor: [color(isEmpty ? 'skipped' : 'unchanged'), color('failed')],
              borderColor: color('surface'),
              borderWidth: 2,
            },
          ],
        },
        options: {
          rotation: -90,
          circumference: 180,
          cutout: '72%',
          maintainAspectRatio: false,
          plugins: { legend: { display: false }, tooltip: { enabled: !isEmpty } },
        },
      });
    return keep(make);
  },

  timeline: (canvas, { times }, { widthMs }) => {
    const bars = [
      ['Failed', 'failed', 'failed'],
      ['Changed', 'changed', 'changed'],
      ['Would change', 'would_change', 'drift'],
    ] as const;
    const make = () =>
      new Chart(canvas, {
        type: 'bar',
        data: {
          labels: times.map(({ fromMs }) => binText(fromMs, widthMs)),
          datasets: bars.map(([label, kind, name]) => ({
            label,
            data: times.map(({ counts }) => counts[kind]),
            backgroundColor: color(name),
            ...(kind === 'failed' ? { yAxisID: 'failures', stack: 'failed' } : { yAxisID: 'y', stack: 'rest' }),
          })),
        },
        options: {
          maintainAspectRatio: false,
          interaction: { mode: 'index', intersect: false },
          plugins: { legend: { labels: { color: color('muted'), boxWidth: 12 } } },
          scales: {
            x: {
              stacked: true,
              grid: { display: false },
              ticks: { color: color('muted'), maxRotation: 0, autoSkipPadding: 16 },
            },
            y: {
              ...{ stacked: true, beginAtZero: true, grid: { color: color('line') } },
              ticks: { color: color('muted'), precision: 0, callback: (value) => numberText(Number(value)) },
            },
            // A few failures beside thousands of changes would be no line high.
            failures: {
              ...{ position: 'right', stacked: true, beginAtZero: true, grid: { drawOnChartArea: false } },
              title: { display: true, text: 'failed', color: color('failed') },
              ticks: { color: color('failed'), precision: 0, callback: (value) => numberText(Number(value)) },
            },
          },
        },
      });
    return keep(make);
  },
};
