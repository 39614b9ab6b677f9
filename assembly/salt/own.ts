// A state's own members that options and the Elastic Common Schema ask for, by name.

/** Members that are known by name. They are never masked as a whole. */
export const enum Own {
  NAME,
  COMMENT,
  CHANGES,
  RESULT,
  SLS,
  ID,
  RUN_NUM,
  START_TIME,
  DURATION,
  STATE_RAN,
  SKIP_WATCH,
  COUNT,
  NONE,
}

/** Bytes of rows of two addresses each, one for each known member and one for all others. */
export const OWN_BYTES: usize = (<usize>Own.NONE + 1) << 3;

/** Which of the known members a name is; up to 16 bytes are read. */
export function ownOf(start: usize, end: usize): Own {
  const w = load<u64>(start);
  switch (<i32>(end - start)) {
    case 4:
      if (<u32>w == NAME) return Own.NAME;
      break;
    case 6:
      if ((w & BYTES_6) == RESULT) return Own.RESULT;
      if ((w & BYTES_6) == ID) return Own.ID;
      break;
    case 7:
      if ((w & BYTES_7) == COMMENT) return Own.COMMENT;
      if ((w & BYTES_7) == CHANGES) return Own.CHANGES;
      if ((w & BYTES_7) == SLS) return Own.SLS;
      break;
    case 8:
      if (w == DURATION) return Own.DURATION;
      break;
    case 10:
      if (w == START_TIME && load<u16>(start, 8) == START_TIME_END) return Own.START_TIME;
      if (w == SKIP_WATCH && load<u16>(start, 8) == SKIP_WATCH_END) return Own.SKIP_WATCH;
      break;
    case 11:
      if (w == RUN_NUM && load<u32>(start, 7) == RUN_NUM_END) return Own.RUN_NUM;
      break;
    case 13:
      if (w == STATE_RAN && load<u64>(start, 5) == STATE_RAN_END) return Own.STATE_RAN;
      break;
  }
  return Own.NONE;
}
/** The first six, the first seven bytes of a word. */
const BYTES_6: u64 = 0xffffffffffff;
const BYTES_7: u64 = 0xffffffffffffff;

/**
 * The names as the little-endian words that stand in memory; of those longer than eight bytes, the first word and the
 * last.
 */
const NAME: u32 = 0x656d616e;
const RESULT: u64 = 0x746c75736572;
const ID: u64 = 0x5f5f64695f5f; // __id__
const COMMENT: u64 = 0x746e656d6d6f63;
const CHANGES: u64 = 0x7365676e616863;
const SLS: u64 = 0x5f5f736c735f5f; // __sls__
const DURATION: u64 = 0x6e6f697461727564;
const START_TIME: u64 = 0x69745f7472617473;
const START_TIME_END: u16 = 0x656d;
const SKIP_WATCH: u64 = 0x7461775f70696b73;
const SKIP_WATCH_END: u16 = 0x6863;
const RUN_NUM: u64 = 0x756e5f6e75725f5f; // __run_num__
const RUN_NUM_END: u32 = 0x5f5f6d75;
const STATE_RAN: u64 = 0x5f65746174735f5f; // __state_ran__
const STATE_RAN_END: u64 = 0x5f5f6e61725f6574;
