// What stands under `salt` in a record of the Elastic Common Schema, but for what all of them have (docs/ecs.md).
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET } from "../../bytes/chars";
import { spanEnd, spanStart } from "../../bytes/span";
import { out, setOut } from "../../json/emit";
import { IS_DROPPED, Member, memberAt } from "../../json/object";
import { putByte, putComma, putName, putNameOf, putSpan } from "../../json/put";
import { scanValue, skipSpace } from "../../json/scan";
import { listCount, rowEnd, rowStart, settings } from "../../options/settings";
import { Own } from "../../salt/own";
import { State, hasChanges, ownEnd, ownOfMember, ownStart } from "../../salt/state";
import { isMaskedMember, putAsText, putMask, putRedacted } from "../../redact/value";
import { RETCODE_ROW, SUCCESS_ROW, extraEnd, extraStart } from "../../event/extras";
import { putCauses } from "../../record/causes";
import { Subject } from "../../record/current";
import { closeMember, closeMemberCut, memberStart, openMember, openMemberOf } from "../../record/limits";
import { Shared, closeShared, putCopy } from "../../record/shares";
import { putCounts, putSlowest, putSls } from "../../record/summary";
import { Summary } from "../../record/totals";
import { closeObject, isBoolean, isLong, isNothing, openObject, putKeyword, putText } from "./field";
import { flattenTail } from "./flattened";
import { Strings } from "./strings";

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
export function putExtra(state: State): void {
  const at = out;
  openMember("extra");
  putByte(OPEN_BRACE);
  for (let i: usize = 0; i < state.count; i++) {
    const member = memberAt(state.table, i);
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

export function putChanges(state: State): void {
  const start = ownStart(state, Own.CHANGES);
  const end = ownEnd(state, Own.CHANGES);
  if (isNothing(start)) return;
  if (load<u8>(start) == OPEN_BRACE && !hasChanges(state)) return;
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

export function putState(subject: Subject, strings: Strings, withOwn: bool): void {
  const state = subject.state;
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
    putKeyword("module", spanStart(strings.module), spanEnd(strings.module));
    putKeyword("function", spanStart(strings.stateFunction), spanEnd(strings.stateFunction));
  }
  putKeyword("id", subject.idStart, subject.idEnd);
  if (withOwn) {
    putKeyword("name", ownStart(state, Own.NAME), ownEnd(state, Own.NAME));
    putKeyword("sls", ownStart(state, Own.SLS), ownEnd(state, Own.SLS));
  }
  if (isLong(ownStart(state, Own.RUN_NUM), ownEnd(state, Own.RUN_NUM))) {
    putName("run_num");
    putSpan(ownStart(state, Own.RUN_NUM), ownEnd(state, Own.RUN_NUM));
  }
  if (isBoolean(ownStart(state, Own.RESULT))) {
    putName("result");
    putSpan(ownStart(state, Own.RESULT), ownEnd(state, Own.RESULT));
  }
  closeObject(at);
  putCauses(subject);
  if (!withOwn) return;
  putChanges(state);
  putExtra(state);
}

export function putJobMembers(subject: Subject): void {
  const at = out;
  openObject("job");
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) {
    if (isNothing(extraStart(i))) continue;
    openMemberOf(rowStart(settings.jobMembers, i), rowEnd(settings.jobMembers, i));
    if (putCopy(subject, <usize>Shared.JOB + i)) continue;
    putText(extraStart(i), extraEnd(i));
    closeShared(subject, <usize>Shared.JOB + i);
  }
  closeObject(at);
}

export function putSummary(summary: Summary): void {
  openObject("summary");
  putCounts(summary);
  if (summary.slowestStart) {
    openMember("slowest_state");
    putSlowest(summary);
    closeMember();
  }
  openMember("sls");
  putSls(summary);
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
