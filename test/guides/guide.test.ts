// The guides as documents, and what the tests take them for.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { globSync } from 'tinyglobby';
import { temporaryDirectory } from '../support/command.js';
import { Guide, broken } from '../support/guides/guide.js';

const GUIDES = globSync('docs/guides/*.md', { cwd: process.cwd() });
const root = temporaryDirectory();

/** A guide with this text. */
function guide(...lines: readonly string[]): Guide {
  const path = join(root, 'guide.md');
  writeFileSync(path, lines.join('\n'));
  return new Guide(relative(process.cwd(), path));
}

const COMMANDS = ['```sh', 'true', '```'];
const output = (sentence: string): string[] => [...COMMANDS, '', sentence, '', '```text', 'done', '```'];

describe('a guide', () => {
  it('has a test that runs it, each', () => {
    expect(GUIDES.length).toBeGreaterThan(3);
    for (const path of GUIDES) {
      const test = path.replace(/^docs\/guides\/(.*)\.md$/, 'test/guides/$1.test.ts');
      expect(readFileSync(join(process.cwd(), test), 'utf8')).toMatch(/\.unseen\)\.toEqual\(\[\]\)/);
    }
  });

  it.each(GUIDES)('links to files and headings that are there: %s', (path) => {
    const { text } = new Guide(path);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    expect(links.length).toBeGreaterThan(3);
    const lost = links.filter(([, file = '', heading]) => {
      const target = join(process.cwd(), file === '' ? path : join(dirname(path), file));
      if (!existsSync(target)) return true;
      return heading !== undefined && !headings(readFileSync(target, 'utf8')).includes(heading);
    });
    expect(lost.map(([link]) => link)).toEqual([]);
  });

  it('is refused with a block that is neither commands nor what they print', () => {
    expect(() => guide('```json', '{}', '```')).toThrow('no commands say or print this block');
    expect(() => guide(...COMMANDS, '', 'For example:', '', '```json', '{}', '```')).toThrow(
      'no commands say or print',
    );
    expect(() => guide('```sh', 'true')).toThrow('the block has no end');
  });

  it('says whether commands fail, and whether to wait', () => {
    const [plain, fails, later] = ['It prints:', 'It fails and says:', 'After a few seconds it says:'].map(
      (sentence) => guide(...output(sentence)).commands[0]!,
    );
    expect(plain).toMatchObject({ fails: false, promised: { text: 'done', isWhole: true, comesLater: false } });
    expect(fails).toMatchObject({ fails: true, promised: { isWhole: false, comesLater: false } });
    expect(later).toMatchObject({ fails: false, promised: { isWhole: false, comesLater: true } });
  });

  it('knows which commands nobody ran', () => {
    const two = guide('# A', ...COMMANDS, '# B', '```sh', '# in another terminal', 'true', '```');
    expect(two.section('B')).toMatchObject([{ isBackground: true }]);
    two.see(two.section('A')[0]!);
    expect(two.unseen).toEqual([two.section('B')[0]!.place]);
  });
});

describe('what is promised', () => {
  const all = (text: string): Parameters<typeof broken>[0] => ({ text, isWhole: true, comesLater: false });
  const some = (text: string): Parameters<typeof broken>[0] => ({ text, isWhole: false, comesLater: false });

  it.each([
    ['all of it', all('a\nb'), 'a\nb\n'],
    ['all of it, parts left open', all('a … c\n…\nz'), 'a (b)* c\nd\ne\nz'],
    ['lines among others', some('b\nd'), 'a\nb\nc\nd\ne'],
    ['the end of a line', some('error: no'), 'x\n[error] error: no\n'],
  ])('is kept: %s', (_, promised, printed) => expect(broken(promised, printed)).toBeNull());

  it.each([
    ['a line too many', all('a'), 'a\nb'],
    ['another line', all('a'), 'b'],
    ['lines in another order', some('b\na'), 'a\nb'],
    ['the beginning of a line alone', some('error'), 'error: no'],
    ['nothing', some('a'), ''],
  ])('is broken: %s', (_, promised, printed) => expect(broken(promised, printed)).toContain('promised:'));
});

/** Headings as links name them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
