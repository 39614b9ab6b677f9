// Compressed input, known by its first bytes: gzip by Node, the rest by the programs that the platform has.
import { spawn } from 'node:child_process';
import { Duplex, Readable, pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import { InputError } from '../core/error.js';

/** Bytes that a decoder gives at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** How many first bytes tell what the input is. */
export const MAGIC_BYTES = 6;

/** One way of writing a file that is no plain UTF-8 text. */
interface Encoding {
  readonly name: string;
  /** How it begins. */
  readonly magic: readonly number[];
  /** Decodes it in this process, where this Node can. */
  readonly decoder?: () => Duplex | null;
  /** The program that decodes it from stdin to stdout with `-dc`. */
  readonly program?: string;
  /** What to do where neither is there, `NAME` being the file. */
  readonly advice: string;
}

/**
 * gzip: RFC 1952, section 2.3.1. zstd: RFC 8878, section 3.1.1. bzip2 and xz: their file formats' headers. UTF-16: its
 * byte order marks (Unicode, section 23.8); PowerShell writes files so.
 */
const ENCODINGS: readonly Encoding[] = [
  {
    name: 'gzip',
    magic: [0x1f, 0x8b],
    decoder: () => zlib.createGunzip({ chunkSize: CHUNK_BYTES }),
    advice: '',
  },
  {
    name: 'zstd',
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    decoder: () => (zlib as { createZstdDecompress?: () => Duplex }).createZstdDecompress?.() ?? null,
    program: 'zstd',
    advice: 'use Node 22.15 or later, or install zstd',
  },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68], program: 'bzip2', advice: 'install bzip2' },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: 'xz', advice: 'install xz (xz-utils)' },
  { name: 'UTF-16', magic: [0xff, 0xfe], advice: 'convert it: `iconv -f UTF-16 -t UTF-8 NAME | saltflat …`' },
  { name: 'UTF-16', magic: [0xfe, 0xff], advice: 'convert it: `iconv -f UTF-16 -t UTF-8 NAME | saltflat …`' },
];

/**
 * The plain bytes of an input whose first `MAGIC_BYTES` bytes are `first`. `name`: how messages name it, `file`: how it
 * was named. Throws an `InputError` (`NO_DECODER`) where nothing here can read it; what is damaged fails while it is
 * read.
 */
export function decompressed(
  first: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  file: string,
): AsyncIterable<Uint8Array> {
  const encoding = ENCODINGS.find(({ magic }) => magic.every((byte, at) => first[at] === byte));
  if (encoding === undefined) return chunks;
  const decoder = encoding.decoder?.() ?? null;
  // The error, if any, destroys the decoder and so comes out of the loop over it.
  if (decoder !== null) return pipeline(Readable.from(chunks), decoder, () => undefined) as AsyncIterable<Uint8Array>;
  if (encoding.program !== undefined) return through(encoding, chunks, name, file);
  throw cannotRead(encoding, name, file);
}

function cannotRead({ name: what, advice }: Encoding, name: string, file: string): InputError {
  return new InputError(
    `${name}: is ${what}, which cannot be read here: ${advice.replace('NAME', file)}`,
    'NO_DECODER',
    file,
  );
}

/** The chunks through a program. */
async function* through(
  encoding: Encoding,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  file: string,
): AsyncGenerator<Uint8Array> {
  const child = spawn(encoding.program!, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let missing = false as boolean;
  let said = '';
  child.on('error', () => {
    missing = true;
  });
  child.stderr.on('data', (text: Buffer) => {
    if (said.length < 1000) said += text.toString();
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  // A program that ends early closes its stdin; its exit code and its words tell why.
  pipeline(Readable.from(chunks), child.stdin, () => undefined);
  let hasAll = false;
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    hasAll = true;
  } finally {
    if (!hasAll) child.kill(); // who reads wants no more; one that gave all is left to end by itself
  }
  const exit = await code;
  if (missing) throw cannotRead(encoding, name, file);
  if (exit !== 0) {
    const why = said.trim().split('\n')[0] ?? '';
    throw new InputError(
      `${name}: cannot be read: ${why === '' ? `the ${encoding.name} data is damaged` : why}`,
      'BAD_DATA',
      file,
    );
  }
}
