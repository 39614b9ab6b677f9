// Where the records go: stdout or a file. The network has a file of its own, `network.ts`, and so have files that are
// written whole, `replace.ts`.
import { type FileHandle, open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { OutputError, codeOf, reasonOf } from '../core/error.js';
import { OWNERS_ALONE } from '../disk/durable.js';
import { printableJson } from '../text/terminal.js';

/**
 * Takes all batches, at the pace of its receiver. Resolves to false where the receiver wants no more (a closed pipe),
 * else to true. Rejects with an `OutputError`.
 */
export type Sink = (batches: AsyncIterable<Uint8Array>) => Promise<boolean>;

/** All of it in one batch. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function write(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** A sink that writes to stdout. */
export function stdoutSink(stdout: NodeJS.WriteStream): Sink {
  stdout.on('error', () => undefined); // the write's own callback tells; without a listener Node would throw it
  return async (batches) => {
    for await (const batch of batches) {
      try {
        await write(stdout, batch);
      } catch (error) {
        if (codeOf(error) === 'EPIPE') return false;
        throw new OutputError(`stdout: cannot be written: ${reasonOf(error)}`, codeOf(error), '-', error);
      }
    }
    return true;
  };
}

async function* printed(batches: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const batch of batches) yield Buffer.from(printableJson(Buffer.from(batch).toString()));
}

/**
 * A sink that writes JSON, each batch being whole lines, to stdout: on a terminal with escapes for what that would
 * obey.
 */
export function jsonSink(stdout: NodeJS.WriteStream): Sink {
  const sink = stdoutSink(stdout);
  return stdout.isTTY ? (batches) => sink(printed(batches)) : sink;
}

/**
 * A sink that writes a file anew. The file is opened, and so emptied, at once. A new one is its owner's alone, as
 * records may hold secrets; one that is there keeps its permissions. Rejects with an `OutputError`.
 */
export async function fileSink(path: string): Promise<Sink> {
  const failed = (error: unknown): OutputError =>
    new OutputError(`${path}: cannot be written: ${reasonOf(error)}`, codeOf(error), path, error);
  let file: FileHandle;
  try {
    file = await open(path, 'w', OWNERS_ALONE);
  } catch (error) {
    throw failed(error);
  }
  return async (batches) => {
    try {
      for await (const batch of batches) {
        try {
          await file.writeFile(batch);
        } catch (error) {
          throw failed(error);
        }
      }
    } finally {
      await file.close();
    }
    return true;
  };
}
