// What can go wrong outside the module.

/** An error with a message for people: what failed, where, what was seen, what to do. */
export class SaltflatError extends Error {
  /** A short name that stays the same: Node's own (`ENOENT`, `ECONNREFUSED`) where there is one. */
  readonly code: string;
  /** What it happened to: a file as it was named, `-` for stdin or stdout, a `tcp://` address. */
  readonly source: string;

  constructor(message: string, code: string, source: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.source = source;
  }
}

/** The command line asks for what cannot be done. */
export class UsageError extends SaltflatError {}

/** The options file has mistakes. Its message has a line for each. */
export class OptionsError extends SaltflatError {
  /** What is wrong: which member or which line and column, what is allowed. */
  readonly mistakes: readonly string[];

  /** `file`: how messages name the options. */
  constructor(mistakes: readonly string[], file: string, cause?: unknown) {
    super(mistakes.map((mistake) => `${file}: ${mistake}`).join('\n'), 'BAD_OPTIONS_FILE', file, cause);
    this.mistakes = mistakes;
  }
}

/** A file or stdin cannot be read, or not to its end. */
export class InputError extends SaltflatError {}

/** A file, stdout or a host cannot be written to. */
export class OutputError extends SaltflatError {}

/** The errors that a command tells apart. Any other `SaltflatError` means that something is broken. */
export const ERRORS = { UsageError, OptionsError, InputError, OutputError } as const;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EFBIG: 'the file would be too large',
  EDQUOT: 'the disk quota is used up',
  EPERM: 'not permitted',
  EISDIR: 'is a directory, name a file',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the receiver reset the connection',
  EPIPE: 'the receiver closed the connection',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name could not be resolved',
  Z_DATA_ERROR: 'the compressed data is damaged',
  Z_BUF_ERROR: 'the compressed data stops short',
};

/** An error's code, or `UNKNOWN`. */
export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

/** Why, in words: for the codes that people meet; else the error's own first line. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
