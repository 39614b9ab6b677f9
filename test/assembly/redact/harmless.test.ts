// Redaction of strings that give it nothing to mask, or no end of work.
import { load, type Saltflat } from '../../../build/host/index.js';
import { job, states } from '../../support/module/jobs.js';

let module: Saltflat;
beforeAll(async () => {
  module = await load({ options: { redact: true } });
});

/** What becomes of a text in a state's comment. */
function masked(text: string): unknown {
  const [record] = module.flatten(job('state.sls', states({ a: { comment: text } })));
  return record?.['comment'];
}

describe('what holds no secret stays', () => {
  it.each(
    [
      'The following packages were installed: nginx, openssl-1.1.1, python3-secretstorage',
      'Package secretstorage is already installed, version 3.3.1-2',
      'File /etc/passwd is in the correct state',
      'File /srv/token/secret.yaml updated',
      'User root: present, uid: 0, shell: /bin/bash',
      'key: value, name=x, mode: 0644',
      'https://example.com/path?x=1&y=2#top',
      'http://localhost:8080/a@b',
      'https://example.com:8443/, see docs@example.com',
      'ssh://git@example.com:22/a/b.git and git@example.com:a/b.git',
      'pip install https://example.com/a-1.0.whl',
      '"name""a1b2c3d4"\nno token',
      'docker pull registry.example.com:5000/app:1.2.3',
      'The password has been changed',
      'no password given',
      'password:',
      'password=',
      '"password": ""',
      'token',
      'Secret Service',
      'Basic settings: none',
      'basic auth is off',
      'bearer',
      'Bearer',
      'see RFC 6750 (bearer)',
      '10:20:30.123456',
      'C:\\secret\\token.txt',
      'a ? b : c',
      '--verbose --user root -p 22',
      '@@ -1,2 +1,3 @@\n line\n-old\n+new\n',
      '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----',
      '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----',
      'AKIA and ghp_ and eyJ and hvs. and npm_config_cache and SG.1',
      'deadbeef0123456789abcdef0123456789abcdef',
      "{'old': 'a', 'new': 'b'}",
      '{"type": "token", "id": "abc", "grants": ["password"], "user": "root"}',
      'if token >= 5 and x < 3',
      'if token>=5 or $token =~ /x/',
      'echo $1$2 $5$6 {$1-$2-$3}',
      's/^(a)(b)/$1$2/',
      '$tokens->[0]',
      'see C<git credential> and :func:`x <salt.create_private_key>`, too',
      'syntax::tokenstream::TokenStream and my::token::new',
      '(err, publicKey, privateKey) => {\n  return 1;\n}',
      'def set_password(name, password):\n    return name\n',
      '"kadmin/passwd", "kadmin/server"',
      'passwort=a, key=d, auth=e',
      '',
    ].map((text) => [text]),
  )('%j', (text) => {
    expect(masked(text)).toBe(text);
  });

  it.each([
    '"\\u00e9\\/\\n\\ud83d\\ude00 é 😀"',
    '"\\ud800 and \\udc00 alone"',
    '"\\u0000\\u0001\\b\\f\\u007F"',
    '"p\\u0061th: \\u002Fetc\\u002fpasswd"',
    '"\\\\\\" \\\\n"',
  ])('byte for byte, with its escapes: %s', (json) => {
    const event = job('state.sls', states({ a: { comment: 'HERE' } })).replace('"HERE"', json);
    expect(Buffer.from(module.records(event)[0] ?? '').toString()).toContain(`{"comment":${json},`);
  });
});

describe('a text that is one pattern over and over is looked through once', () => {
  it.each([
    ...['pwd=', 'password: ', 'password:\n', 'a://a:b/', 'a://a:b ', "'token: ", "\\'token: a\n", "''token: a\n"],
    ...['"token"value: ', '"token", ', 'token>', '"', "'", '\\', '\\"', '[{(', 'password=([', 'password="', 'Bearer '],
    ...['-----BEGIN PRIVATE KEY', '-----BEGIN CERTIFICATE-----\n', 'token: -----BEGIN ', 'token>-----BEGIN ', '-----'],
    ...['eyJaaaaaaaa.eyJ', '--token ', ' ', '\n', 'pwd'],
  ])('%j', (unit) => {
    // Were time to grow with the square of the length, this would take minutes.
    const text = unit.repeat(Math.ceil(2_000_000 / unit.length));
    expect(typeof masked(text)).toBe('string');
    expect(module.memoryBytes).toBeLessThan(40 * 2_000_000);
  });
});
