// Which words are names of secrets, and which of those say that their value is none. From docs/redaction.md, "Names".
import { anyGlob } from '../globs.js';

const NAMES =
  '*password* *passwd* *passphrase* pass *_pass *pass pwd *_pwd pwd_* pw *_pw *pw *secret* *token* *credential* ' +
  '*apikey* *api_key* *accesskey* *access_key* *accountkey* *account_key* *privatekey* *private_key* ' +
  '*encryption_key* *signing_key* *sharedkey* *shared_key* *masterkey* *master_key* *app_key* *licensekey* ' +
  '*license_key* *session_key* *client_key* *key_data* *validationkey* *decryptionkey* auth_key _auth *authtok ' +
  'masterauth requirepass *connectionstring* *connection_string* authorization *_authorization cookie set_cookie ' +
  '*_cookie psk *_psk community encrypt *webhook* sig x_amz_signature x_goog_signature stringdata';
const EXCEPTIONS =
  'nopasswd *tokeniz* max_tokens *bypass compass *_compass secretname secretkeyref secretref imagepullsecrets';

const POLICY_WORDS =
  'ttl length len min max expire expires expiry expiration timeout count limit age days size url uri file path dir ' +
  'name type id mode policy enabled required lifetime retries attempts interval check';
const POLICY = new Set(POLICY_WORDS.split(' '));

/** What `members`, `keep` and `defaults` say about names. */
export interface Names {
  /** Whether a member of this name is masked. */
  readonly isSecret: (name: string) => boolean;
  /** Whether `members` asks for it, wherever it stands. */
  readonly isAsked: (name: string) => boolean;
  /** Whether a word of a text is a NAME. */
  readonly isName: (word: string) => boolean;
}

/** A name as it is compared: ASCII case and the two dashes are the same. */
export function folded(name: string): string {
  return name.replace(/[A-Z]/g, (char) => char.toLowerCase()).replaceAll('-', '_');
}

export function namesOf(members: readonly string[], keep: readonly string[], defaults: boolean): Names {
  const asked = anyGlob(members.map(folded));
  const kept = anyGlob(keep.map(folded));
  const builtIn = anyGlob(defaults ? NAMES.split(' ') : []);
  const excepted = anyGlob(EXCEPTIONS.split(' '));
  const isOut = (name: string): boolean => kept(name) || (excepted(name) && !asked(name));
  const isSecret = (name: string): boolean => {
    const compared = folded(name);
    return (asked(compared) || builtIn(compared)) && !isOut(compared);
  };
  const known = new Map<string, boolean>(); // to be asked for every word
  return {
    isSecret,
    isAsked: (name) => asked(folded(name)) && !kept(folded(name)),
    isName: (word) => {
      const bare = bareName(word);
      const is = known.get(word) ?? (isSecret(bare) || (isSecret(word) && !isOut(folded(bare))));
      known.set(word, is);
      return is;
    },
  };
}

/** A word without hyphens before it and what is not ASCII on both sides. */
export function bareName(word: string): string {
  return word.replace(/^[-\u0080-\uffff]+/, '').replace(/[\u0080-\uffff]+$/, '');
}

/** Whether a NAME says that its value is no secret but a rule for one: `password_min_length`. */
export function isPolicyName(word: string): boolean {
  const name = bareName(word);
  if (/webhook/i.test(name)) return false;
  const parts = name
    .split(/[_-]|(?<=[a-z])(?=[A-Z])/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
  return POLICY.has(parts.at(-1) ?? '') || ['min', 'max'].includes(parts[0] ?? '');
}

/** Whether a word names a key that may be a secret, by the look of its value: `ibm_key`, `Key1`, `auth`. */
export function isKeyName(word: string): boolean {
  return /(?:key|auth)[0-9]*$/i.test(bareName(word));
}

/**
 * Whether a value looks like a key: so long, of such characters, with digits in it, and no path, address or public key.
 */
export function looksRandom(value: string): boolean {
  return (
    /^[A-Za-z0-9_\-+/=.~:|?@%]{16,}$/.test(value) &&
    /[A-Za-z]/.test(value) &&
    /[0-9][^]*[0-9]/.test(value) &&
    !/^(?:[/.~]|AAAA)|:\/\//.test(value)
  );
}
