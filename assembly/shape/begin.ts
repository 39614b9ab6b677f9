// What the options mean for the way records are made: worked out once, at start-up.
import { takeNames } from "../names";
import { newList, settings } from "../options/settings";
import { beginMasking } from "./masked";
import { beginPlain } from "./plain";
import { beginClasses } from "./cursor";

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
