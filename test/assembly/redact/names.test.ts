// Redaction by name, of diffs, and of what is no job return.
import { type SaltRecord, PRESETS, load } from '../../../build/host/index.js';
import { disagreement } from '../../oracle/agree.js';
import { digest } from '../../oracle/id.js';
import type { Options, RedactOptions } from '../../oracle/options.js';
import { JID, STAMP, job, recordsWith, run, states, textsWith } from '../../support/module/jobs.js';

const MASK = '[redacted]';
const one = (state: object, members: object = {}): string => job('state.sls', states({ a: state }), members);

/** The record of one state. */
async function recordOf(redact: boolean | RedactOptions, state: object, members: object = {}): Promise<SaltRecord> {
  const records = await recordsWith({ redact }, one(state, members));
  expect(records).toHaveLength(1);
  return records[0] ?? {};
}

describe('a name', () => {
  it.each([
    ...['password', 'db_password', 'Passwords', 'PGPASSWORD', 'old-password-hash', 'passwd', 'htpasswd', 'passphrase'],
    ...[
      'pwd',
      'PWD',
      'db_pwd',
      'db-pwd',
      'pwd_old',
      'secret',
      'client_secret',
      'SecretKey',
      'secrets',
      'token',
      'Token',
    ],
    ...['X-Auth-Token', 'tokens', 'apikey', 'x-api-key', 'API_KEY', 'access_key', 'aws-access-key-id', 'AccessKey'],
    ...['AccountKey', 'account_key', 'privatekey', 'ssh-private-key', 'encryption_key', 'signing-key', 'credentials'],
    ...[
      'connectionString',
      'DB_CONNECTION_STRING',
      'authorization',
      'Proxy-Authorization',
      'cookie',
      'Set-Cookie',
      'psk',
    ],
  ])('%s has its value masked', async (name) => {
    const { changes } = await recordOf(true, { changes: { [name]: 'hunter2', user: 'root' } });
    expect(changes).toEqual({ [name]: MASK, user: 'root' });
  });

  it.each([
    ...[
      'passing',
      'bypass',
      'nopasswd',
      'tokenizer',
      'max_tokens',
      'user',
      'key',
      'keys',
      'public_key',
      'pwdx',
      'xpwd',
      'authorizations',
      'unauthorization',
    ],
    ...[
      'cookies',
      'psks',
      'auth',
      'name',
      'diff',
      'hash',
      'api',
      'sign_key',
      'api.key',
      'pass word',
      'pаssword',
      'PAẞWORD',
    ],
  ])('%s has not', async (name) => {
    const { changes } = await recordOf(true, { changes: { [name]: 'hunter2' } });
    expect(changes).toEqual({ [name]: 'hunter2' });
  });

  it('is found at any depth: in the state, its changes, fun_args with pillar, a return', async () => {
    const secrets = { list: [{ a: [{ password: 'x', b: 1 }] }], token: { c: 'x' } };
    const left = { list: [{ a: [{ password: MASK, b: 1 }] }], token: MASK };
    const record = await recordOf(
      true,
      { warnings: secrets, changes: secrets, psk: 'x' },
      { fun_args: ['web', { pillar: secrets }] },
    );
    expect(record).toMatchObject({ warnings: left, changes: left, psk: MASK, fun_args: ['web', { pillar: left }] });
    expect(await recordsWith({ redact: true }, job('state.sls', secrets))).toMatchObject([{ fun_return: left }]);
    expect(
      await recordsWith({ redact: true, returns: 'all' }, run('runner.pillar.show_pillar', secrets)),
    ).toMatchObject([{ fun_return: left }]);
  });

  it('is found however JSON spelled it, and stands as it was', async () => {
    const event = one({ a: 0 }).replace('"a":0', '"p\\u0061ss\\u0057ord" : [1, {"a" : "]"}] , "x" : {"\\u0070sk":1e5}');
    const [text] = await textsWith({ redact: true }, event);
    expect(text).toContain(`{"p\\u0061ss\\u0057ord":"${MASK}","x":{"\\u0070sk":"${MASK}"},"state_name"`);
  });

  it.each([
    ['a string', 'x'],
    ['a blank string', ' '],
    ['a number', 0],
    ['a list', [null]],
    ['a list of an empty one', [[]]],
    ['an object', { a: null }],
    ['an object with an empty name', { '': '' }],
  ])('masks %s', async (_, value) => {
    const record = await recordOf(true, { password: value, changes: { token: value } });
    expect(record).toMatchObject({ password: MASK, changes: { token: MASK } });
  });

  it.each(['null', 'true', 'false', '""', '{}', '[]', '{ }', '[ \\n]'])('leaves %s', async (value) => {
    const spelled = value.replace('\\n', '\n');
    const [text] = await textsWith({ redact: true }, one({ psk: 'HERE' }).replace('"HERE"', spelled));
    expect(text).toContain(`{"psk":${spelled.replace('\n', ' ')},`); // a line feed between tokens leaves as a space
  });

  it('is masked each time it stands in one object', async () => {
    const event = one({ changes: 'HERE' }).replace('"HERE"', '{"psk":"hunter2","psk":null,"psk":["hunter2"]}');
    expect((await textsWith({ redact: true }, event))[0]).toContain(
      `"changes":{"psk":"${MASK}","psk":null,"psk":"${MASK}"}`,
    );
  });
});

describe('redact', () => {
  // Which of these are masked: token and license in the changes, psk in the comment.
  it.each<[string, boolean | RedactOptions, string[]]>([
    ['false masks nothing', false, []],
    ['{} is true', {}, ['token', 'psk']],
    ['members adds names', { members: ['lic?nse'] }, ['token', 'license', 'psk']],
    ['members are compared as names are', { members: ['MY-LIC*'] }, ['token', 'my_license', 'psk']],
    ['keep takes names out', { keep: ['tok*'] }, ['psk']],
    ['keep is compared as names are, inside strings too', { keep: ['PSK'] }, ['token']],
    ['keep wins over members', { members: ['license'], keep: ['l*'] }, ['token', 'psk']],
    ['defaults: false leaves the built-in names', { defaults: false }, []],
    ['defaults: false leaves members', { defaults: false, members: ['psk', 'license'] }, ['license', 'psk']],
    ['strings: false leaves strings', { strings: false }, ['token']],
  ])('%s', async (_, redact, masked) => {
    const left = (name: string): string => (masked.includes(name) ? MASK : 'hunter2');
    const changes = { token: 'hunter2', license: 'hunter2', my_license: 'hunter2' };
    expect(await recordOf(redact, { comment: 'psk=hunter2', changes })).toMatchObject({
      comment: `psk=${left('psk')}`,
      changes: { token: left('token'), license: left('license'), my_license: left('my_license') },
    });
  });

  it('with names of one letter or beyond ASCII masks those inside strings too', async () => {
    const { comment } = await recordOf({ members: ['k', 'pw', 'clé'] }, { comment: 'k=1, pw=1 clé=hunter2 kk=1' });
    expect(comment).toBe(`k=${MASK} pw=${MASK} clé=${MASK} kk=1`);
    for (const text of ['k=1', 'pw=1', 'k:1'])
      expect((await recordOf({ members: ['k', 'pw'] }, { comment: text }))['comment']).toBe(text.slice(0, -1) + MASK);
  });
});

describe('never masked as a whole by their name', () => {
  const state = { name: 'n', comment: 'c', result: true, changes: { a: 'x' }, other: 'x' };
  const members = { success: true, retcode: 0, user: 'root', fun_args: ['a', { b: 'x' }] };

  it("are the record's own members, and name, comment, changes and result", async () => {
    const options: Options = { redact: { members: ['*'] }, id: true, max_bytes: { member: 256 } };
    const [record] = await recordsWith(options, one({ ...state, long: 'x'.repeat(300) }, members));
    const { event_id: id, ...rest } = { ...record };
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(rest).toEqual({
      ...{ name: 'n', comment: 'c', result: true, changes: { a: MASK }, other: MASK, long: MASK },
      ...{ state_name: 'test_|-a_|-a_|-nop', state_id: 'a', minion_id: 'web-01', jid: JID, fun: 'state.sls' },
      ...{ fun_args: ['a', { b: MASK }], event_type: 'state_return', _stamp: expect.stringContaining('2026') },
    });
  });

  it("are not a state's own of the names that only records have", async () => {
    const own = Object.fromEntries(
      ['event_id', 'parent_state', 'truncated', 'trimmed', 'fun_return', 'sls', 'states'].map((name) => [name, 'x']),
    );
    const event = one({ ...own, __id__: 'a' });
    const options: Options = { redact: { members: ['*'] } };
    const module = await load({ options });
    expect(module.flatten(event)).toMatchObject([Object.fromEntries(Object.keys(own).map((name) => [name, MASK]))]);
    expect(disagreement(module, event, 'flatten', { options, uncut: module })).toBeNull();
  });

  it('are those of a summary, a failed job, and job_members and add', async () => {
    const options: Options = {
      redact: { members: ['*'] },
      summary: true,
      job_members: ['user', 'tgt'],
      add: { token: 't' },
    };
    const tgt = { a: 'x' };
    expect(await recordsWith(options, job('state.sls', { a: 'x' }, { ...members, tgt }))).toMatchObject([
      { fun_return: { a: MASK }, minion_id: 'web-01', user: 'root', tgt: { a: MASK }, token: 't' },
      {
        states: 0,
        slowest_state: null,
        sls: [],
        success: true,
        retcode: 0,
        user: 'root',
        tgt: { a: MASK },
        token: 't',
      },
    ]);
    expect(await recordsWith(options, job('state.sls', 'oops'))).toMatchObject([{ fun_return: 'oops' }, {}]);
  });

  it('but what is inside them is', async () => {
    const record = await recordOf(true, {
      name: 'token=x',
      comment: ['psk: x'],
      changes: { psk: 'x' },
      result: { pwd: 'x' },
    });
    expect(record).toMatchObject({
      ...{ name: `token=${MASK}`, comment: [`psk: ${MASK}`], changes: { psk: MASK }, result: { pwd: MASK } },
    });
  });
});

describe('diffs', () => {
  const diff = '--- \n+++ \n-password=é"one"\n+x\ud83d\ude00\n';
  const state = { diff, changes: { diff, '/etc/x': [{ diff, 'diff ': 'x', Diff: 'y' }], ret: { changes: { diff } } } };

  it.each<[NonNullable<RedactOptions['diffs']>, string]>([
    ['keep', diff.replace('é"one"', MASK)],
    ['drop', '[diff: dropped]'],
    ['hash', `[diff: ${Buffer.byteLength(diff)} bytes, ${digest(diff)}]`],
  ])('%s: those inside changes, at any depth', async (diffs, left) => {
    for (const strings of [true, false]) {
      const there = diffs === 'keep' && !strings ? diff : left;
      const record = await recordOf({ diffs, strings }, state);
      expect(record['diff']).toBe(strings ? diff.replace('é"one"', MASK) : diff);
      expect(record['changes']).toEqual({
        ...{ diff: there, '/etc/x': [{ diff: there, 'diff ': 'x', Diff: 'y' }], ret: { changes: { diff: there } } },
      });
    }
  });

  it.each(['x', '\ud800', '\u0000', '\u00e9'.repeat(63), '\u00e9'.repeat(64), 'x'.repeat(128), '漢😀\n'.repeat(5000)])(
    'hash has the length and the hash of the decoded text (%#)',
    async (text) => {
      const bytes = Buffer.from(text === '\ud800' ? [0xed, 0xa0, 0x80] : text);
      for (const changes of [JSON.stringify({ diff: text }), `{"diff" : "${escaped(text)}"}`]) {
        const [record] = await recordsWith(
          { redact: { diffs: 'hash' } },
          one({ changes: 'HERE' }).replace('"HERE"', changes),
        );
        const said = /^\[diff: (\d+) bytes, ([0-9a-f]{32})\]$/.exec(
          String((record?.['changes'] as { diff: unknown }).diff),
        );
        expect(Number(said?.[1])).toBe(bytes.length);
        if (text !== '\ud800') expect(said?.[2]).toBe(digest(text));
      }
    },
  );

  it('that are no strings are left to the other rules', async () => {
    const changes = { diff: { a: ['x', { psk: 'x' }] }, a: { diff: null }, b: { diff: 7 } };
    expect(await recordOf({ diffs: 'drop' }, { changes })).toMatchObject({
      changes: { ...changes, diff: { a: ['x', { psk: MASK }] } },
    });
  });

  it('are dropped as text, in ECS, in returns and in passed events too', async () => {
    const options: Options = { redact: { diffs: 'drop' }, changes: 'text', returns: 'all', other_events: 'pass' };
    const module = await load({ options });
    const progress = {
      tag: `salt/job/${JID}/prog/web-01/3`,
      data: { data: { ret: { changes: { diff: 'hunter2' } } } },
    };
    const hunted = { changes: { diff: 'hunter2', a: { diff: 'hunter2' } } };
    for (const event of [one(hunted), job('state.sls', hunted), JSON.stringify(progress)]) {
      for (const preset of PRESETS) {
        const records = module.flatten(event, { preset });
        expect(JSON.stringify(records)).toContain('[diff: dropped]');
        expect(JSON.stringify(records)).not.toContain('hunter2');
      }
    }
  });
});

/** A text with all of its code units as escapes. */
function escaped(text: string): string {
  return Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

describe('redaction comes', () => {
  it('before text, whose JSON is what redaction left', async () => {
    const options: Options = { redact: true, changes: 'text', fun_args: 'text' };
    const [record] = await recordsWith(
      options,
      one({ changes: { psk: 'x', a: 'token="x y"' } }, { fun_args: ['psk: x'] }),
    );
    expect(record).toMatchObject({
      changes: JSON.stringify({ psk: MASK, a: `token="${MASK}"` }),
      fun_args: JSON.stringify([`psk: ${MASK}`]),
    });
  });

  it('before max_bytes, which counts what redaction left', async () => {
    const options: Options = { redact: true, max_bytes: { member: 256 } };
    const [record] = await recordsWith(options, one({ comment: `psk: ${'x'.repeat(1000)}`, log: 'y'.repeat(300) }));
    expect(record).toMatchObject({ comment: `psk: ${MASK}`, truncated: { log: 302 } });
  });
});

describe('a malformed record', () => {
  it.each([
    ['is cut short', one({ comment: 'password=hunter2' }).slice(0, -20)],
    ['is no JSON', 'password=hunter2'],
    ['is of another type', '["hunter2"]'],
    ['has a member of the wrong type', JSON.stringify({ tag: `salt/job/${JID}/ret/web-01`, data: 'hunter2' })],
    ['nests too deep', '{"a":'.repeat(600) + '"hunter2"'],
  ])('of input that %s says no more than its length', async (_, event) => {
    for (const preset of PRESETS) {
      const module = await load({ options: { redact: { strings: false, defaults: false }, other_events: 'pass' } });
      const text = JSON.stringify(module.flatten(event, { preset }));
      expect(text).toContain(`"[redacted: ${Buffer.byteLength(event)} bytes]"`);
      expect(text).not.toContain('hunter2');
    }
  });
});

it.each(PRESETS)(
  "masks a package state's own member behind changes that are named after packages, in %s",
  async (preset) => {
    const module = await load({ options: { redact: true } });
    const state = { result: true, changes: { token: { old: '1', new: '2' } }, db_secret: 'hunter2' };
    const text = JSON.stringify(module.flatten(job('state.sls', { 'pkg_|-a_|-a_|-installed': state }), { preset }));
    expect(text).toContain('"token":{"old":"1","new":"2"}');
    expect(text).toContain(`"db_secret":"${MASK}"`);
  },
);

describe('events that pass', () => {
  const data = { password: 'x', name: 'psk: x', list: [{ cookie: ['x'] }], _stamp: STAMP };
  const left = { password: MASK, name: `psk: ${MASK}`, list: [{ cookie: MASK }], _stamp: STAMP };

  it.each<[string, object, object]>([
    ['an event with its tag', { tag: 'my/token=x', data }, { tag: `my/token=${MASK}`, data: left }],
    ['data alone', data, left],
    ['text with a tab', { log: `my/token=x\t${JSON.stringify(data)}` }, { tag: `my/token=${MASK}`, data: left }],
    ['JSON as text', { message: JSON.stringify({ tag: 'my', data }), host: 'x' }, { tag: 'my', data: left }],
  ])('%s', async (_, event, expected) => {
    expect(await recordsWith({ redact: true, other_events: 'pass' }, JSON.stringify(event))).toEqual([expected]);
  });
});
