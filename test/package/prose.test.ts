// The rules for Markdown that `npm run lint` has beside those of markdownlint: what they find, and what they let pass.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../support/command.js';

const LINTER = join(process.cwd(), 'node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs');
const RULES = ['saltflat-sentences', 'saltflat-vocabulary', 'saltflat-links'];

const words = (count: number): string => Array.from({ length: count }, (_, at) => `w${at}`).join(' ');

/** Pages: what is judged, its text, and the rules that it breaks. */
const PAGES: readonly (readonly [what: string, text: string, broken: readonly string[]])[] = [
  ['25 words', `${words(25)}.`, []],
  ['26 words', `${words(13)}\n${words(13)}.`, ['saltflat-sentences']],
  ['two thoughts', `${words(20)}. ${words(20)}.`, []],
  ['code of many words', `Say \`${words(30)}\`.`, []],
  ['items of a list', `- ${words(20)}\n- ${words(20)}`, []],
  ['a riddle', 'It stands there.', ['saltflat-vocabulary']],
  ['a riddle in code', 'It is `behind`.', []],
  ['a riddle in a block', '```text\nIt stands there.\n```', []],
  ['a file that is not there', 'See [it](lost.md).', ['saltflat-links']],
  ['a heading that is not there', 'See [it](0.md#lost).', ['saltflat-links']],
  ['a heading that is there', 'See [it](0.md#a-page).', []],
];

const folder = temporaryDirectory();
let found: Map<string, string[]>;
beforeAll(() => {
  writeFileSync(
    join(folder, '.markdownlint-cli2.mjs'),
    `import customRules from ${JSON.stringify(join(process.cwd(), 'scripts/prose/rules.mjs'))};
     export default { customRules, config: { default: false, ${RULES.map((rule) => `'${rule}': true`).join()} } };`,
  );
  PAGES.forEach(([, text], at) => writeFileSync(join(folder, `${at}.md`), `# A page\n\n${text}\n`));
  const { stdout, stderr } = spawnSync(process.execPath, [LINTER, '*.md'], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toContain(`Linting: ${PAGES.length} file(s)`);
  found = new Map();
  for (const [, page = '', rule = ''] of stderr.matchAll(/^(\d+)\.md:\S* error (\S+)/gm))
    found.set(page, [...(found.get(page) ?? []), rule]);
}, 60_000);

it.each(PAGES.map(([what, , broken], at) => [what, `${at}`, broken] as const))('judges %s', (_, page, broken) => {
  expect(found.get(page) ?? []).toEqual(broken);
});
