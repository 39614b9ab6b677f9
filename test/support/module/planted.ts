// Secrets planted in real events: marked, in many spellings, in every string and every object; and the search for what
// is left of them.

/** Text in which `secret` is one, as docs/options.md has it. */
const SPELLINGS: readonly ((secret: string) => string)[] = [
  (secret) => `password=${secret}`,
  (secret) => `DB_PASSWORD = "a ${secret}"`,
  (secret) => `api-key: a ${secret}, b`,
  (secret) => `"token": "a\\"${secret}", "x": 1`,
  (secret) => `{u'psk': u'${secret}', u'x': 1}`,
  (secret) => JSON.stringify({ x: 1, secret: { a: ['}', secret] } }),
  (secret) => JSON.stringify({ out: JSON.stringify({ out: JSON.stringify({ pwd: `"${secret}\\` }) }) }),
  (secret) => JSON.stringify({ out: `line\nAuthorization: Basic ${secret}` }),
  (secret) => JSON.stringify({ out: `line\npsk=${secret}` }),
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `sent Bearer ${secret}`,
  (secret) => `Basic ${secret}AA==`,
  (secret) => `postgres://app:${secret}@db:5432/x`,
  (secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
  (secret) => `private_key: -----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
  (secret) => `HTTP_AUTHORIZATION=Bearer ${secret}`,
  (secret) => JSON.stringify({ grant_type: 'password', password: secret }, null, 1),
  (secret) => `AKIA${secret}ABCDEFGHIJKLMNOP`,
  (secret) => `-ghp_${secret}abcdefghijklmnopqrstuvwxyz0123456789`,
  (secret) => `eyJhbGciOiJIUzI1NiJ9.eyJ${secret}.${secret}`,
  (secret) => `mysqladmin --password ${secret} ping`,
  (secret) => `tool --auth-token 'a ${secret}' run`,
  (secret) => `+password: |\n+  a\n+  ${secret}\n x: 1`,
  (secret) => `client_secret:\n  - ${secret}`,
];

/** Members whose values are secrets whole. */
const MEMBERS: readonly ((secret: string, count: number) => readonly [string, unknown])[] = [
  (secret) => ['password', secret],
  (secret) => ['X-Api-Key', { a: [secret], b: { c: secret } }],
  (secret) => ['db_pwd', [[secret], 1]],
  (_, count) => ['access_token', Number(`${DIGITS}${count}`)],
];
/** How many kinds of secrets there are. */
export const KINDS = SPELLINGS.length + MEMBERS.length;

const DIGITS = '8177264';
/** A secret with its number and, where it is text, its kind. */
const SECRET = /Zq(\d+)k(\d+)Hx|8177264\d/gi;

/** What can be told of secrets in a text, escapes of JSON in it undone again and again: their kinds. */
export function kindsIn(text: string): Set<number> {
  const kinds = new Set<number>();
  for (let last = ''; text !== last;) {
    for (const [, , kind] of text.matchAll(SECRET)) kinds.add(kind === undefined ? KINDS - 1 : Number(kind));
    last = text;
    text = text
      .replaceAll(/\\u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
      .replaceAll(/\\([^u])/g, '$1');
  }
  return kinds;
}

/** What may not be touched if the event is to stay a job return: where this is said of Salt's data. */
const IDENTITY = new Set(['tag', 'data.cmd', 'data.fun', 'cmd', 'fun']);

/**
 * An event whose tag names the minion and job that its data now has: another's return is malformed. Where they cannot
 * stand in a tag, there is none, as engines send it.
 */
function agreeing(event: Record<string, unknown>): Record<string, unknown> {
  const { tag, ...rest } = event;
  const { jid, id } = (rest['data'] ?? {}) as { jid?: unknown; id?: unknown };
  if (typeof tag !== 'string' || !/^salt\/(?:job|run)\/[^/]+\/ret(?:\/|$)/.test(tag)) return event;
  const names = tag.startsWith('salt/run/') ? [jid] : [jid, id];
  if (names.some((name) => typeof name !== 'string' || /[/\n\t]/.test(name))) return rest;
  const told = tag.startsWith('salt/run/')
    ? `salt/run/${String(jid)}/ret`
    : `salt/job/${String(jid)}/ret/${String(id)}`;
  return { ...event, tag: told };
}

/** Plants secrets in events, one after the other in turn. */
export class Planter {
  #count: number;

  constructor(seed: number) {
    this.#count = seed;
  }

  #secret(kind: number): string {
    return `Zq${this.#count++}k${kind}Hx`;
  }

  #spelling(): string {
    const kind = this.#count % SPELLINGS.length;
    return SPELLINGS[kind]?.(this.#secret(kind)) ?? '';
  }

  #string(text: string): string {
    const spelling = this.#spelling();
    switch (this.#count % 4) {
      case 0:
        return `${spelling}\n${text}`;
      case 1:
        return `${text} ${spelling}`;
      case 2:
        return spelling;
      default:
        return `${text}\n${spelling}\n${text}`;
    }
  }

  /**
   * A member to add; where names are of functions or minions, which say whose the value is, none that is a secret
   * whole.
   */
  #member(isKeyed: boolean): readonly [string, unknown] {
    const kind = this.#count % (MEMBERS.length + 1);
    const member = MEMBERS[kind]?.(this.#secret(SPELLINGS.length + kind), this.#count++);
    return !isKeyed && member ? member : ['notes', [this.#spelling()]];
  }

  /**
   * A copy of an event with secrets in all its strings and objects; `whole`: also where the event may become another
   * kind by it.
   */
  plant(value: unknown, whole: boolean, path = ''): unknown {
    if (typeof value === 'string') return !whole && IDENTITY.has(path) ? value : this.#string(value);
    if (Array.isArray(value)) {
      const isFun = !whole && IDENTITY.has(path);
      return value.map((element) => (isFun ? (element as unknown) : this.plant(element, whole, `${path}[]`)));
    }
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, each]): readonly [string, unknown] => [
      whole ? name : this.#name(name, path),
      this.plant(each, whole, path === '' ? name : `${path}.${name}`),
    ]);
    const isKeyed = /^(data\.)?return\.data$/.test(path) || Object.keys(value).includes('test.ping');
    // In the middle, so that there is something behind it.
    const half = members.length >> 1;
    const planted = Object.fromEntries([...members.slice(0, half), this.#member(isKeyed), ...members.slice(half)]);
    return path === '' && !whole ? agreeing(planted) : planted;
  }

  /** The key of a state, which becomes a value; other names stay. */
  #name(name: string, path: string): string {
    const parts = name.split('_|-');
    if (parts.length !== 4 || !/^(data\.)?return(\.[^_]*)?$/.test(path)) return name;
    return parts.map((part, index) => (index === 2 ? `${part} ${this.#spelling()}` : part)).join('_|-');
  }
}

/** A JSON text with every character of its strings as an escape. */
export function escapedJson(value: unknown): string {
  const escape = (text: string): string =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
  if (typeof value === 'string') return `"${escape(value)}"`;
  if (Array.isArray(value)) return `[${value.map(escapedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, each]) => `"${escape(name)}":${escapedJson(each)}`)
    .join(',')}}`;
}
