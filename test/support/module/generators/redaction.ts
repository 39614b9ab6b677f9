// Arbitraries of texts in which there may be secrets, for the comparison of module and oracle: whatever redaction has a
// rule for, well formed and not, in one another, behind one another, cut off. All secrets are made up.
import fc from 'fast-check';

// prettier-ignore
export const NAMES = [
  'password', 'DB_PASSWORD', 'passwd', 'pass', 'smtp_pass', 'bindpw', 'pw', 'secret', 'client-secret', 'token',
  'X-Auth-Token', 'api_key', 'authorization', 'Set-Cookie', 'psk', 'community', '_auth', 'nopasswd', 'tokenizer',
  'max_tokens', 'bypass', 'password_min_length', 'tokenTTL', 'secret_file', 'webhook_url', 'secretName', 'clé',
  'user', 'name', 'ibm_key', 'Key1', 'auth', 'value', 'ü-token-ü', 'pwd_', '-psk', '--token', '“--token',
];
// prettier-ignore
const VALUES = [
  'hunter2', 'Hunter2xyz9', 'abc', 'x1', '4711', '12', '30d', 'true', 'None', 'false,', 'null;', '"', "'", '{}', '[]',
  '/etc/x.key', './a1b2c3d4', 'https://h/x', 'https://u:p4ss@h/x', 'files systemd', 'must be set', 'is wrong', '|',
  '>-', '|2', '!vault |', '&a |', 'two words', 'three words h3re', 'a b /etc/x1y2z3 k1l2m3n4', 'Bearer abc.def',
  'é😀1', 'Basic dXNlcjpwYXNz', '(x)', '{"a": 1}', "{'a': ['}']}", '[1, "]"]', '{SSHA}abcdefghijklmnop', '"a"b',
  "'a''b'", "'a'\\''b'", '"a\\"b"', '"a\\\\"', "u'x'", "$'x'", 'b"x"', '`x`', '"x"; y=1', '"x" # c', '"x",',
  '"unclosed', '((', 'ConvertTo-SecureString', 'amd64 (1.2)', 'arm64,', 'q{x};', 'abcdefgh12345678',
  'AAAAB3NzaC1yc2EAAAADAQAB', '$x', '',
];
// prettier-ignore
export const TOKENS = [
  'AKIAIOSFODNN7EXAMPLE', 'ghp_0123456789abcdefghij', 'ghp_short', 'xoxb-123456789012', 'hvs.abcdefghij0123456789',
  'hvs.example.com', 'eyJhbGciOi.eyJzdWIi.abc-def_', 'eyJhbGciOi.abcdefghij.k', 'eyJa.eyJ',
  's.abcdefghij0123456789abcd', 'SG.abcdefghij012345.x', 'sha256~abcdefghij0123456789abcdefghij',
  'x-glpat-abcdefghij0123456789', 'A3TXABCDEFGHIJ234567',
  'abcdefghij0123.atlasv1.abcdefghij0123456789abcdefghij0123456789',
  'LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUl', 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUVvd0lCQUFLQ0FR',
  '123456789:AAabcdefghij0123456789abcdefghij01234', '$6$saltsalt$0123456789abcdef', '$1$2',
  '{SHA}3yzme71AGtqpvtIPOShvlHEoIoU=', '$P$Babcdefghij0123456789abcdefghi1',
  '*0123456789ABCDEF0123456789ABCDEF01234567', 'md50123456789abcdef0123456789abcdef', 'grub.pbkdf2.sha512.10000.01AF',
  'SCRAM-SHA-256$4096:abc$d:e', 'pbkdf2_sha256$260000$ab$cd=', '0123456789abcdef0123456789abcdef-us12',
  'https://hooks.slack.com/services/T0/B0/x1', 'https://discord.com/api/webhooks/1/ab?x', 'Bearer "abc123"',
  'bearer token: x', 'BASIC abcdefgH', 'Basic settings', 'basic-auth x', 'postgres://u:p4ss@h/x',
  'https://dY6w63HTKOHuyaXrRFbdEnEu@h', '://a:b:c@@d@e/', 'redis://:x@h', 'http://h:8080/a@b', 'x://u:a/b@h',
  'jdbc:oracle:thin:u/p@h', "IDENTIFIED BY 'x y'", 'identified with a AS "b"', "PASSWORD 'x'", "PASSWORD('x')",
  "SECRET  \\'x\\'", 'db:5432:app:u:Hunter2xyz9', '"app" "Hunter2xyz9"', 'h:*:d:u:abcde1 ',
  '-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----BEGIN CERTIFICATE-----',
  '-----BEGIN RSA PRIVATE KEY-----\\n', 'Proc-Type: 4,ENCRYPTED', 'MIIEowIBAAKCAQEA', 'Private-Lines: 2',
  'hint: run make certs', '/p:x', '/p:a=b',
];
// prettier-ignore
export const SEPARATORS = [
  '=', ' = ', '==', ' => ', ':=', '::=', '?=', '+=', '.=', '|=', '=~', '>=', '%3D', '%3a', ':', ': ', ' : ', '::',
  ':\n', ' ', '\t', '  ', ' \\\n ', ', ', ',', ' string = ', ' := ', "('", '("', '>', '</', ' -a ', '\n  ', '\n- ',
  '=\t',
];
const QUOTES = ['"', "'", '`', '\\"', "\\'", '\\\\\\"', '“', ''];
// prettier-ignore
export const AROUND = [
  '\n', '\r\n', '\r', ' ', '\t', '+', '-', '- ', '  ', '\\n', '\\t', '\\u000a', '\u001b[93m', '\u001b[0m', '\u00a0',
  '_|-', '{', '}', '[', ']', '(', ')', ',', ';', '.', '/', '\\', '|', '&', '#', '?', '$', '@', '<', '>', '"', "'",
  '“', '”', 'export ', 'set ', 'Failed to read ', 'a.b.', '/etc/app/', 'Command "', '" run', 'name: ', 'value: ',
  '\nvalue: ', ', "value": ',
];
// prettier-ignore
export const COMMANDS = [
  'mysql', 'mysqldump', 'mysqladmin', 'curl', 'wget', 'http', 'lftp', 'sshpass', 'docker login', 'az login',
  'redis-cli', 'ldapsearch', 'ldappasswd', 'zip', '7z', 'mongo', 'snmpwalk', 'plink', 'useradd', 'ssh-keygen',
  'htpasswd', 'net user', 'rabbitmqctl add_user', 'openssl passwd', 'vault kv put', 'smbclient', 'echo', 'printf',
  'ConvertTo-SecureString', 'deploy',
];
// prettier-ignore
export const ARGUMENTS = [
  '-p', '-pX1', "-p'a b'", '-p"x"', '-u', '-su', '-uu:X1', 'u:X1', '"u:X 1"', '--user', '--user=u:X1', '-U', 'u%X1',
  '-Uu%X1', '-a', '-w', '-wX1', '-s', '-P', '-c', '-A', '-X', '-pw', '-N', '-b', '-cb', '-6', 'password', 'value=X1',
  'X1', '/add', '-k', '-kX1', '-String', '"X1"', "'X 1'", 'a\\ b', "it's", '\\\n', '| chpasswd', '| sudo chpasswd',
  '| sudo -S x', '| passwd x', '| docker login', '; x', '& x', '"', "'", '--token', '--password=X1', 'http://h/',
  'bob:X1',
];

const pick = (from: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...from);
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));
const some = (part: fc.Arbitrary<string>, least: number, most: number, between = ''): fc.Arbitrary<string> =>
  fc.array(part, { minLength: least, maxLength: most }).map((texts) => texts.join(between));
const maybe = (part: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), part);

const value = fc.oneof(pick(VALUES), pick(TOKENS), some(pick(VALUES), 2, 3, ' '));
const quoted = fc.tuple(pick(QUOTES), pick(NAMES)).map(([quote, name]) => quote + name + quote);
/** NAME, a delimiter and a value, in quotes or not, closed or not. */
const assignment = joined(fc.oneof(pick(NAMES), quoted), maybe(pick([']', ')', '}'])), pick(SEPARATORS), value);
/** Lines of YAML below a name, with the marks of a diff or not. */
const block = fc
  .tuple(
    pick(['', '+', '-', ' ']),
    pick(['', '  ', '- ', '  - ', '\t']),
    pick(NAMES),
    pick([':', ': |', ': >-', ': x1', ': ']),
    fc.array(joined(pick(['', '  ', '    ', '- ', '  - ', '\t\t']), value), { maxLength: 4 }),
    pick(['\n', '\r\n']),
  )
  .map(([mark, indent, name, colon, lines, end]) =>
    [indent + name + colon, ...lines].map((line) => mark + line).join(end),
  );
const element = fc
  .tuple(pick(NAMES), pick(['', ' a="b"', '/']), maybe(pick(['<Value>', '\n  <x>', ' '])), value, pick(['</', '<', '']))
  .map(([name, attributes, nested, text, end]) => `<${name}${attributes}>${nested}${text}${end}${name}>`);
const attribute = fc
  .tuple(pick(['property name', 'entry key', 'x value']), pick(NAMES), pick(['">', '" value="', '"/>']), value)
  .map(([start, name, end, text]) => `<${start}="db.${name}${end}${text}</x>`);
const plist = fc
  .tuple(pick(NAMES), pick(['string', 'value', 'x']), value)
  .map(([name, tag, text]) => `<key>${name}</key>\n  <${tag}>${text}</${tag}>`);
const command = joined(
  maybe(pick(['sudo ', '/usr/bin/', '"', '_|-', '$(', "sh -c '"])),
  pick(COMMANDS),
  pick([' ', '  ']),
  some(pick(ARGUMENTS), 0, 5, ' '),
);
const pem = fc
  .tuple(
    pick(['-----BEGIN PRIVATE KEY-----', '-----BEGIN OpenVPN Static key V1-----', '"-----BEGIN EC PRIVATE KEY-----']),
    pick(['\n', '\\n', '\r\n', '\n+', ' ']),
    fc.array(pick(['MIIEowIBAAKCAQEA', 'abc=', 'DEK-Info: x', '', 'no key here']), { maxLength: 4 }),
    pick(['-----END PRIVATE KEY-----', '-----END CERTIFICATE-----', '']),
  )
  .map(([begin, end, lines, close]) => [begin, ...lines, close].join(end));

/** JSON inside a text, as often in itself as given. */
function nested(text: string, depth: number): string {
  return depth === 0 ? text : nested(JSON.stringify({ out: text }), depth - 1);
}

const anything = fc.oneof(
  { weight: 5, arbitrary: assignment },
  { weight: 2, arbitrary: block },
  { weight: 3, arbitrary: command },
  { weight: 2, arbitrary: fc.oneof(element, attribute, plist) },
  { weight: 2, arbitrary: pick(TOKENS) },
  { weight: 1, arbitrary: pem },
  { weight: 1, arbitrary: pick(NAMES) },
  { weight: 3, arbitrary: pick(AROUND) },
);

/** A text of such pieces, sometimes in JSON inside of JSON, sometimes cut off. */
export const redactionText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.tuple(anything, maybe(pick(AROUND))), { minLength: 1, maxLength: 5 }),
    fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) }),
    fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) }),
  )
  .map(([pieces, depth, cut]) => {
    const text = nested(pieces.flat().join(''), depth);
    return text.slice(0, Math.max(1, text.length - cut));
  });

// prettier-ignore
const MEMBERS = [
  'password', 'X-Api-Key', 'db_pass', 'user', 'name', 'Key', 'entry', 'variable', 'value', 'Value', 'diff', 'changes',
  'ret', 'web-01', 'tokenizer', 'password_ttl', '/etc/shadow', '/etc/token.conf', 'pass word', 'a\tb',
  'libsecret-1-0', 'pkg_|-a_|-b_|-installed', 'cmd_|-x_|-mysql --password=Hunter2xyz9_|-run',
  'file_|-/srv/a.key_|-/srv/a.key_|-managed',
];
const scalar = fc.oneof(
  pick(NAMES),
  pick(NAMES).map((name) => `db.${name}`),
  value,
  fc.constantFrom(null, true, false, 0, 4711, '', '/etc/shadow', '/srv/x.pem'),
);

/**
 * What may be a state's `changes`: names of secrets at every depth, pairs, lists of arguments, names that are texts.
 */
export const redactionChanges: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(pick(MEMBERS), tie('value'), { maxKeys: 4, noNullPrototype: true }),
}))['object'];
