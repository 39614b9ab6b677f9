// What a command exits with.
import { ERRORS } from '../core/error.js';

/** The exit codes. Where several apply, the highest of them is used. */
export const EXIT = { OK: 0, MALFORMED: 1, DIFFERENT: 1, FOUND: 1, USAGE: 2, INPUT: 3, OUTPUT: 4, BROKEN: 5 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of each class of errors. */
const EXIT_OF = {
  UsageError: EXIT.USAGE,
  OptionsError: EXIT.USAGE,
  InputError: EXIT.INPUT,
  OutputError: EXIT.OUTPUT,
} as const satisfies Record<keyof typeof ERRORS, ExitCode>;

/** What the command exits with after `error`; `EXIT.BROKEN` where it is of no class that is told apart. */
export function exitCodeOf(error: unknown): ExitCode {
  for (const [name, code] of Object.entries(EXIT_OF))
    if (error instanceof ERRORS[name as keyof typeof ERRORS]) return code;
  return EXIT.BROKEN;
}
