// What a command says of an input that holds nothing of Salt: never that all is well.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryDirectory } from '../../support/command.js';

const folder = temporaryDirectory();
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
mkdirSync(join(folder, 'empty'));

const utf16 = Buffer.from('\ufeff{"tag": "salt/job/1/ret/m"}\n', 'utf16le');
const binary = Uint8Array.from({ length: 3000 }, (_, at) => (at * 7919) % 251);

const INPUTS = {
  'an empty file': [file('empty.ndjson', ''), 'nothing was read: the input is empty'],
  'blank lines': [file('blank', '\n  \n\t\n'), 'nothing was read: the input is empty'],
  garbage: [file('garbage', '{"data": {\n]]\n'), 'read, none of them an event of Salt'],
  'a log of another program': [
    file('auth.log', 'Nov 30 sshd[1]: bye\n'.repeat(3)),
    '3 lines read, none of them an event',
  ],
  'JSON of another program': [
    file('app.json', '{"level":"info"}\n'),
    '1 event read, none of them the return of a state run',
  ],
  'returns that ran no states': [
    file('ping', '{"tag":"salt/job/1/ret/m","data":{"id":"m","jid":"1","fun":"test.ping","return":true}}\n'),
    '1 event read, none of them the return of a state run; does the master',
  ],
  binary: [file('binary', binary), 'read, none of them an event of Salt'],
  'UTF-16': [file('utf16', utf16), 'is UTF-16, which cannot be read here: convert it: `iconv'],
  'a folder without files': [join(folder, 'empty'), 'is a directory, name a file'],
  'a glob that matches nothing': [join(folder, 'x*.ndjson'), 'no such file or directory'],
} as const satisfies Record<string, readonly [path: string, said: string]>;

it.each(Object.entries(INPUTS))(
  '%s is told of by replay, show and report, with exit code 3',
  async (_, [path, said]) => {
    const page = join(folder, 'page.html');
    const told = { code: 3, stderr: expect.stringContaining(said) as string };
    const runs = [['replay'], ['show'], ['report', '-o', page], ['report', '--format', 'json']].map((args) =>
      run([...args, path]),
    );
    for (const { code, stderr, stdout } of await Promise.all(runs)) {
      expect({ code, stderr }).toEqual(told);
      expect(stdout).not.toContain('No state failed');
    }
    expect(existsSync(page)).toBe(false);
  },
);

it('is said of what is good as well: options and --failed may leave nothing', async () => {
  const good =
    '{"tag":"salt/job/1/ret/m","data":{"id":"m","jid":"1","fun":"state.sls","return":{"a_|-b_|-c_|-d":{"result":true,"changes":{}}}}}\n';
  for (const args of [['--failed'], ['--options', file('only.json', '{"only": "failed"}')]]) {
    const { code, stderr } = await run(['replay', ...args], good);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^saltflat: 1 event, 0 job returns/) as string,
    });
  }
});
