// The lists that hold unless the options say otherwise, and the bounds of what they may say (docs/options.md).
import { SPACE } from "../bytes/chars";

/** The words of a text. A string of its own for each is 30 bytes more of the module. */
function words(text: string): string[] {
  const list: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && text.charCodeAt(i) > <i32>SPACE) continue; // or a line's end
    list.push(text.substring(start, i));
    start = i + 1;
  }
  return list;
}

/** Functions that `returns: all` passes over. */
export const DEFAULT_IGNORE: string[] = ["mine.*", "saltutil.find_job", "saltutil.is_running", "saltutil.running"];

/** Names whose values are masked; in lower case, `-` written as `_`. */
export const DEFAULT_MASKED: string[] =
  words(`*password* *passwd* *passphrase* pwd *_pwd pwd_* *secret* *token* *apikey* *api_key* *accesskey* *access_key*
*accountkey* *account_key* *privatekey* *private_key* *encryption_key* *signing_key* *credential*
*connectionstring* *connection_string* authorization *_authorization cookie set_cookie psk`);

/** Names that neither `job_members` nor `add` may have. */
export const BOTH_NAMES: string[] =
  words(`state_name state_id parent_state minion_id jid fun fun_args event_type _stamp event_id truncated fun_return trimmed
error record states succeeded changed failed skipped would_change total_duration longest_duration slowest_state sls
return id`);

/** What a state says of itself: names that neither may have, and that are never masked as a whole. */
export const OWN_NAMES: string[] = words(
  `name comment changes result __sls__ __id__ __run_num__ start_time duration __state_ran__ skip_watch`,
);

/** Names that only `job_members` may have. */
export const ADD_NAMES: string[] = ["success", "retcode"];

/** The most bytes of `add`, names of `job_members` and bytes of each, and globs in all lists. */
export const ADD_BYTES = 1024;
export const JOB_MEMBERS: i32 = 32;
export const NAME_BYTES = 64;
export const LIST_ENTRIES = 1024;
