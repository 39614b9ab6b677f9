// The names that a plain record sets itself: a state's own member of such a name gives way.
import { Span, spanEnd, spanStart } from "../bytes/span";
import { sameBytes } from "../bytes/words";
import { IS_CAUSED, IS_NESTED, IS_TRIMMED, Member, readMemberName } from "../json/object";
import { isAscii, isSpanAscii } from "../json/string";
import { listCount, rowEnd, rowStart, settings } from "../options/settings";
import { extraStart } from "../event/extras";

/**
 * True for the names that a state record sets itself; `_stamp` only where the event has one, `parent_state`, `trimmed`
 * and the causes where the state's flags say so.
 */
export function isRecordName(name: Span, stamped: bool, flags: u32): bool {
  const start = spanStart(name);
  const end = spanEnd(name);
  if (flags & IS_CAUSED && (isAscii(start, end, "caused_by") || isAscii(start, end, "caused_by_text"))) return true;
  switch (<i32>(end - start)) {
    case 3:
      return isAscii(start, end, "jid") || isAscii(start, end, "fun");
    case 6:
      return stamped && isAscii(start, end, "_stamp");
    case 7:
      return (flags & IS_TRIMMED) != 0 && isAscii(start, end, "trimmed");
    case 8:
      return isAscii(start, end, "state_id") || isAscii(start, end, "fun_args");
    case 9:
      return isAscii(start, end, "minion_id");
    case 10:
      return isAscii(start, end, "state_name") || isAscii(start, end, "event_type");
    case 12:
      return (flags & IS_NESTED) != 0 && isAscii(start, end, "parent_state");
  }
  return false;
}

/** Whether a state's own member gives way to one that the record or an option sets. */
export function isTaken(member: Member, stamped: bool, flags: u32): bool {
  const name = readMemberName(member);
  if (!name) return false;
  if (isRecordName(name, stamped, flags)) return true;
  if (settings.id && isSpanAscii(name, "event_id")) return true;
  if (settings.trace && (isSpanAscii(name, "trace_id") || isSpanAscii(name, "span_id"))) return true;
  if ((settings.memberBytes || settings.recordBytes) && isSpanAscii(name, "truncated")) return true;
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) {
    if (extraStart(i) && isRow(name, settings.jobMembers, i)) return true;
  }
  for (let i: usize = 0; i < listCount(settings.addNames); i++) if (isRow(name, settings.addNames, i)) return true;
  return false;
}

/** Whether a name is the list's text at `index`. */
function isRow(name: Span, list: usize, index: usize): bool {
  return sameBytes(spanStart(name), spanEnd(name), rowStart(list, index), rowEnd(list, index));
}
