// The lists that hold unless the options say otherwise, and the bounds of what they may say (docs/options.md).
import { SPACE } from "../bytes/chars";

/**
 * The words of a text, with white space between them or `comma`. A string of its own for each is 30 bytes more of the
 * module.
 */
export function words(text: string, comma: i32 = 0x20): string[] {
  const list: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : comma;
    if (c > <i32>SPACE && c != comma) continue;
    list.push(text.substring(start, i));
    start = i + 1;
  }
  return list;
}

/** Functions that `returns: all` passes over. */
export const DEFAULT_IGNORE: string[] = ["mine.*", "saltutil.find_job", "saltutil.is_running", "saltutil.running"];

/** Names whose values are masked; in lower case, `-` written as `_`. */
export const DEFAULT_MASKED: string[] =
  words(`*password* *passwd* *passphrase* *pass pwd *_pwd pwd_* *pw *secret* *token* *credential* *apikey* *api_key* *accesskey*
*access_key* *accountkey* *account_key* *privatekey* *private_key* *encryption_key* *signing_key* *sharedkey*
*shared_key* *masterkey* *master_key* *app_key* *licensekey* *license_key* *session_key* *client_key* *key_data*
*validationkey* *decryptionkey* auth_key _auth *authtok masterauth *connectionstring* *connection_string*
authorization *_authorization cookie set_cookie *_cookie psk *_psk community encrypt *webhook* sig
x_amz_signature x_goog_signature stringdata`);

/** Names that these globs match, and that are none. */
export const NO_NAMES: string[] = words(`nopasswd *tokeniz* max_tokens *bypass compass *_compass secretname secretkeyref
secretref imagepullsecrets`);

/** The groups of rules by name, in the order of `Rule`. */
export const RULES: string[] = words(
  `members pairs assignments keys options blanks programs sql tokens hashes webhooks xml urls schemes pem lines files`,
);

/** Files whose diffs are dropped. */
export const SECRET_FILES: string[] =
  words(`*/shadow */shadow- */gshadow */.netrc */.pgpass */.htpasswd */.vault-token */.git-credentials */.erlang.cookie
*/sasl_passwd */userlist.txt */chap-secrets */pap-secrets */ipsec.secrets *.secrets */passwd-s3fs */master.key
*/id_rsa */id_dsa */id_ecdsa */id_ed25519 *.key *.pem *.p12 *.pfx *.jks *.kdbx *.keytab`);

/** Names that neither `job_members` nor `add` may have. */
export const BOTH_NAMES: string[] =
  words(`state_name state_id parent_state minion_id jid fun fun_args event_type _stamp event_id trace_id span_id truncated
fun_return trimmed caused_by caused_by_text failed_roots failed_followers error record states succeeded changed failed
skipped would_change total_duration longest_duration slowest_state sls return id`);

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
