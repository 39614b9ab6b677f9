// What a preset is: how its records look, and how several of them leave. A preset is a class and a row in `filter.ts`;
// one that leaves anything of this out does not compile.
import { Evidence } from "../event/evidence";
import { Subject } from "../record/current";
import { Frame } from "./frame";

export abstract class Preset {
  constructor(readonly frame: Frame) {}

  /** Whether the records are plain copies where no option shapes them: `plain/copy.ts` makes them then. */
  abstract isCopied(): bool;

  /** Whether every state has to be looked into, whatever the options ask. */
  abstract looksInto(): bool;

  /** Before the records of a job: what all of them need. False when memory runs out. */
  abstract begin(subject: Subject): bool;

  /** Makes what the records of the part's states share. False when memory runs out. */
  abstract share(subject: Subject): bool;

  /** What `putQuickly` needs in the arena, before the record is begun. False when memory runs out. */
  abstract prepareQuickly(subject: Subject): bool;

  /**
   * Writes the record of a state from what the part's states share (`record/fragments.ts`); `isFull` where that does
   * not do. The state was looked into, if the preset or the options ask for it.
   */
  abstract putQuickly(subject: Subject): void;

  /** What the record of the open state needs beside its members. False when memory runs out. */
  abstract prepareState(subject: Subject): bool;

  /** The same for another record of the part. */
  abstract prepareOther(subject: Subject): bool;

  /** Leaves out members of the open state, before its record is made member by member. */
  abstract dropMembers(subject: Subject): void;

  /** Writes the record that `current.ts` holds; without `withOwn` the state's own members are left out. */
  abstract put(subject: Subject, withOwn: bool): void;

  /** Writes the record for the failure that `error.ts` holds, into static memory: it asks for no room. */
  abstract putMalformed(evidence: Evidence): void;
}
