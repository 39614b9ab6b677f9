// What the module asks of WASI: to read `saltflat.json` from one folder, and to say what is wrong with it.
// Witx of `wasi_snapshot_preview1` (WebAssembly/WASI, legacy/preview1). Works wherever WebAssembly does.

/** The folder's one file. */
export const OPTIONS_FILE = 'saltflat.json';

/** Errors as WASI numbers them. */
export const ERRNO = { SUCCESS: 0, BADF: 8, FAULT: 21, ISDIR: 31, NOENT: 44, NOTDIR: 54, ROFS: 69 } as const;

const STDERR = 2;
/** The only folder; the file that is opened there is the number after it. */
const FOLDER = 3;
const FILE = 4;

const OFLAGS_CREAT = 1;
const OFLAGS_DIRECTORY = 2;

/** Bytes of one entry of a list of buffers: address and length. */
const IOVEC_BYTES = 8;

/** The four functions, as the module imports them from `wasi_snapshot_preview1`. Each returns one of `ERRNO`. */
export interface WasiImports {
  readonly path_open: (
    folder: number,
    lookupFlags: number,
    path: number,
    pathLen: number,
    openFlags: number,
    rights: bigint,
    rightsInheriting: bigint,
    fdFlags: number,
    opened: number,
  ) => number;
  readonly fd_read: (fd: number, buffers: number, bufferCount: number, readBytes: number) => number;
  readonly fd_write: (fd: number, buffers: number, bufferCount: number, writtenBytes: number) => number;
  readonly fd_close: (fd: number) => number;
}

/** A host of those functions for one instance. */
export class Wasi {
  readonly #file: Uint8Array | undefined;
  #memory: WebAssembly.Memory | undefined;
  /** How far the open file was read, in bytes; null while it is not open. */
  #position: number | null = null;
  readonly #stderr: Uint8Array[] = [];

  /** `file`: what `saltflat.json` holds; without it the folder is empty. */
  constructor(file?: Uint8Array) {
    this.#file = file;
  }

  /** Whose memory the addresses mean. Until it is told, every address is a fault. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** What was written to stderr so far. */
  get stderr(): string {
    const bytes = new Uint8Array(this.#stderr.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#stderr) {
      bytes.set(part, at);
      at += part.length;
    }
    return new TextDecoder().decode(bytes);
  }

  readonly imports: WasiImports = {
    path_open: (folder, _lookupFlags, path, pathLen, openFlags, _rights, _inheriting, _fdFlags, opened) => {
      if (folder !== FOLDER) return this.#isOpen(folder) ? ERRNO.NOTDIR : ERRNO.BADF;
      const name = this.#bytes(path, pathLen);
      const result = this.#bytes(opened, 4);
      if (name === null || result === null) return ERRNO.FAULT;
      if (this.#file === undefined || new TextDecoder().decode(name) !== OPTIONS_FILE)
        return (openFlags & OFLAGS_CREAT) !== 0 ? ERRNO.ROFS : ERRNO.NOENT;
      if ((openFlags & OFLAGS_DIRECTORY) !== 0) return ERRNO.NOTDIR;
      this.#position = 0;
      setWord(result, FILE);
      return ERRNO.SUCCESS;
    },

    fd_read: (fd, buffers, bufferCount, readBytes) => {
      if (fd === FOLDER) return ERRNO.ISDIR;
      if (fd !== FILE || this.#position === null || this.#file === undefined) return ERRNO.BADF;
      const into = this.#buffers(buffers, bufferCount);
      const result = this.#bytes(readBytes, 4);
      if (into === null || result === null) return ERRNO.FAULT;
      let count = 0;
      for (const buffer of into) {
        const part = this.#file.subarray(this.#position, this.#position + buffer.length);
        buffer.set(part);
        this.#position += part.length;
        count += part.length;
      }
      setWord(result, count);
      return ERRNO.SUCCESS;
    },

    fd_write: (fd, buffers, bufferCount, writtenBytes) => {
      if (fd !== STDERR) return ERRNO.BADF;
      const from = this.#buffers(buffers, bufferCount);
      const result = this.#bytes(writtenBytes, 4);
      if (from === null || result === null) return ERRNO.FAULT;
      let count = 0;
      for (const buffer of from) {
        this.#stderr.push(buffer.slice()); // the module may use the memory again
        count += buffer.length;
      }
      setWord(result, count);
      return ERRNO.SUCCESS;
    },

    fd_close: (fd) => {
      if (fd !== FILE || this.#position === null) return ERRNO.BADF;
      this.#position = null;
      return ERRNO.SUCCESS;
    },
  };

  #isOpen(fd: number): boolean {
    return fd === STDERR || (fd === FILE && this.#position !== null);
  }

  /**
   * `length` bytes of memory at `address`, null where not all of them are there. Numbers from the module are signed.
   */
  #bytes(address: number, length: number): Uint8Array | null {
    const buffer = this.#memory?.buffer; // taken anew: memory may have grown
    const start = address >>> 0;
    const size = length >>> 0;
    return buffer === undefined || start + size > buffer.byteLength ? null : new Uint8Array(buffer, start, size);
  }

  #buffers(address: number, count: number): Uint8Array[] | null {
    const list = this.#bytes(address, Math.min((count >>> 0) * IOVEC_BYTES, 0xffffffff));
    if (list === null) return null;
    const view = new DataView(list.buffer, list.byteOffset, list.length);
    const buffers: Uint8Array[] = [];
    for (let at = 0; at < list.length; at += IOVEC_BYTES) {
      const buffer = this.#bytes(view.getUint32(at, true), view.getUint32(at + 4, true));
      if (buffer === null) return null;
      buffers.push(buffer);
    }
    return buffers;
  }
}

function setWord(bytes: Uint8Array, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length).setUint32(0, value, true);
}
