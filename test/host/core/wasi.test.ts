// The four WASI calls as the module makes them, on a memory without a module.
import { OptionsError, VERSION, load } from '../../../build/host/index.js';
import { readFileSync } from 'node:fs';
import { ERRNO, OPTIONS_FILE, Wasi } from '../../../build/host/core/wasi.js';
import { versionSection } from '../../support/module/section.js';

const PAGE_BYTES = 64 * 1024;
const FOLDER = 3;
/** Where calls leave their result, where lists of buffers stand, and where names do. */
const [RESULT, LIST, NAME, BUFFER] = [0, 16, 256, 1024];

class Guest {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly wasi: Wasi;

  constructor(file?: string) {
    this.wasi = new Wasi(file === undefined ? undefined : Buffer.from(file));
    this.wasi.attach(this.#memory);
  }

  get #view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  get result(): number {
    return this.#view.getUint32(RESULT, true);
  }

  put(address: number, text: string): number {
    const bytes = Buffer.from(text);
    new Uint8Array(this.#memory.buffer).set(bytes, address);
    return bytes.length;
  }

  text(address: number, length: number): string {
    return Buffer.from(this.#memory.buffer, address, length).toString();
  }

  list(...buffers: readonly [address: number, length: number][]): void {
    buffers.forEach(([address, length], at) => {
      this.#view.setUint32(LIST + at * 8, address, true);
      this.#view.setUint32(LIST + at * 8 + 4, length, true);
    });
  }

  open(name: string = OPTIONS_FILE, folder = FOLDER, openFlags = 0): number {
    return this.wasi.imports.path_open(folder, 1, NAME, this.put(NAME, name), openFlags, 2n, 2n, 0, RESULT);
  }

  grow(): void {
    this.#memory.grow(1);
  }
}

describe('the folder that the module sees', () => {
  it('holds the options, read in pieces and over several buffers to their end', () => {
    const guest = new Guest('{"only":"ä"}');
    expect(guest.open()).toBe(ERRNO.SUCCESS);
    const fd = guest.result;
    guest.list([BUFFER, 4], [BUFFER + 100, 3]);
    expect(guest.wasi.imports.fd_read(fd, LIST, 2, RESULT)).toBe(ERRNO.SUCCESS);
    expect([guest.result, guest.text(BUFFER, 4), guest.text(BUFFER + 100, 3)]).toEqual([7, '{"on', 'ly"']);
    guest.grow(); // old views of the memory are gone then
    guest.list([BUFFER, 1000]);
    expect(guest.wasi.imports.fd_read(fd, LIST, 1, RESULT)).toBe(ERRNO.SUCCESS);
    expect(guest.text(BUFFER, guest.result)).toBe(':"ä"}');
    expect(guest.wasi.imports.fd_read(fd, LIST, 1, RESULT)).toBe(ERRNO.SUCCESS);
    expect(guest.result).toBe(0);
    expect(guest.wasi.imports.fd_close(fd)).toBe(ERRNO.SUCCESS);
    expect(guest.wasi.imports.fd_read(fd, LIST, 1, RESULT)).toBe(ERRNO.BADF);
  });

  it('holds an empty file where the options are empty', () => {
    const guest = new Guest('');
    expect(guest.open()).toBe(ERRNO.SUCCESS);
    guest.list([BUFFER, 10]);
    expect(guest.wasi.imports.fd_read(guest.result, LIST, 1, RESULT)).toBe(ERRNO.SUCCESS);
    expect(guest.result).toBe(0);
  });

  it('is empty without options', () => expect(new Guest().open()).toBe(ERRNO.NOENT));

  it.each([
    ['another name', 'options.json', FOLDER, 0, ERRNO.NOENT],
    ['a name that it begins with', 'saltflat', FOLDER, 0, ERRNO.NOENT],
    ['the folder above', '../saltflat.json', FOLDER, 0, ERRNO.NOENT],
    ['a folder of its name', OPTIONS_FILE, FOLDER, 2, ERRNO.NOTDIR],
    ['a file to be made', 'new', FOLDER, 1, ERRNO.ROFS],
    ['a second folder', OPTIONS_FILE, FOLDER + 1, 0, ERRNO.BADF],
    ['stderr as a folder', OPTIONS_FILE, 2, 0, ERRNO.NOTDIR],
  ])('does not open %s', (_, name, folder, openFlags, errno) => {
    expect(new Guest('{}').open(name, folder, openFlags)).toBe(errno);
  });

  it('is not read as a file, nor closed', () => {
    const { imports } = new Guest('{}').wasi;
    expect(imports.fd_read(FOLDER, LIST, 0, RESULT)).toBe(ERRNO.ISDIR);
    expect(imports.fd_close(FOLDER)).toBe(ERRNO.BADF);
  });

  it('calls addresses outside the memory a fault', () => {
    const guest = new Guest('{}');
    expect(guest.wasi.imports.path_open(FOLDER, 1, PAGE_BYTES - 4, 13, 0, 2n, 2n, 0, RESULT)).toBe(ERRNO.FAULT);
    expect(guest.wasi.imports.path_open(FOLDER, 1, NAME, -1, 0, 2n, 2n, 0, RESULT)).toBe(ERRNO.FAULT);
    expect(guest.open()).toBe(ERRNO.SUCCESS);
    const fd = guest.result;
    guest.list([PAGE_BYTES - 1, 2]);
    expect(guest.wasi.imports.fd_read(fd, LIST, 1, RESULT)).toBe(ERRNO.FAULT);
    expect(guest.wasi.imports.fd_read(fd, -8, 1, RESULT)).toBe(ERRNO.FAULT);
    expect(guest.wasi.imports.fd_read(fd, LIST, -1, RESULT)).toBe(ERRNO.FAULT);
    expect(guest.wasi.imports.fd_write(2, LIST, 1, RESULT)).toBe(ERRNO.FAULT);
    expect(guest.wasi.imports.fd_write(2, LIST, 0, PAGE_BYTES)).toBe(ERRNO.FAULT);
  });
});

describe('stderr', () => {
  it('keeps what is written, characters in two pieces included', () => {
    const guest = new Guest();
    const length = guest.put(BUFFER, 'wröng\n');
    guest.list([BUFFER, 3], [BUFFER + 3, length - 3]);
    expect(guest.wasi.imports.fd_write(2, LIST, 2, RESULT)).toBe(ERRNO.SUCCESS);
    expect(guest.result).toBe(length);
    guest.put(BUFFER, 'again.\n'); // in the same place, as the module does
    guest.list([BUFFER, 7]);
    guest.wasi.imports.fd_write(2, LIST, 1, RESULT);
    expect(guest.wasi.stderr).toBe('wröng\nagain.\n');
  });

  it.each([0, 1, FOLDER, 99])('is the only one to write to: not %i', (fd) => {
    const guest = new Guest();
    guest.list([BUFFER, 1]);
    expect(guest.wasi.imports.fd_write(fd, LIST, 1, RESULT)).toBe(ERRNO.BADF);
    expect(guest.wasi.stderr).toBe('');
  });
});

it('a module that traps without a word is damaged, which is not the fault of the options', async () => {
  // (module (memory (export "memory") 1) (func (export "_initialize") unreachable))
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1];
  const exported = [7, 24, 2, 6, ...Buffer.from('memory'), 2, 0, 11, ...Buffer.from('_initialize'), 0, 0];
  const code = [10, 5, 1, 3, 0, 0x00, 0x0b];
  const module = Uint8Array.from([...header, ...exported, ...code, ...versionSection(VERSION)]);
  const refusal = await load({ module, options: '{}' }).then(null, (error: unknown) => error);
  expect(refusal).toBeInstanceOf(WebAssembly.RuntimeError);
  expect(refusal).not.toBeInstanceOf(OptionsError);
});

describe('the module without an options file', () => {
  const started = async (file?: string): Promise<string> => {
    const wasi = new Wasi(file === undefined ? undefined : Buffer.from(file));
    const { instance } = await WebAssembly.instantiate(readFileSync('build/saltflat.wasm'), {
      wasi_snapshot_preview1: { ...wasi.imports },
    });
    const { memory, _initialize: begin } = instance.exports as { memory: WebAssembly.Memory; _initialize: () => void };
    wasi.attach(memory);
    begin();
    return wasi.stderr;
  };

  it('says so on stderr, as nothing is masked then; with a file it says nothing', async () => {
    expect(await started()).toBe('saltflat: no saltflat.json there: nothing is masked, limited or left out\n');
    expect(await started('{}')).toBe('');
  });
});
