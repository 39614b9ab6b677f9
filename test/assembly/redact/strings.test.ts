// Secrets inside strings. In the tables « and » stand around what is to be masked and are no part of the text.
import { load, type Saltflat } from '../../../build/host/index.js';
import { JID, job, states } from '../../support/module/jobs.js';

const MASK = '[redacted]';
const KEY = 'Abcd1234'.repeat(8);

let module: Saltflat;
beforeAll(async () => {
  module = await load({ options: { redact: true } });
});

/** What becomes of a text in a state's comment. */
function masked(text: string): unknown {
  const [record] = module.flatten(job('state.sls', states({ a: { comment: text } })));
  return record?.['comment'];
}

const unmarked = (text: string): string => text.replaceAll(/[«»]/g, '');
const expected = (text: string): string => text.replaceAll(/«[^»]*»/g, MASK);

/** JSON inside JSON, so deep; the marks stay where they are. */
const nested = (value: unknown, depth: number): string =>
  depth === 0 ? JSON.stringify(value) : JSON.stringify({ out: nested(value, depth - 1) });

/** A suite that masks exactly what is marked. */
function masks(title: string, rows: readonly string[]): void {
  describe(title, () => {
    it.each(rows.map((row) => [row]))('%j', (row) => {
      expect(row).toMatch(/«[^»]+»/);
      expect(masked(unmarked(row))).toBe(expected(row));
    });
  });
}

masks('a name and =', [
  'password=«hunter2»',
  'mysql -u root password=«hunter2» -h db',
  'password = «hunter2»',
  'password =«hunter2»',
  'PASSWORD=«hunter2»',
  'DB_PASSWORD=«a,b;c&d|e» x',
  'spring.datasource.password=«hunter2»',
  'export AWS_SECRET_ACCESS_KEY="«hunter2»"',
  "TOKEN='«two words»' next",
  'TOKEN=`«cat x»`',
  'PSK="«a\\"b»"',
  'password="« hunter2»" next',
  "TOKEN='«, a;b»' next",
  "password='«a\\'b»' next",
  '[client]\nuser=root\npassword=«hunter2»\nhost=db',
  'Server=db;User Id=sa;Password=«p;Encrypt=yes»',
  'AccountName=x;AccountKey=«c2VjcmV0==;EndpointSuffix=core»',
  'host=db password=«hunter2» dbname=x',
  'https://example.com/?access_token=«abcdef&x=1» end',
  'jdbc:mysql://db/x?user=u&password=«hunter2»',
  "'password' => '«hunter2»',",
  'password := «hunter2»',
  'variable "x" {\n  secret_key = "«hunter2»"\n}',
  'tokens = «["a", "b"]» # two',
  'tokens = «[\n  "a",\n  "b",\n]»\nnext = 1',
]);

masks('a name and :', [
  'password: «hunter2»',
  'password: «two words, and more»\nuser: root',
  'password:«hunter2»\r\nuser: root',
  'password : «hunter2»',
  'db-password: «hunter2»',
  '  - password: "«hunter2»"\n    user: root',
  'X-Auth-Token: «abcdef»',
  'x-api-key: «abcdef»',
  'Set-Cookie: «session=abc; path=/»\nServer: nginx',
  'Authorization: «Bearer abc»\nHost: example.com',
  `curl -H "Authorization: «token abc»" https://example.com`,
  `curl -H 'X-Api-Key: «abc»' https://example.com`,
  'password: «|\n  line one\n\n  line two»\nuser: root',
  'password: «>-\r\n  line one\r\n  line two\r»\nuser: root',
  'password:«\n  - one\n  - two»\nuser: root',
  '  secrets:«\n    a: one\n    b: two»\n  user: root',
  '\tpassword:«\n\t\tone»\n\tuser: root',
  '\\tpsk: «correct horse battery staple»',
  '\\rpsk: «correct horse battery staple»',
  'its password: it became «a1b2c3» :// then',
]);

masks('names in quotes', [
  '{"user": "root", "password": "«hunter2»", "host": "db"}',
  '{"password":"«a\\"b\\\\»","host":"db"}',
  '{"password":«123456»,"host":"db"}',
  '{"password": «{"old": "a", "new": ["b"]}», "host": "db"}',
  '{"password": «["a}", {"x": "]"}, "b"]», "host": "db"}',
  '{"password":\n  "«hunter2»"\n}',
  "{'password': '«hunter2»', 'host': 'db'}",
  "{'password': \"«it's»\", 'host': 'db'}",
  "{'password': '«it\\'s»', 'host': 'db'}",
  "{u'password': u'«hunter2»', u'host': u'db'}",
  "{b'password': b'«hunter2»', b'host': b'db'}",
  'pillar={"db": {"password": "«hunter2»"}}',
  '`token`: `«abc»`',
  '{"grant_type": "password", "password": "«hunter2»"}',
  "{'auth': 'token', 'token': '«abc»', 'type': 'password'}",
  nested({ host: 'db', password: '«hunter2»', user: 'root' }, 1),
  nested({ host: 'db', password: '«hunter2»', user: 'root' }, 2),
  nested({ host: 'db', password: '«hunter2»', user: 'root' }, 3),
]);

it.each([0, 1, 2, 3, 4])(
  'a value with quotes, brackets and backslashes is masked in JSON inside JSON, %i deep',
  (depth) => {
    for (const secret of ['a"b', 'a\\', '\\"', 'a\\\\"', "it's", 'a}b', '"]}', 'a\nb', 'é😀']) {
      for (const password of [`hunter2${secret}hunter3`, `hunter2${secret}`, `${secret}hunter3`]) {
        const values = { host: 'db', password, tokens: [secret, { [secret]: password }], user: 'root' };
        const left = { host: 'db', password: MASK, tokens: 'HERE', user: 'root' };
        expect(masked(nested(values, depth))).toBe(nested(left, depth).replace(/\\*"HERE\\*"/, MASK));
      }
    }
  },
);

masks('spellings of configuration files', [
  "$config['db_password'] = '«hunter2»';",
  'config["password"]="«hunter2»"',
  "define('DB_PASSWORD', '«hunter2»');",
  "OrderedDict([('password', '«hunter2»'), ('user', 'root')])",
  "['mysql', '--password', '«hunter2»', 'ping']",
  'PASSWORD ?= «hunter2»',
  'PASSWORD += «hunter2»',
  '<user>root</user><password>«hunter2»</password>',
  '- name: DB_PASSWORD\n  value: «hunter2»\n- name: LANG\n  value: C',
  '{"name": "DB_PASSWORD", "value": "«hunter2»"}',
  '<property name="password" value="«hunter2»" />',
  'root:«$6$saltsalt$0123456789abcdef./ABCDEF0123456789»:19000:0:99999:7:::',
  "useradd -p '«$y$j9T$saltsaltsalt$0123456789abcdef./ABC»' app",
  '«$2b$12$abcdefghijklmnopqrstuv0123456789./ABCDEFGHIJKLM»',
]);

masks('an option and its value', [
  'mysqladmin --password «hunter2» ping',
  'mysqladmin --password=«hunter2» ping',
  'tool --db-password "«two words»" --verbose',
  "tool --token '«abc»'",
  'tool -password «hunter2» -user root',
  'tool --api-key\t«abc»',
  'psql --no-password --token «abc»',
]);

masks('Bearer and Basic', [
  'curl -H Bearer «abc.def-ghi»',
  'sent Bearer «abc123», got 401',
  'BEARER  «abc123»',
  'Basic «dXNlcjpwYXNz»',
  'Basic «dXNlcjpwYXNzd29yZA==» sent',
  'the bearer token: «abc123»',
]);

masks('the password in a URL', [
  'postgres://app:«hunter2»@db/app',
  'DATABASE_URL=postgres://app:«hunter2»@db:5432/app?sslmode=require',
  'redis://:«hunter2»@cache:6379/0',
  'https://user:«p%40ss»@example.com/x',
  'https://user:«p@ss»@example.com/x',
  'amqp://a:«one»@h1:5672,amqp://b:«two»@h2:5672',
  'git clone https://oauth2:«abc»@git.example.com/a/b.git',
  'mongodb+srv://u:«p»@h/x',
  'postgres://app:«hun/ter2»@db/app',
  '{"url":"postgres:\\/\\/app:«hunter2»@db\\/app"}',
]);

masks('private keys', [
  '«-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----»\n',
  'key: x\n«-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----»\nnext',
  '«-----BEGIN OPENSSH PRIVATE KEY-----\\nabc\\n-----END OPENSSH PRIVATE KEY-----»\\n',
  '«-----BEGIN ENCRYPTED PRIVATE KEY-----\r\nabc\r\n-----END ENCRYPTED PRIVATE KEY-----»',
  '«-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nabc\n-----END PGP PRIVATE KEY BLOCK-----»',
  '«-----BEGIN EC PRIVATE KEY-----\nabc, and the end is missing»',
  '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n«-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----»',
  '+«-----BEGIN PRIVATE KEY-----\n+abc\n+-----END PRIVATE KEY-----»\n+next',
]);

masks('a name whose value is a secret of another form', [
  'private_key: «-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----»\nnext',
  'private_key=«-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----»\nnext',
  '-private_key: «-----BEGIN PRIVATE KEY-----\n-abc\n------END PRIVATE KEY-----»\n next',
  'PRIVATE_KEY="«-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----»"\nnext',
  'tool --private-key «-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----»',
  'authorization=«Bearer abc123» next',
  'HTTP_AUTHORIZATION = «Basic dXNlcjpwYXNz» next',
  'tool --auth-token «Bearer abc123» next',
  'Basic access_key = "«abc»"',
]);

masks('keys by their shape', [
  '«AKIAIOSFODNN7EXAMPLE»',
  'id «ASIAIOSFODNN7EXAMPLE», secret',
  `"«ghp_${KEY.slice(0, 36)}»"`,
  `«gho_${KEY.slice(0, 36)}»`,
  `«ghu_${KEY.slice(0, 36)}»`,
  `«ghs_${KEY.slice(0, 36)}»`,
  `«ghr_${KEY.slice(0, 36)}»`,
  `(«github_pat_${KEY.slice(0, 22)}_${KEY.slice(0, 59)}»)`,
  `«glpat-${KEY.slice(0, 20)}»`,
  `hook «xoxb-123456789012-${KEY.slice(0, 24)}» set`,
  `«xoxp-123456789012-${KEY.slice(0, 24)}»`,
  `«AIza${KEY.slice(0, 35)}»`,
  `«ya29.${KEY.slice(0, 40)}»`,
  `«sk_live_${KEY.slice(0, 24)}»`,
  `«rk_live_${KEY.slice(0, 24)}»`,
  `«npm_${KEY.slice(0, 36)}»`,
  `«hvs.${KEY.slice(0, 24)}»`,
  `«hvb.${KEY.slice(0, 24)}»`,
  `«SG.${KEY.slice(0, 22)}.${KEY.slice(0, 43)}»`,
  `«dop_v1_${'0a'.repeat(32)}»`,
  'x=«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_ghi», y=1',
]);

masks('a name that ends with key or auth', [
  'sshkey=«a1b2c3d4e5f6a7b8»',
  'ibm_auth2: "«a1b2c3d4e5f6a7b8»"',
  'xkey=«a1b2c3d4@e5f6%a7b8» next',
  'xkey=«a1b2:c3d4|e5f6?a7b8~c9/d+e=f.0-_» next',
  'xkey: «a1b2c3d4e5f6a7b8».',
  "h['xkey'] = '«abcdefghijklmn12»'",
]);

masks('lines of diffs', [
  '@@ -1,2 +1,2 @@\n [client]\n-password=«one»\n+password=«two»\n user=root',
  '--- \n+++ \n-password: «one two»\n+password: «three»\n',
  '+  password: «|\n+    one\n+    two»\n   user: root',
  ' password: «|\n-  one\n+  two»\n user: root',
  '+api_token = "«abc»"\n-export PGPASSWORD=\'«abc»\'',
  '-«AKIAIOSFODNN7EXAMPLE»\n+«AKIAIOSFODNN7EXAMPLE»\n',
  `-«ghp_${KEY.slice(0, 36)}»\n`,
  '-Bearer «abc123»\n+Bearer «abc124»\n',
  '-Basic «dXNlcjpwYXNz»\n',
  '-url = postgres://u:«one»@h\n+url = postgres://u:«two»@h\n',
]);

masks('what stands behind an escape in nested text', [
  '{"out":"line\\npsk=«abc"}»',
  "'line\\npwd: «hunter2'»",
  '{"out":"line\\n«AKIAIOSFODNN7EXAMPLE»"}',
  '{"out":"line\\tBearer «abc123»"}',
  '{"out":"line\\n«-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----»\\n"}',
]);

masks('a hash, by the name of its scheme in braces', [
  'stored «{MD5}X03MO1qnZdYdgyfeuILPmQ==» there',
  'stored «{SMD5}X03MO1qnZdYdgyfeuILPmQ==» there',
  'stored «{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=» there',
  'stored «{SHA256}W6ph5Mm5Pz8GgiULbPgzG37mj9g=» there',
  'stored «{SSHA512}W6ph5Mm5Pz8GgiULbPgzG37mj9g=» there',
  'stored «{CRYPT}rl0Y20zC.Fzt7» there',
]);

it.each(['{MD5X}', '{MD}', '{SHAX}', '{SHA25}', '{SHA2560}', '{CRYPTX}', '{XMD5}'])(
  'leaves what stands behind a word in braces that is no scheme: %s',
  (scheme) => {
    const text = `stored ${scheme}W6ph5Mm5Pz8GgiULbPgzG37mj9g= there`;
    expect(masked(text)).toBe(text);
  },
);

/** The value's end is a matter of taste here; that none of it stays is not. */
describe('nothing of a value stays', () => {
  it.each([
    ['that has a scheme in braces', 'userPassword: {SSHA}§=='],
    ['that has a scheme in braces, after =', 'password={bcrypt}$2a$10$§'],
    ['with a doubled quote, as in YAML', "password: 'it''s §'"],
    ['with a doubled quote, as in SQL', "SET PASSWORD = 'a''§'"],
    ['glued from quotes, as in a shell', "PASSWORD='a'\\''§'"],
    ['that goes on behind its quotes', 'PASSWORD="a"§'],
    ['of a quoted name in a block of YAML', '"password": |\n  a\n  §\nuser: root'],
    ['of a quoted name in a list of YAML', "'password':\n  - a\n  - §\nuser: root"],
    ['of a quoted name with spaces in it', '"password": a b §\nuser: root'],
    ['behind a tag of YAML', 'password: !vault |\n  $ANSIBLE_VAULT\n  §\nuser: root'],
    ['behind an anchor of YAML', 'password: &p |\n  §\nuser: root'],
    ['in a cookie that begins with a quote', 'Cookie: "a"; b=§\nHost: x'],
    ['in a bracket with a quoted bracket', '{"password":{"a":"}","b":"§"},"user":"root"}'],
    ['in a bracket in nested JSON', nested({ password: { a: ']', b: '"§' }, user: 'root' }, 2)],
    ['whose closing quote is missing', 'password="a b § c'],
    ['whose closing bracket is missing', '{"password": ["a", "§'],
    ['in a URL with an apostrophe', "postgres://u:a'§@h/db"],
  ])('%s', (_, text) => {
    const result = String(masked(text.replaceAll('§', 'hunter2')));
    expect(result).not.toContain('hunter2');
    expect(result).toContain(MASK);
  });
});

describe('a string with a secret', () => {
  it('is found however JSON spelled it', () => {
    const comment = '"\\u0070assword\\u003d\\u0022a\\u0020b\\u0022 \\/ c"';
    const event = job('state.sls', states({ a: { comment: 'HERE' } })).replace('"HERE"', comment);
    expect(module.flatten(event)).toMatchObject([{ comment: `password="${MASK}" / c` }]);
  });

  it('keeps all other characters, halves of surrogate pairs and control characters too', () => {
    const around = '\ud800 \udc00 \ud83d\ude00 é 😀 \u0000\u0001\b\f\n\r\t\u007f \\ " / \udbff';
    expect(masked(`${around} password=hunter2 ${around}`)).toBe(`${around} password=${MASK} ${around}`);
  });

  it('is valid JSON byte for byte, its lone surrogates as escapes', () => {
    const [record = new Uint8Array()] = module.records(
      job('state.sls', states({ a: { comment: '\ud800 token=abcdef \udc00' } })),
    );
    const text = new TextDecoder('utf-8', { fatal: true }).decode(record);
    expect(text).toContain(`"comment":"\\ud800 token=${MASK} \\udc00"`);
  });

  it('is masked wherever a record has strings', () => {
    const say = 'password=hunter2';
    const state = { name: say, comment: say, changes: { diff: say, a: [{ b: say }] }, warnings: [say], __id__: say };
    const returned = { [`cmd_|-${say}_|-run ${say}_|-run`]: { ...state, __sls__: say, result: true, duration: 1 } };
    const members = { id: say, jid: `${JID} ${say}`, fun_args: [say, { x: say }], _stamp: say, user: { name: say } };
    for (const preset of ['flatten', 'flatten_array', 'flatten_ecs'] as const) {
      const records = module.flatten(job('state.sls', returned, members), { preset });
      expect(records).toHaveLength(1);
      expect(JSON.stringify(records)).not.toContain('hunter2');
    }
  });
});
