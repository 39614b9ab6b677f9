// Why an input is not an event. The first failure of a call is kept: its code and the address of the byte at fault.

/** One line of meaning each: `errorText`. */
export const enum ErrorCode {
  NONE,
  NOT_OBJECT,
  UNEXPECTED_END,
  EXPECTED_KEY,
  EXPECTED_COLON,
  EXPECTED_VALUE,
  EXPECTED_COMMA,
  CONTROL_CHARACTER,
  BAD_ESCAPE,
  BAD_NUMBER,
  NUMBER_RANGE,
  TOO_DEEP,
  RECORD_TOO_DEEP,
  BAD_TAG,
  BAD_DATA,
  BAD_FUN,
  BAD_JID,
  BAD_ID,
  OTHER_MINION,
  OTHER_JOB,
  NO_MEMORY,
  NOT_ALLOCATED,
}

/** The failure that is kept: `fail` alone sets it, and whoever asks has no way to get it returned past all scanners. */
export let errorCode: ErrorCode = ErrorCode.NONE;
export let errorAt: usize = 0;

export function clearError(): void {
  errorCode = ErrorCode.NONE;
  errorAt = 0;
}

/** Keeps a failure, the first of a call. Returns 0, so that a scanner can `return fail(…)`. */
export function fail(code: ErrorCode, at: usize): usize {
  if (errorCode == ErrorCode.NONE) {
    errorCode = code;
    errorAt = at;
  }
  return 0;
}

/** The same for what answers yes or no. Returns false. */
export function refuse(code: ErrorCode, at: usize): bool {
  fail(code, at);
  return false;
}

/** Sets the failure's place anew. */
export function moveError(at: usize): void {
  errorAt = at;
}

/** The message of a code. A static string: reading it allocates nothing. */
export function errorText(code: ErrorCode): string {
  switch (code) {
    case ErrorCode.NOT_OBJECT:
      return "expected a JSON object";
    case ErrorCode.UNEXPECTED_END:
      return "the text stops short";
    case ErrorCode.EXPECTED_KEY:
      return "expected a member name in quotes";
    case ErrorCode.EXPECTED_COLON:
      return "expected ':' after a member name";
    case ErrorCode.EXPECTED_VALUE:
      return "expected a value";
    case ErrorCode.EXPECTED_COMMA:
      return "expected ',' or a closing bracket after a value";
    case ErrorCode.CONTROL_CHARACTER:
      return "control character in a string";
    case ErrorCode.BAD_ESCAPE:
      return "bad escape in a string";
    case ErrorCode.BAD_NUMBER:
      return "bad number";
    case ErrorCode.NUMBER_RANGE:
      return "number too large for a double";
    case ErrorCode.TOO_DEEP:
      return "nested deeper than 512 levels";
    case ErrorCode.RECORD_TOO_DEEP:
      return "a record would nest deeper than the agent can carry";
    case ErrorCode.BAD_TAG:
      return "tag: expected a string";
    case ErrorCode.BAD_DATA:
      return "data: expected an object";
    case ErrorCode.BAD_FUN:
      return "fun: expected a string or a list of strings";
    case ErrorCode.BAD_JID:
      return "jid: expected a string";
    case ErrorCode.BAD_ID:
      return "id: expected a string";
    case ErrorCode.OTHER_MINION:
      return "tag: names another minion than the return's id";
    case ErrorCode.OTHER_JOB:
      return "tag: names another job than the return's jid";
    case ErrorCode.NOT_ALLOCATED:
      return "the agent could not allocate the event";
    default:
      return "the event is larger than the memory limit";
  }
}
