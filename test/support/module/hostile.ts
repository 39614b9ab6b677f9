// Families of texts and values that a hostile minion may choose, a generator by size each: whatever the rules for
// secrets begin with, go on with, or look for the end of, without end. Their number is the point: one pass over a text
// that begins anew at each of its words is quadratic, and each rule has its own way to do that. See docs/redaction.md.

/** `piece` so often. */
const r = (piece: string, count: number): string => piece.repeat(count);

/** `piece` so often behind `start` and before `end`. */
const around =
  (start: string, piece: string, end = '') =>
  (n: number): string =>
    start + r(piece, n) + end;

/** Texts that are one piece over and over. */
// prettier-ignore
const REPEATED = [
  // assignments: delimiters
  'password', 'password=', 'password= ', 'password=x ', 'password:', 'password: ', 'password: x\n', 'password:\n', 'password=>',
  'password==', 'password::', 'password::=', 'password:=', 'password?=', 'password|=', 'password%3D', 'password%3A', '%3Dpassword',
  'password]', "config['password']=", 'password)=', 'password("', "'password', '", "'password',\n", 'password string = "',
  'password x = ', 'x password = ', '&password=', '/password:', '{password:', 'a.b.password: ', 'export password: ',
  // assignments: values
  'password="', 'password="x" ', 'password="x', "password='a ", 'password=`', 'password=u"', 'password=$"', 'password=\\"',
  'password=\\\\\\"x', 'password="\\', "password='a''", "password='a'\\''", 'password="a"b', 'password=[', 'password={', 'password=([{',
  'password={"a":', "password=['", 'password=["]"', '{"password":"', '{\\"password\\":\\"', '{\\\\\\"password\\\\\\":', '"password: ',
  '"password":\n', '"password": 1', '"password": true', "u'password': u'", 'password: "', 'password: "a" ', 'password: [',
  'password: must be ', 'password: a b c d1e2f3 ', 'a b c password: x y z ', 'pass: ', ' pass:x', 'passwd: files ', 'password:amd64 ',
  'password: -----BEGIN PRIVATE KEY-----\n', 'password: Bearer ', 'password=ConvertTo-SecureString ', 'tokenTTL: 30d ',
  // YAML, diffs
  '+password: x\n', '-password:\n+password:\n', 'password: |\n', 'password:\n- a\n', '  password:\n', '- password: ', ' - - password:\n',
  // name: and value:
  'name: password\nvalue: ', 'name: password', 'value: ', 'name=password,', 'name: password\\nvalue', 'key: "password", "value": "',
  // keys
  'key=', 'key: ', 'xkey=a1b2c3d4e5f6a7b8 ', 'key', 'auth', 'key1', '"key":"', 'key=a1',
  // options
  '--password ', '--password', '-password ', '--password \\\n', '--token "', '--token -', '--', '\\-\\-token x ', 'x --token\n',
  // blanks
  'password ', 'password -a ', 'password -a', 'password Abcd1234 ', 'password\n', 'password a1 ', 'password "', '.password a1b2c3d4 ',
  // programs
  'mysql ', 'mysql -p', 'mysql -px ', 'mysql "', "mysql '", '"mysql -p', 'mysql|', 'mysql;', 'mysql_|-', 'mysql \\\n', 'mysql\\ ',
  'curl -u ', 'curl -u a:', 'curl -ua:b ', 'curl "\\"', 'curl --user=', 'wget http ', 'lftp -u a,', 'docker login ', 'docker ',
  'docker login -p ', 'echo ', 'echo a | ', 'echo a:b | chpasswd; ', 'echo x | passwd ', 'echo |sudo ', 'echo x | sudo -S ', 'echo a:b ',
  'printf "', 'htpasswd -b ', 'htpasswd a ', 'net user ', 'net user a b ', 'openssl passwd ', 'vault kv value=', 'smbclient -U a%',
  'rabbitmqctl add_user ', 'ConvertTo-SecureString ', 'ConvertTo-SecureString -', '/p:', ' /p:x', ' /p:x=', 'mysqladmin password ',
  'sshpass -p ', 'ldapsearch -w', '7z -p', 'ssh-keygen -N ', 'sudo ', 'xmysql ', '(mysql ', 'curl -',
  // sql
  'IDENTIFIED BY ', "IDENTIFIED BY '", 'IDENTIFIED ', 'IDENTIFIED WITH ', "PASSWORD '", 'PASSWORD (', "PASSWORD('", "SECRET ''",
  // tokens
  'AKIA', 'AKIAABCDEFGHIJKLMNOP ', 'ghp_', '-ghp_', 'eyJ', 'eyJa.', '.eyJ', 'eyJaaaaaaaaaa.', 'hvs.', 's.', 'a.', 'a~', 'sk-', '-sk',
  '12345678:AA', 'LS0tLS1CRUdJTi', 'a.atlasv1.', '.atlasv1.', 'SG.', 'sha256~', 'ya29.', 'dp.pt.', 'x-glpat-', 'xoxb-', 'A3T', 'sk_live_',
  // hashes
  '$', '$6$', '$6$a$', '$2a$', '$P$', '{SSHA}', '{SHA', '{', '*', '*A', 'md5', 'SCRAM-SHA-256$', 'grub.pbkdf2.', 'pbkdf2_sha256$', '$argon2',
  // webhooks
  'hooks.slack.com/services/', 'discord.com/api/webhooks/a ', 'webhook.office.com/',
  // xml
  '<', '<password>', '<password', '<password ', '<a password="', '<a name="password">', '<password>\n', '</password>', '<password/>',
  '<key>password</key>', 'password</key>\n', '<a:', '<a:password>x', '<a b="', '<password a=">"', '<password>x</', '<value>', '<a><b>',
  // urls
  '://', 'a://', 'a://b:', 'a://b:c@', 'a://b:c@d ', 'a:\\/\\/', 'a://[', 'a://u:p/', 'a://u:80/', 'jdbc:oracle:thin:', 'jdbc:oracle:thin:a/',
  'a://abcdefgh12345678', 'thin:', ':', '@', '/',
  // schemes
  'Bearer ', 'Bearer "', 'Bearer token ', 'Basic ', 'Basic a', 'Bearer a=', '-Bearer ',
  // pem
  '-----BEGIN ', '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\n', '-----BEGIN PRIVATE KEY-----\\n', '-----END ',
  '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END x', '-----', '-', 'Private-Lines: 1\n', 'Private-Lines:', 'BEGIN PRIVATE KEY',
  // lines
  ':5432:', 'a:5432:', 'h:5432:d:u:a1b2c3\n', 'h:*:', '"a" "b12345"\n', '"a" "', 'a:b:c:d:', '\n', '\r', '\r\n', '+\n', '+"a" ',
  // words, escapes, signs
  'a', 'é', 'a-', '_', '_|-', 'x_|-', '\\', '\\n', '\\u', '\\u000a', '\\n\\t', '"', "'", '`', '\\"', "\\'", '\u0001', '\u001b[', '\u001b[1;',
  '\u001b[1m', ' ', '\t', '. ', ', ', '+', '- ', '=', '%', '😀', 'éa', '“password', '\ud800',
];

/** Texts of another form. `n` is how often something stands in them. */
const FORMED: Record<string, (n: number) => string> = {
  'blanks behind a name': around('password', ' '),
  'tabs behind a name and an equals sign': around('password=', '\t', 'x'),
  'brackets behind a name': around("config['password'", ']', '=x'),
  'backslashes behind a name': around('password=', '\\', '"x'),
  'a quote behind more backslashes each time': (n) =>
    Array.from({ length: n }, (_, at) => `password=${r('\\', at % 31)}"`).join(''),
  'quotes of every level inside one': (n) =>
    `password="${Array.from({ length: n }, (_, at) => `${r('\\', at % 31)}"x`).join('')}`,
  'doubled quotes inside one': around("password='", "''"),
  'quotes that go on behind their end': around('password="', 'a"b"'),
  'shell quotes that go on': around("password='a", "'\\''b"),
  'open brackets': around('password=', '['),
  'closed brackets': around('password=[', '[]', ']'),
  'quotes in brackets': around('password=[', '"'),
  'closing brackets': around('password=x', ']'),
  'a long block of YAML': around('password: |\n', '  x\n', 'y'),
  'a long list of YAML': around('password:\n', '- x\n', 'y'),
  'blank lines in a block of YAML': around('password:\n', '\n', '  x'),
  'names indented ever more': (n) => Array.from({ length: n }, (_, at) => `${r(' ', at % 61)}password:\n`).join(''),
  'names indented ever less': (n) =>
    Array.from({ length: n }, (_, at) => `${r(' ', 60 - (at % 61))}password:\n`).join(''),
  'a diff of a block': around('+password:\n', '+  x\n', ' y'),
  'marks of lists before a name': around('', '- ', 'password: x'),
  'words before a name': around('', 'word ', 'password: x'),
  'words with points before a name': around('', 'word.', 'password: x'),
  'words behind a name': around('a b password: ', 'word '),
  'escaped line ends between name and value': around('name: password', '\\n', 'value: x'),
  'commas between name and value': around('name: password', ', ', 'value: x'),
  'a long key': around('key=', 'a1'),
  'digits behind key': around('key', '1', '=a1b2c3d4e5f6a7b8'),
  'points at the end of a key': around('key=a1b2c3d4e5f6a7b8', '.'),
  'hyphens before a name': around('', '-', 'password x'),
  'options behind a name': around('password ', '-a '),
  'lines that an option goes on in': around('--password', ' \\\n', ' x'),
  'letters that are not ASCII around a name': (n) => `${r('é', n)}password${r('é', n)}=x`,
  'a name in a name in a name': around('', 'password_', '=x'),
  'arguments of a program': around('mysql ', 'a '),
  'options of a program': around('curl ', '-u a:b '),
  'quoted arguments of a program': around('curl ', '"a b" '),
  'arguments that go on in the next line': around('curl ', 'a \\\n', '-u a:b'),
  'quotes in an argument': around('curl -u a:', '""'),
  'accounts for chpasswd': around('echo ', 'a:b ', '| chpasswd'),
  'blanks behind a pipe': around('echo a |', ' ', 'chpasswd'),
  'arguments before the last': around('htpasswd -b ', 'a '),
  'arguments before login': around('docker ', 'x ', 'login -p x'),
  'blanks in SQL': around('PASSWORD (', ' ', "'x'"),
  'doubled quotes in SQL': around("IDENTIFIED BY '", "''", "'"),
  'a long token': around('ghp_', 'a1'),
  'points in a token': around('eyJaaaaaaaaaa.eyJ', '.a'),
  'a long word before a point': around('', 'a', '.atlasv1.x'),
  'hyphens in a word': around('', 'a-', 'ghp_abcdefghij0123456789'),
  'a long hash': around('$6$a$', 'a'),
  'hexadecimal digits': around('*', 'A'),
  'base64 behind {SSHA}': around('{SSHA}', 'aA+/'),
  'a long address of a hook': around('https://hooks.slack.com/services/', 'T0/'),
  'attributes of an element': around('<password ', 'a="b" ', '>x</password>'),
  'white space in an element': around('<password>', ' ', 'x</password>'),
  'line ends between elements': around('<password>', '\n', '<value>x</value>'),
  'text without an end in an element': around('<password>', 'x '),
  'line ends between key and value': around('<key>password</key>', '\n ', '<string>x</string>'),
  'colons in an address': around('a://', ':', '@h'),
  'at signs in an address': around('a://b:', '@'),
  'backslashes in an address': around('a:', '\\', '//b:c@d'),
  'slashes in an address': around('a://u:x', '/x', '@h'),
  'a long scheme before an address': around('', 'a', '://b:c@d'),
  'blanks behind Bearer': around('Bearer', ' ', 'x'),
  'a long token behind Bearer': around('Bearer ', 'a'),
  'base64 of a key': around('-----BEGIN PRIVATE KEY-----\n', 'MIIE\n'),
  'a key with its end': around('-----BEGIN PRIVATE KEY-----\n', 'MIIE\n', '-----END PRIVATE KEY-----'),
  'a long title': around('-----BEGIN ', 'A ', 'PRIVATE KEY-----\nx'),
  'beginnings without an end behind a key': around('-----BEGIN PRIVATE KEY-----\n', '-----BEGIN x'),
  'headers of a key': around('-----BEGIN PRIVATE KEY-----\n', 'Comment: x\n'),
  'lines of PuTTY': around('Private-Lines: 1\n', 'AAAA\n'),
  'blanks in a line of PuTTY': around('Private-Lines:', ' ', '1\nAAAA'),
  'fields in a line': around('h:5432', ':d'),
  'names in a line, and blank lines below': (n) => `${r('password: must be ', n)}${r('\n', n)}`,
  'names in a line with nothing behind, and blank lines below': (n) => `a ${r('password: ', n)}${r('\n', n)}`,
  'policies in a line': around('', 'token_url: http://x '),
  'secrets ahead of others': around('mysql ', 'password=x -py '),
  'two programs by turns': around('', 'mysql -px mongo -p y '),
  'keys that are paths': around('', 'key=/a1b2c3d4e5f6g7h8'),
  'JSON in JSON': (n) => {
    let text = r('password: x ', n);
    for (let depth = 0; depth < 3; depth++) text = JSON.stringify({ token: text });
    return text;
  },
  'all groups by turns': around('', 'password="x" mysql -px a://b:c@d <password>x</password> ghp_a $6$a$b Bearer x\n'),
};

/** Changes of a state. */
const CHANGES: Record<string, (n: number) => unknown> = {
  'members with masked names': (n) => Object.fromEntries(Array.from({ length: n }, (_, at) => [`password${at}`, 'x'])),
  'members with names that stay': (n) =>
    Object.fromEntries(Array.from({ length: n }, (_, at) => [`secretname${at}`, 'x'])),
  'a masked value that is long': (n) => ({ password: Array.from({ length: n }, () => ({ a: [1] })) }),
  'options in a list': (n) => Array.from({ length: n }, () => '--password'),
  'options and values in a list': (n) => Array.from({ length: 2 * n }, (_, at) => (at % 2 ? 'x' : '--password')),
  'pairs of two': (n) => Array.from({ length: n }, () => ['password', 'x']),
  'names and values': (n) => Array.from({ length: n }, () => ({ name: 'password', value: 'x' })),
  'values behind one name': (n) => ({
    name: 'password',
    ...Object.fromEntries(Array.from({ length: n }, (_, at) => [`x${at}`, 'value'])),
  }),
  'a long name that is a text': (n) => ({ [r('mysql -px ', n)]: 1 }),
  'a long name': (n) => ({ [r('a_password_', n)]: 'x' }),
  'names that are states': (n) =>
    Object.fromEntries(Array.from({ length: n }, (_, at) => [`pkg_|-a${at}_|-b_|-c`, { changes: { password: 'x' } }])),
  diffs: (n) => Array.from({ length: n }, () => ({ diff: 'password: x' })),
  'strings with escapes': (n) => Array.from({ length: n }, () => '\u0000password=x'),
  'short strings': (n) => Array.from({ length: n }, () => 'key'),
  'lists in one another': (n) =>
    Array.from({ length: Math.ceil(n / 100) }, () => JSON.parse(r('["--token",', 100) + '1' + r(']', 100)) as unknown),
  'objects in one another': (n) =>
    Array.from(
      { length: Math.ceil(n / 100) },
      () => JSON.parse(r('{"name":"pw","value":', 100) + '1' + r('}', 100)) as unknown,
    ),
};

/** A family: its name, and the changes of a state by size. */
export type Family = readonly [name: string, changes: (n: number) => unknown];

export const FAMILIES: readonly Family[] = [
  ...REPEATED.map((piece): Family => [JSON.stringify(piece), (n) => ({ x: r(piece, n) })]),
  ...Object.entries(FORMED).map(([name, text]): Family => [name, (n) => ({ x: text(n) })]),
  ...Object.entries(CHANGES),
];
