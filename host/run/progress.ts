// The progress bar, on a terminal only.
import { statSync } from 'node:fs';
import { clearLine, cursorTo } from 'node:readline';
import { SingleBar } from 'cli-progress';
import { STDIN } from '../input/files.js';
import type { Counts } from '../core/counts.js';

/** What a run shows while it lasts. */
export interface Progress {
  /** Shows where the run is: bytes read of the files so far, before decompression. */
  update(readBytes: number): void;
  /** Writes one line to stderr without disturbing the bar. */
  note(line: string): void;
  /** Takes the bar away. */
  stop(): void;
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `1234567` → `1.2 MB`, in powers of 1000. */
function bytesText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

/** `3725` → `1:02:05`. */
function secondsText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A file's size, or null where it has none (stdin, a pipe) or it is not to be had. */
function sizeOf(file: string): number | null {
  try {
    const stats = file === STDIN ? null : statSync(file);
    return stats?.isFile() === true ? stats.size : null;
  } catch {
    return null; // reading it will say why
  }
}

/** The size of all files together, or null where one of them has none. */
function totalBytes(files: readonly string[]): number | null {
  let total: number | null = 0;
  for (const file of files) {
    const size = sizeOf(file);
    total = size === null || total === null ? null : total + size;
  }
  return total;
}

/** No bar; notes are plain lines. */
function silent(stderr: NodeJS.WriteStream): Progress {
  return { update: () => undefined, note: (line) => void stderr.write(`${line}\n`), stop: () => undefined };
}

/** The progress of a run over `files` on `stderr`: a bar where `isShown` and stderr is a terminal, else nothing. */
export function startProgress(
  files: readonly string[],
  counts: Readonly<Counts>,
  stderr: NodeJS.WriteStream,
  isShown: boolean,
): Progress {
  if (!isShown || !stderr.isTTY) return silent(stderr);
  const startMs = Date.now();
  const total = totalBytes(files);
  const bar = new SingleBar({
    format: `${total === null ? '' : '{bar} {percentage}% · '}{status}`,
    stream: stderr,
    clearOnComplete: true,
    hideCursor: false,
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  const status = (readBytes: number): string => {
    const seconds = Math.max((Date.now() - startMs) / 1000, 0.001);
    const parts = [
      total === null ? bytesText(readBytes) : `${bytesText(readBytes)} of ${bytesText(total)}`,
      `${counts.events} events`,
      `${counts.records} records`,
      `${bytesText(readBytes / seconds)}/s`,
    ];
    if (total !== null && readBytes > 0) parts.push(`${secondsText((seconds / readBytes) * (total - readBytes))} left`);
    return parts.join(' · ');
  };
  bar.start(total ?? 1, 0, { status: status(0) });
  return {
    update: (readBytes) => bar.update(total === null ? 0 : Math.min(readBytes, total), { status: status(readBytes) }),
    note: (line) => {
      cursorTo(stderr, 0);
      clearLine(stderr, 0);
      stderr.write(`${line}\n`);
    },
    stop: () => bar.stop(),
  };
}
