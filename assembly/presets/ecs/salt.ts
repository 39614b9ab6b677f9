// What stands under `salt` in a record of the Elastic Common Schema, but for what all of them have (docs/ecs.md).
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET } from "../../bytes/chars";
import { out, setOut } from "../../json/emit";
import { IS_DROPPED, Member, memberAt } from "../../json/object";
import { putByte, putComma, putName, putNameOf, putSpan } from "../../json/put";
import { scanValue, skipSpace } from "../../json/scan";
import { listCount, rowEnd, rowStart, settings } from "../../options/settings";
import { Own, hasChanges, ownEnd, ownOfMember, ownStart, stateCount, stateTable } from "../../salt/state";
import { isMaskedMember, putAsText, putMask, putRedacted } from "../../redact/value";
import { RETCODE_ROW, SUCCESS_ROW, extraEnd, extraStart } from "../../event/extras";
import { Subject } from "../../record/current";
import { closeMember, closeMemberCut, memberStart, openMember, openMemberOf } from "../../record/limits";
import { Shared, closeShared, putCopy } from "../../record/shares";
import { hasSlowest, putCounts, putSlowest, putSls } from "../../record/summary";
import { closeObject, isBoolean, isLong, isNothing, openObject, putKeyword, putText } from "./field";
import { flattenTail } from "./flattened";
import { functionEnd, functionStart, moduleEnd, moduleStart } from "./strings";

export function putArgs(subject: Subject): void {
  const part = subject.part;
  const start = part.argsStart;
  if (isNothing(start)) return;
  openMember("fun_args");
  if (putCopy(subject, Shared.ARGS)) return;
  if (settings.argsText) putAsText(start, part.argsEnd, false);
  else if (load<u8>(start) != OPEN_BRACKET) {
    putByte(OPEN_BRACKET);
    putText(start, part.argsEnd);
    putByte(CLOSE_BRACKET);
  } else {
    putByte(OPEN_BRACKET);
    for (let p = skipSpace(start + 1); load<u8>(p) != CLOSE_BRACKET;) {
      const end = scanValue(p, 0);
      if (!isNothing(p)) {
        putComma();
        putText(p, end);
      }
      p = skipSpace(end);
      if (load<u8>(p) == COMMA) p = skipSpace(p + 1);
    }
    putByte(CLOSE_BRACKET);
  }
  closeShared(subject, Shared.ARGS);
}

/** The members of the state that have no field of their own. */
function putExtra(): void {
  const at = out;
  openMember("extra");
  putByte(OPEN_BRACE);
  for (let i: usize = 0; i < stateCount; i++) {
    const member = memberAt(stateTable, i);
    if (member.flags & IS_DROPPED) continue;
    const own = ownOfMember(member);
    if (own != Own.NONE && own != Own.STATE_RAN && own != Own.SKIP_WATCH && own != Own.START_TIME) continue;
    putNameOf(member.keyStart, member.keyEnd);
    if (own == Own.NONE && isMaskedMember(member)) putMask();
    else putRedacted(member.valueStart, member.valueEnd, false);
  }
  if (load<u8>(out - 1) == OPEN_BRACE) {
    setOut(at);
    return;
  }
  putByte(CLOSE_BRACE);
  closeMemberCut(flattenTail(memberStart()));
}

function putChanges(): void {
  const start = ownStart(Own.CHANGES);
  const end = ownEnd(Own.CHANGES);
  if (isNothing(start)) return;
  if (load<u8>(start) == OPEN_BRACE && !hasChanges()) return;
  if (settings.changesText) {
    openMember("changes_text");
    putAsText(start, end, true);
    closeMember();
  } else {
    openMember("changes");
    putRedacted(start, end, true);
    closeMemberCut(flattenTail(memberStart()));
  }
}

export function putState(subject: Subject, withOwn: bool): void {
  const keyStart = subject.keyStart;
  const keyEnd = subject.keyEnd;
  const at = out;
  openObject("state");
  if (keyStart) {
    putKeyword("key", keyStart - 1, keyEnd + 1);
    if (subject.parent) {
      const parent = changetype<Member>(subject.parent); // an unmanaged view of the arena
      putKeyword("parent", parent.keyStart - 1, parent.keyEnd + 1);
    }
    putKeyword("module", moduleStart, moduleEnd);
    putKeyword("function", functionStart, functionEnd);
  }
  putKeyword("id", subject.idStart, subject.idEnd);
  if (withOwn) {
    putKeyword("name", ownStart(Own.NAME), ownEnd(Own.NAME));
    putKeyword("sls", ownStart(Own.SLS), ownEnd(Own.SLS));
  }
  if (isLong(ownStart(Own.RUN_NUM), ownEnd(Own.RUN_NUM))) {
    putName("run_num");
    putSpan(ownStart(Own.RUN_NUM), ownEnd(Own.RUN_NUM));
  }
  if (isBoolean(ownStart(Own.RESULT))) {
    putName("result");
    putSpan(ownStart(Own.RESULT), ownEnd(Own.RESULT));
  }
  closeObject(at);
  if (!withOwn) return;
  putChanges();
  putExtra();
}

export function putJobMembers(subject: Subject): void {
  const at = out;
  openObject("job");
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) {
    if (isNothing(extraStart(i))) continue;
    openMemberOf(rowStart(settings.jobNames, i), rowEnd(settings.jobNames, i));
    if (putCopy(subject, <usize>Shared.JOB + i)) continue;
    putText(extraStart(i), extraEnd(i));
    closeShared(subject, <usize>Shared.JOB + i);
  }
  closeObject(at);
}

export function putSummary(): void {
  openObject("summary");
  putCounts();
  if (hasSlowest()) {
    openMember("slowest_state");
    putSlowest();
    closeMember();
  }
  openMember("sls");
  putSls();
  closeMember();
  if (isBoolean(extraStart(SUCCESS_ROW))) {
    putName("success");
    putSpan(extraStart(SUCCESS_ROW), extraEnd(SUCCESS_ROW));
  }
  if (isLong(extraStart(RETCODE_ROW), extraEnd(RETCODE_ROW))) {
    putName("retcode");
    putSpan(extraStart(RETCODE_ROW), extraEnd(RETCODE_ROW));
  }
  putByte(CLOSE_BRACE);
}
