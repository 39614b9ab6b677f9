// The members of a part's return that are no state results, as one object.
import { CLOSE_BRACE, OPEN_BRACE } from "../bytes/chars";
import { IS_DROPPED, IS_STATE, memberAt } from "../json/object";
import { putByte, putNameOf } from "../json/put";
import { isMaskedMember, putMask, putRedacted } from "../redact/value";
import { Subject } from "./current";

/** Writes what the part returned: all of it, or the members that are no state results. */
export function putReturned(subject: Subject): void {
  const part = subject.part;
  if (!part.states) {
    putRedacted(part.valueStart, part.valueEnd, false);
    return;
  }
  putByte(OPEN_BRACE);
  for (let i: usize = 0; i < part.count; i++) {
    const member = memberAt(part.table, i);
    if (member.flags & (IS_DROPPED | IS_STATE)) continue;
    putNameOf(member.keyStart, member.keyEnd);
    if (isMaskedMember(member)) putMask();
    else putRedacted(member.valueStart, member.valueEnd, false);
  }
  putByte(CLOSE_BRACE);
}
