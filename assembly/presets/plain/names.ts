// The names that a plain record sets itself: a state's own member of such a name gives way.
import { Member, nameEnd, nameStart, readMemberName } from "../../json/object";
import { isAscii } from "../../json/string";

/** True for the names that a state record sets itself; `_stamp` only where the event has one. */
export function isRecordName(member: Member, stamped: bool): bool {
  if (!readMemberName(member)) return false;
  const start = nameStart;
  const end = nameEnd;
  switch (<i32>(end - start)) {
    case 3:
      return isAscii(start, end, "jid") || isAscii(start, end, "fun");
    case 6:
      return stamped && isAscii(start, end, "_stamp");
    case 8:
      return isAscii(start, end, "state_id") || isAscii(start, end, "fun_args");
    case 9:
      return isAscii(start, end, "minion_id");
    case 10:
      return isAscii(start, end, "state_name") || isAscii(start, end, "event_type");
  }
  return false;
}
