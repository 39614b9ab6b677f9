// The four WASI calls that the module makes, all of them at start-up: it reads one file and may complain about it.
// Source: WASI preview 1 (`wasi_snapshot_preview1.witx`).

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "path_open")
declare function pathOpen(
  folder: i32,
  lookup: i32,
  path: usize,
  pathLen: usize,
  openFlags: i32,
  rights: u64,
  inherited: u64,
  fdFlags: i32,
  opened: usize,
): i32;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_read")
declare function fdRead(fd: i32, vectors: usize, count: usize, read: usize): i32;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_write")
declare function fdWrite(fd: i32, vectors: usize, count: usize, written: usize): i32;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_close")
declare function fdClose(fd: i32): i32;

const ERRNO_ACCES = 2;
const ERRNO_BADF = 8;
const ERRNO_NOENT = 44;
const ERRNO_NOTCAPABLE = 76;
const RIGHT_FD_READ: u64 = 2;
const STDERR = 2;
/** The first of the folders that the host opens for the module (`accessible_paths`); the others follow. */
const FIRST_FOLDER = 3;

/** An I/O vector (address and length), and where calls put their result. */
const vector: usize = memory.data(8, 8);
const result: usize = memory.data(4, 4);

/** The errno of the read that failed; 0 where none did. */
export let readError: i32 = 0;

/**
 * The content of the file `name` in the first of the host's folders that has it, null where none has. Null too where it
 * cannot be read: `readError` is then not 0. A file of more than `limit` bytes comes cut one byte past it.
 */
export function readFile(name: string, limit: i32): ArrayBuffer | null {
  const path = String.UTF8.encode(name);
  readError = 0;
  for (let folder = FIRST_FOLDER; ; folder++) {
    const errno = open(folder, path, FOLLOW);
    if (errno == ERRNO_BADF) return null;
    if (errno == 0) return readAll(load<i32>(result), limit);
    // A link to nothing is not nothing: what it should have said may be what must not leak.
    if (errno == ERRNO_NOENT && open(folder, path, 0) == ERRNO_NOENT) continue;
    readError = errno;
    return null;
  }
}

const FOLLOW = 1;

/** Opens `path` in a folder for reading, following symbolic links or not; the file descriptor is in `result`. */
function open(folder: i32, path: ArrayBuffer, lookup: i32): i32 {
  // A buffer's address is its first byte.
  return pathOpen(folder, lookup, changetype<usize>(path), path.byteLength, 0, RIGHT_FD_READ, RIGHT_FD_READ, 0, result);
}

/** What the errno of `readError` means. */
export function readErrorText(): string {
  if (readError == ERRNO_ACCES) return "permission denied";
  if (readError == ERRNO_NOENT) return "it is a link to nothing";
  if (readError == ERRNO_NOTCAPABLE) return "it must be a file in that folder, not a folder or a link that leaves it";
  return "WASI error " + readError.toString();
}

function readAll(fd: i32, limit: i32): ArrayBuffer | null {
  const content = new ArrayBuffer(limit + 1);
  let length = 0;
  while (length <= limit) {
    store<usize>(vector, changetype<usize>(content) + length); // a buffer's address is its first byte
    store<usize>(vector, limit + 1 - length, 4);
    readError = fdRead(fd, vector, 1, result);
    if (readError || !load<i32>(result)) break;
    length += load<i32>(result);
  }
  fdClose(fd);
  return readError ? null : content.slice(0, length);
}

/** Writes a line to standard error, as well as that can be done. */
export function complain(line: string): void {
  const bytes = String.UTF8.encode(line + "\n");
  let at: usize = 0;
  while (at < <usize>bytes.byteLength) {
    store<usize>(vector, changetype<usize>(bytes) + at); // a buffer's address is its first byte
    store<usize>(vector, <usize>bytes.byteLength - at, 4);
    if (fdWrite(STDERR, vector, 1, result) || !load<i32>(result)) return;
    at += load<i32>(result);
  }
}
