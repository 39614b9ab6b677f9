// The names that a plain record sets itself: a state's own member of such a name gives way.
import { sameBytes } from "../bytes/words";
import { IS_NESTED, IS_TRIMMED, Member, nameEnd, nameStart, readMemberName } from "../json/object";
import { isAscii } from "../json/string";
import { listCount, rowEnd, rowStart, settings } from "../options/settings";
import { extraStart } from "../event/extras";

/**
 * True for the names that a state record sets itself; `_stamp` only where the event has one, `parent_state` and `trimmed` where the
 * state's flags say so.
 */
export function isRecordName(member: Member, stamped: bool, flags: u32): bool {
  if (!readMemberName(member)) return false;
  const start = nameStart;
  const end = nameEnd;
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
  if (isRecordName(member, stamped, flags)) return true;
  if (!readMemberName(member)) return false;
  if (settings.id && isAscii(nameStart, nameEnd, "event_id")) return true;
  if ((settings.memberBytes || settings.recordBytes) && isAscii(nameStart, nameEnd, "truncated")) return true;
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) {
    if (extraStart(i) && isRow(settings.jobMembers, i)) return true;
  }
  for (let i: usize = 0; i < listCount(settings.addPlain); i++) if (isRow(settings.addPlain, i)) return true;
  return false;
}

/** Whether the name that was read is the list's text at `index`. */
function isRow(list: usize, index: usize): bool {
  return sameBytes(nameStart, nameEnd, rowStart(list, index), rowEnd(list, index));
}
