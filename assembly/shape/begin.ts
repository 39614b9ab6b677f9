// What the options mean for the way records are made: worked out once, at start-up.
import { takeNames } from "../salt/known";
import { newList, settings } from "../options/settings";
import { beginMasking } from "../redact/names";
import { beginPlain } from "../presets/plain/plain";
import { beginClasses } from "../redact/cursor";

/** Allocates: for start-up only. */
export function beginShaping(): void {
  if (settings.redacts) {
    beginMasking();
    beginClasses();
  }
  if (settings.id) takeNames(newList(["event_id"]));
  if (settings.memberBytes || settings.recordBytes) takeNames(newList(["truncated"]));
  takeNames(settings.jobMembers);
  takeNames(settings.addPlain);
  beginPlain();
}
