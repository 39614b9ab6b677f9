// What is said of an input that gave nothing: what it is, and what would help.
import { plural } from '../text/words.js';

/** Why `events` lines, of which so many were malformed, gave neither a state nor a return. One sentence. */
export function nothingIn({ events, malformed }: { readonly events: number; readonly malformed: number }): string {
  if (events === 0) return "nothing was read: the input is empty; name Salt's event file, or pipe events in";
  if (events === malformed)
    return `${plural(events, 'line')} read, none of them an event of Salt; \`saltflat replay\` says why of each`;
  return (
    `${plural(events, 'event')} read, none of them the return of a state run; ` +
    "does the master's event_return_whitelist let 'salt/job/*/ret/*' through?"
  );
}
