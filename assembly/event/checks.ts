// What a job return's own members must be, once it is known to be one: their types, and what its tag says of them.
import { ErrorCode, refuse } from "../error";
import { QUOTE } from "../bytes/chars";
import { Span } from "../bytes/span";
import { sameSpans } from "../bytes/words";
import { NULL_WORD } from "../json/scan";
import { readText } from "../json/string";
import { Kind } from "./event";
import { Event, Slot, endOf, startOf } from "./slots";

/** Whether the event is a result that the command line found in a file: such have no function. */
export function isFound(event: Event): bool {
  return (
    !event.isCertain &&
    load<u32>(startOf(event, Slot.FUN)) == NULL_WORD &&
    startOf(event, Slot.ID) != 0 &&
    (load<u8>(startOf(event, Slot.JID)) == QUOTE || load<u32>(startOf(event, Slot.JID)) == NULL_WORD)
  );
}

/** Fails where a job return's member has the wrong type; `jid` and `id` are strings. */
export function hasGoodTypes(event: Event, kind: Kind): bool {
  const jid = startOf(event, Slot.JID);
  if (load<u8>(jid) != QUOTE && !isFound(event)) return refuse(ErrorCode.BAD_JID, jid);
  const id = startOf(event, Slot.ID);
  return kind == Kind.RUN || load<u8>(id) == QUOTE || refuse(ErrorCode.BAD_ID, id);
}

/** Whether a member's string is what the tag says. */
function isNamed(event: Event, slot: Slot, name: Span): bool {
  const text = readText(startOf(event, slot), endOf(event, slot));
  return text != 0 && sameSpans(text, name);
}

/** Fails where the tag is that of another minion's return, or of another job's. */
export function agreesWithTag(event: Event): bool {
  if (event.tagId && !isNamed(event, Slot.ID, event.tagId)) return refuse(ErrorCode.OTHER_MINION, event.tagAt);
  if (event.tagJid && !isNamed(event, Slot.JID, event.tagJid)) return refuse(ErrorCode.OTHER_JOB, event.tagAt);
  return true;
}
