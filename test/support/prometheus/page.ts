// A page of metrics in Prometheus' text format, as far as the agent writes it.

/** One line of the page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const match of text.matchAll(LABEL)) {
    labels[match[1]!] = match[2]!.replace(/\\./g, (escape) => ESCAPES[escape] ?? escape);
    end = match.index + match[0].length;
  }
  if (end !== text.length) throw new Error(`no labels: ${text}`);
  return labels;
}

/** What a page says. Throws where it is not UTF-8 or a line is neither a sample nor a comment. */
function samplesOf(page: Uint8Array): Sample[] {
  const lines = new TextDecoder('utf-8', { fatal: true }).decode(page).split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = LINE.exec(line);
      if (match === null) throw new Error(`no sample: ${line}`);
      return { name: match[1]!, labels: labelsOf(match[2] ?? ''), value: Number(match[3]) };
    });
}

/** What a page says now; nothing where nobody answers. */
export async function scraped(url: string): Promise<readonly Sample[]> {
  const response = await fetch(url).catch(() => null);
  return response?.ok === true ? samplesOf(new Uint8Array(await response.arrayBuffer())) : [];
}

/** A metric's values by the values of some labels, put together with spaces; all in one under `''` without labels. */
export function tally(samples: readonly Sample[], metric: string, ...by: readonly string[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { name, labels, value } of samples) {
    if (name !== metric) continue;
    const key = by.map((label) => labels[label] ?? '').join(' ');
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}
