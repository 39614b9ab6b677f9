import { RecordFilter, readMoment } from '../../../build/host/core/filter.js';
import { globPattern } from '../../../build/host/core/globs.js';

describe('a glob of the command line', () => {
  it.each([
    ['web-*', ['web-', 'web-01.example.com', 'web-\n'], ['web', 'aweb-1', 'Web-01']],
    ['web-0?', ['web-01', 'web-0ü', 'web-0😀'], ['web-0', 'web-012']],
    ['web-[12]', ['web-1', 'web-2'], ['web-3', 'web-[12]', 'web-']],
    ['web-[!1-3]', ['web-4', 'web-a'], ['web-1', 'web-3', 'web-']],
    ['[]a]', [']', 'a'], ['[]a]', 'b']],
    ['[!]a]', ['b'], [']', 'a']],
    ['a[b', ['a[b'], ['ab']],
    ['[z-a]', ['[z-a]'], ['z']],
    ['a.b+(c)|d/e$^{1}', ['a.b+(c)|d/e$^{1}'], ['axb+(c)|d/e$^{1}']],
    ['[a^b\\]', ['a', '^', '\\'], ['c']],
    ['a-b', ['a-b'], ['ab']],
    ['*', ['', 'anything'], []],
    ['', [''], ['a']],
  ])('%j matches as in Salt (fnmatch)', (glob, matched, others) => {
    for (const name of matched) expect([name, globPattern(glob).test(name)]).toEqual([name, true]);
    for (const name of others) expect([name, globPattern(glob).test(name)]).toEqual([name, false]);
  });

  it('takes no time for many stars', () => {
    expect(globPattern('*'.repeat(500) + 'x').test('a'.repeat(10_000))).toBe(false);
  });
});

describe('a moment of the command line', () => {
  const NOW = Date.parse('2026-11-22T12:00:00Z');
  it.each([
    ['30s', '2026-11-22T11:59:30.000Z'],
    ['30m', '2026-11-22T11:30:00.000Z'],
    ['2h', '2026-11-22T10:00:00.000Z'],
    ['7d', '2026-11-15T12:00:00.000Z'],
    ['1w', '2026-11-15T12:00:00.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T09:19', '2026-11-22T09:19:00.000Z'],
    ['2026-11-22 09:19:48', '2026-11-22T09:19:48.000Z'],
    ['2026-11-22T09:19:48.5Z', '2026-11-22T09:19:48.500Z'],
    ['2026-11-22T09:19:48+01:00', '2026-11-22T08:19:48.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(readMoment(text, NOW)!.ms).toISOString()).toBe(iso);
  });

  it.each([
    '',
    '2',
    'h',
    '2x',
    '-2h',
    '1.5h',
    'yesterday',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-22T25:00',
    '22.11.2026',
  ])('%j is none', (text) => {
    expect(readMoment(text, NOW)).toBeNull();
  });
});

describe('a filter', () => {
  it('says of what it left none: which names there are, or from when to when', () => {
    const fields = { minion: 'web-01', sls: ['nginx'], timeMs: Date.parse('2026-11-22T09:00:00Z') };
    const none = (options: ConstructorParameters<typeof RecordFilter>[0]): string | null => {
      const filter = new RecordFilter(options);
      expect(filter.keeps(fields, 'failed')).toBe(false);
      return filter.nothingLeft;
    };
    expect(none({ minion: ['wbe-*'] })).toBe(
      '1 record was read, and it is not left: no minion matches --minion wbe-* (there is web-01)',
    );
    expect(none({ sls: ['a', 'b'] })).toContain('no SLS file matches --sls a --sls b (there is nginx)');
    const since = readMoment('2026-11-23', 0)!;
    expect(none({ since })).toContain(
      'none lies within --since 2026-11-23 (from 2026-11-22T09:00:00Z to 2026-11-22T09:00:00Z)',
    );
  });

  it('says nothing where --failed alone leaves none: that is good news', () => {
    const filter = new RecordFilter({ failed: true });
    expect(filter.keeps({ minion: 'm', sls: [], timeMs: 0 }, 'changed')).toBe(false);
    expect(filter.nothingLeft).toBeNull();
  });
});
