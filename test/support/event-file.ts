// The event file that tests of `saltflat follow` write to, and its checkpoint.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLine, state } from './command.js';

/** Events of one state each, a line each. */
export const eventLines = (...jids: string[]): string => jids.map((jid) => `${eventLine(jid, [state()])}\n`).join('');

/** An event file of its own in an empty folder. */
export class EventFile {
  static #folders = 0;
  readonly folder: string;
  readonly log: string;
  readonly checkpoint: string;

  constructor(root: string) {
    this.folder = join(root, String(EventFile.#folders++));
    mkdirSync(this.folder);
    this.log = join(this.folder, 'events.ndjson');
    this.checkpoint = join(this.folder, 'checkpoint');
  }

  /** Appends an event of one state for each jid. */
  write(...jids: string[]): void {
    appendFileSync(this.log, eventLines(...jids));
  }

  /** Where the checkpoint says that the file goes on; 0 where there is none. */
  get offset(): number {
    if (!existsSync(this.checkpoint)) return 0;
    const saved = JSON.parse(readFileSync(this.checkpoint, 'utf8')) as { files: { offset: number }[] };
    return saved.files[0]?.offset ?? 0;
  }
}
