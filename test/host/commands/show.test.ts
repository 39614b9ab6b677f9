import {
  FIXTURE,
  ended,
  eventLine,
  hasProgram,
  itWith,
  run,
  runOnTerminal,
  start,
  state,
  textOf,
} from '../../support/command.js';

const lines = (text: string): string[] => text.split('\n').slice(0, -1);

describe('saltflat show', () => {
  it('shows real events', async () => {
    const { code, stdout } = await run(['show', FIXTURE]);
    expect(code).toBe(0);
    const shown = lines(stdout);
    expect(shown).toHaveLength(476 + 2);
    expect(shown[0]).toBe(
      '11-22 09:19:48 web-01.example.com   ● file.managed           /srv/www/motd           10 ms  File /srv/www/motd updated',
    );
    expect(shown.at(-1)).toBe(
      '679 events, 19 job returns, 476 records: 57 failed, 157 changed, 248 unchanged, 8 skipped, 6 would change, 0 malformed',
    );
  });

  itWith(hasProgram('script', '--version'), 'no program script')(
    'shows the real events of the package on a terminal where no file is named',
    () => {
      const { code, stdout } = runOnTerminal(['show'], { NO_COLOR: '1' });
      expect(code).toBe(0);
      expect(stdout).toContain('saltflat: showing the events of the package; `saltflat show FILE` shows your own');
      expect(stdout).toContain('48 events, 34 job returns, 602 records');
    },
  );

  it('reads a pipe where no file is named', async () => {
    const { code, stdout } = await run(['show'], eventLine('1', [state()]));
    expect(code).toBe(0);
    expect(stdout).toContain('1 event, 1 job return, 1 record');
  });

  it.each([
    ['', 'nothing was read: the input is empty'],
    ['x\ny\n', '2 lines read, none of them an event of Salt'],
    ['{"tag":"salt/auth","data":{"id":"m","act":"accept"}}\n', '1 event read, none of them the return of a state run'],
  ])('says what an input is that gives nothing (%j)', async (input, message) => {
    const { code, stderr } = await run(['show'], input);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(message) });
  });

  it('has no colours in a pipe, in CI either', async () => {
    const { stdout } = await run(['show', FIXTURE], '', { CI: 'true' });
    expect(stdout).not.toContain('\u001b');
  });

  it('marks each kind, and shows a failed job with its error', async () => {
    const states = [
      state({ result: true }),
      state({ changes: { a: 1 } }),
      state({ result: false, comment: '\n  first\nsecond' }),
      state({ __state_ran__: false }),
      state({ result: null, changes: { a: 1 } }),
    ];
    const failed = { fun: 'state.sls', jid: '7', id: 'm', return: ['Rendering failed\nmore'], fun_args: [] };
    const trace = {
      ...failed,
      return: 'an exception: Traceback (most recent call last):\n  File "x"\nKeyError: \'a\'\n',
    };
    const input = [
      eventLine('1', states),
      ...[failed, trace].map((data) => JSON.stringify({ data, tag: 'salt/job/7/ret/m' })),
      'x',
    ];
    const { stdout } = await run(['show', '-'], input.join('\n'));
    const shown = lines(stdout);
    expect(shown.slice(0, 8).map((line) => line[36])).toEqual(['✔', '●', '✖', '–', '◌', '✖', '✖', '✖']);
    expect(shown[2]).toMatch(/ 1\.5 ms {2}first$/);
    expect(shown[5]).toMatch(/✖ state\.sls +7 +Rendering failed$/);
    expect(shown[6]).toMatch(/an exception: Traceback \(most recent call last\): … KeyError: 'a'$/);
    expect(shown[7]).toMatch(/✖ malformed +-:4: expected a JSON object at byte 0 of the line$/);
  });

  it('tells one byte of a malformed line: in the line, or in the text that it has in log', async () => {
    const { stdout } = await run(['show', '-'], '{"data": {"a":1, b:2}}\n{"log":"{\\"data\\": {b:2}}"}\n');
    expect(lines(stdout).slice(0, 2)).toEqual([
      expect.stringMatching(/ -:1: expected a member name in quotes at byte 17 of the line$/),
      expect.stringMatching(/ -:2: expected a member name in quotes at byte 10 of the text$/),
    ]);
  });

  it('lets no control character of an event through', async () => {
    const evil = '\u001b]0;title\u0007\u001b[2J\u009b31m\r\u0000\u007f\u202e\u2028x\ud800';
    const data = {
      fun: evil,
      jid: evil,
      id: evil,
      return: { [`a_|-b_|-c_|-${evil}`]: state({ comment: evil, __id__: evil, duration: evil }) },
      _stamp: evil,
    };
    const { code, stdout } = await run(
      ['show', '-'],
      `${JSON.stringify({ ...data, cmd: '_return' })}\n${evil.replace('\r', '')}\n`,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('\\x1b]0;title\\x07');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  it('aligns wide characters by the columns they take', async () => {
    const { stdout } = await run(
      ['show', '-'],
      eventLine('1', [
        state({ __id__: '设置', comment: 'C' }),
        state({ __id__: 'ab😀', comment: 'C' }),
        state({ comment: 'C' }),
      ]),
    );
    expect(
      lines(stdout)
        .slice(0, 3)
        .map((line) => line.slice(61).replace(/ +(?= 1\.5)/, (gap) => `<${gap.length}>`)),
    ).toEqual(['设置<18> 1.5 ms  C', 'ab😀<18> 1.5 ms  C', 'n<21> 1.5 ms  C']);
  });

  it('ends quietly when its reader closes the pipe', async () => {
    const child = start(['show', FIXTURE, FIXTURE, FIXTURE, FIXTURE]);
    const stderr = textOf(child.stderr);
    child.stdout!.once('data', () => child.stdout!.destroy());
    expect({ code: await ended(child), stderr: await stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('reports files that cannot be read, and exits with 3', async () => {
    const { code, stdout, stderr } = await run(['show', '/missing', FIXTURE]);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: 'saltflat: /missing: cannot be read: no such file or directory\n',
    });
    expect(lines(stdout)).toHaveLength(478);
  });

  const terminal = itWith(hasProgram('script', '--version'), 'no program script');
  terminal('is coloured on a terminal, and not with NO_COLOR', () => {
    expect(runOnTerminal(['show', FIXTURE]).stdout).toContain('\u001b[31m✖ cmd.run');
    expect(runOnTerminal(['show', FIXTURE], { NO_COLOR: '1' }).stdout).not.toContain('\u001b');
  });
});
