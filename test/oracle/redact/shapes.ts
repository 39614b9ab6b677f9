// Secrets that are known by their shape. From docs/redaction.md, "tokens", "hashes" and "webhooks".
import { type Found, IN_WORD, type Span, type View, matchAt, readings } from './view.js';

/** The least length of a word that begins so, and its beginnings. */
const KEYS: readonly (readonly [number, string])[] = [
  [20, 'A3T AKIA ASIA ABIA ACCA dop_v1_ doo_v1_ dor_v1_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_'],
  [20, 'glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glimt- glagent- gloas- sk-ant- sk-proj- pypi-AgE dckr_pat_'],
  [15, 'xoxa- xoxb- xoxp- xoxr- xoxs- xoxe- xoxo- xapp-'],
  [16, 'sk_live_ rk_live_ sk_test_ rk_test_'],
  [20, 'glsa_ glc_ NRAK- ATATT3 tskey- lin_api_ figd_ pscale_tkn_ pscale_pw_ pscale_oauth_ sntrys_ sntryu_ rdme_'],
  [20, 'shippo_live_ shippo_test_ tfp_ pul- sgp_ phx_ xkeysib- xsmtpsib- sq0atp- sq0csp- gsk_ xai- nfp_ sbp_ nvapi-'],
  [20, 'lsv2_pt_ CLOJARS_ ATCTT3 ATBB pgar_ cfk_ cfut_ bb_pr_ bkua_'],
  [24, 'GR1348941 HRKU-AA'],
  [30, 'AIza GOCSPX- whsec_ hf_ PMAK- shpat_ shpca_ shppa_ shpss_ AGE-SECRET-KEY-1'],
  [30, 'EZAK EZTK FLWSECK_TEST- duffel_test_ duffel_live_ squ_ sqp_ sqa_ pnu_ CCIPAT_ ops_eyJ'],
  [36, 'dapi'],
  [40, 'npm_ rubygems_ sk- AKCp'],
];
const W = String.raw`(?:(?!_\|-)[${IN_WORD}])`;
/** Keys with a point or a tilde. */
const POINTED = [
  String.raw`eyJ${W}{7,}\.(?:eyJ|${W}{10,}\.${W})`,
  String.raw`hv[sbr]\.${W}{20}`,
  String.raw`SG\.${W}{16}`,
  String.raw`ya29\.${W}{10}`,
  String.raw`s\.[A-Za-z0-9]{24}(?!${W})`,
  String.raw`dp\.pt\.${W}{20}`,
  String.raw`sha256~${W}{30}`,
  String.raw`${W}{14,}\.atlasv1\.${W}{40}`,
  String.raw`[0-9]{8,10}:AA${W}{33}`,
];
const LENGTHS = KEYS.map(([length, starts]) => `(?=${starts.replaceAll(' ', '|')})${W}{${length}}`);
const KEY = new RegExp(`(?:${[...LENGTHS, ...POINTED].join('|')})`, 'y');
const REST = new RegExp(String.raw`${W}*(?:[.~]${W}+)*`, 'y');
const BASE64_OF_PEM = /LS0tLS1CRUdJTi(?!BDRVJ|BQVUJM)[A-Za-z0-9+/=]{26,}/y;

/** Where a key may begin: where a word does, and behind a hyphen in one. */
function startsOf({ text, words }: View): number[] {
  return words.flatMap((word) => {
    const starts = readings(word, text).flatMap((reading) => [
      reading.start,
      ...[...reading.text.matchAll(/-(?=.)/gs)].map(({ index }) => reading.start + index + 1),
    ]);
    return starts.sort((a, b) => a - b);
  });
}

export function* tokens(view: View): Iterable<Found> {
  for (const at of startsOf(view)) {
    const end = keyEnd(view.text, at);
    if (end !== null) yield { at, masks: [[at, end]] };
  }
}

/** Where the key ends that begins at a place. Lengths are in bytes: each is a character here. */
function keyEnd(text: string, at: number): number | null {
  const bytes = Buffer.from(text.slice(at)).toString('latin1');
  const known = (matchAt(BASE64_OF_PEM, bytes, 0) ?? matchAt(KEY, bytes, 0))?.[0] ?? '';
  if (known === '') return null;
  const rest = known.startsWith('LS0tLS1CRUdJTi') ? '' : (matchAt(REST, bytes, known.length)?.[0] ?? '');
  return at + Buffer.from(known + rest, 'latin1').toString().length;
}

const B64 = '[A-Za-z0-9+/=]';
const HASHES: readonly RegExp[] = [
  new RegExp(String.raw`\$(?:[1567y]|gy|2[a-z]|(?:argon2|scrypt|apr1|pbkdf2)${W}*)\$[A-Za-z0-9./$=,+_-]{12,}`, 'g'),
  /\$[PH]\$[A-Za-z0-9./]{31}[A-Za-z0-9./$=,+_-]*/g,
  new RegExp(String.raw`\{(?:SSHA|SHA|SMD5|MD5|SSHA256|SHA256|SSHA512|SHA512)\}${B64}{16,}[A-Za-z0-9./$=,+_-]*`, 'g'),
  /\{CRYPT\}[A-Za-z0-9+/=.$]{13,}[A-Za-z0-9./$=,+_-]*/g,
  new RegExp(String.raw`\*[A-F0-9]{40}(?!${W})`, 'g'),
];

function* all(text: string, patterns: readonly RegExp[], masked: (match: RegExpExecArray) => Span): Iterable<Found> {
  for (const pattern of patterns)
    for (const match of text.matchAll(pattern)) yield { at: match.index, masks: [masked(match)] };
}

const whole = (match: RegExpExecArray): Span => [match.index, match.index + match[0].length];

/** Hashes that begin as keys do. */
const NAMED = new RegExp(
  String.raw`(?:SCRAM-SHA-(?:256|1)\$|(?:pbkdf2_sha256|pbkdf2_sha1|bcrypt_sha256)\$|grub\.pbkdf2\.)[A-Za-z0-9./$=,+_:-]+|` +
    String.raw`md5[a-f0-9]{32}(?!${W})`,
  'y',
);

export function* hashes(view: View): Iterable<Found> {
  yield* all(view.text, HASHES, whole);
  for (const at of startsOf(view)) {
    const found = matchAt(NAMED, view.text, at);
    if (found) yield { at, masks: [whole(found)] };
  }
}

const HOOKS = [
  ...['hooks.slack.com/services/', 'hooks.slack.com/workflows/', 'hooks.slack.com/triggers/'],
  ...['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/', 'webhook.office.com/webhookb2/'],
  'outlook.office.com/webhook/',
].map((hook) => new RegExp(String.raw`(${hook.replaceAll('.', '\\.')})([^ \t\r\n"'${'`'}<>\\\u001b]+)`, 'g'));

export function webhooks({ text }: View): Iterable<Found> {
  return all(text, HOOKS, (match) => [match.index + (match[1] ?? '').length, match.index + match[0].length]);
}
