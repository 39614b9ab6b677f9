// The views of the report's page: links, numbers against the events, axe, narrow windows, planted scripts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeWith } from '../support/program.js';
import { records, run, temporaryDirectory } from '../support/command.js';
import { NO_CHROMIUM, type Opened, launch, open } from '../support/browser/chromium.js';
import { HOSTILE, hostileEvents } from '../support/browser/hostile.js';
import { STORY_RUNS, storyJid, storyLines } from '../support/report-story.js';

const directory = temporaryDirectory();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SLOWEST_MS = 180_000;
const LAST = storyJid(STORY_RUNS - 1);
const CHECK = 'cmd_|-check nginx_|-nginx -t_|-run';
const OPENED = `#job=${LAST}&minion=web-01&state=${encodeURIComponent(CHECK)}`;

/** Each view, and what is opened in it. */
const HASHES = ['', '#view=jobs', OPENED, '#view=minions', '#view=states', '#view=compare'] as const;

const cellsOf = (page: Page, section: string): Promise<string[][]> =>
  page
    .locator(`${section} tbody tr:not(.below)`)
    .evaluateAll((rows) =>
      rows.map((row) => Array.from(row.children, (cell) => (cell as HTMLElement).innerText.replaceAll('\n', ' '))),
    );

describeWith('the views of the page of saltflat report', NO_CHROMIUM, () => {
  let browser: Browser;
  let story: string;
  let states: Readonly<Record<string, unknown>>[];
  const opened: Opened[] = [];

  beforeAll(async () => {
    browser = await launch();
    story = await pageOn('story', storyLines().join(''));
    const { stdout } = await run(['replay', '-q', '-'], storyLines().join(''));
    states = records(stdout).filter(({ event_type: type }) => type === 'state_return');
  }, SLOWEST_MS);
  afterEach(async () => {
    for (const { page, said, asked } of opened.splice(0)) {
      await page.context().close();
      expect({ said, asked }).toEqual({ said: [], asked: [] });
    }
  });
  afterAll(() => browser?.close());

  async function pageOn(name: string, input: string): Promise<string> {
    const path = join(directory, `${name}.html`);
    const { code, stderr } = await run(['report', '-', '-q', '-o', path], input);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return path;
  }
  const show = async (hash: string, path = story, options: BrowserContextOptions = {}): Promise<Page> => {
    const one = await open(browser, `${path}${hash}`, options);
    opened.push(one);
    return one.page;
  };

  it(
    'say what is broken now, why, since when and where',
    async () => {
      const page = await show('');
      expect(await page.locator('#now .lead').innerText()).toBe('1 cause, 3 followers on 1 minion.');
      const cause = await page.locator('.cause').innerText();
      for (const part of ['check nginx', 'web.nginx', 'on web-01', 'since 11-22 16:00', '3 times', LAST])
        expect(cause).toContain(part);
      expect(cause).toContain('nginx: [emerg] invalid port in "8O"');
      await page.getByText('Holds back 3 states').click();
      expect(await page.locator('.followers').innerText()).toMatch(/nginx service[^]*site one[^]*site two/);
      // Its service, which it held back, is counted with it.
      expect((await cellsOf(page, '#fixed')).map((cells) => [cells[0], cells.at(-1)])).toEqual([
        [expect.stringContaining('postgresql'), '1 state'],
      ]);
      expect(await page.locator('#silent').innerText()).toMatch(
        /cron-01 did not answer 3 jobs since 11-22 16:00:00; last seen 11-22 14:00/,
      );
      expect(await page.locator('.notes').count()).toBe(0);
    },
    SLOWEST_MS,
  );

  it(
    'copy a jid, also where there is no clipboard for the page',
    async () => {
      const page = await show('');
      const button = page.getByRole('button', { name: `Copy the jid ${LAST}` });
      const find = page.getByRole('searchbox');
      for (const hasClipboard of [true, false]) {
        if (!hasClipboard)
          await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
        await button.focus();
        await page.keyboard.press('Enter');
        expect(await page.locator('.copy [role=status]').filter({ hasText: 'Copied' }).count()).toBe(1);
        expect(await button.evaluate((each) => each === document.activeElement)).toBe(true);
        await find.fill('');
        await find.press('Control+V');
        expect(await find.inputValue()).toBe(LAST);
        await find.fill('');
      }
    },
    SLOWEST_MS,
  );

  it(
    'open a job as a matrix, a minion as a timeline, a state with its diff, each by a link that another browser opens',
    async () => {
      const page = await show('#view=jobs');
      const jobs = await cellsOf(page, '#jobs');
      expect(jobs.map(([, jid]) => jid)).toEqual(Array.from({ length: STORY_RUNS }, (_, at) => storyJid(at)).reverse());
      for (const [, jid, , answered, silent, failed, changed, unchanged] of jobs) {
        const own = states.filter((state) => state['jid'] === jid);
        const isChanged = ({ result, changes }: (typeof own)[number]): boolean =>
          result === true && Object.keys(changes as object).length > 0;
        expect(answered).toBe(
          `${new Set(own.map(({ minion_id: minion }) => minion)).size + (jid === storyJid(6) ? 1 : 0)} of 5`,
        );
        expect(silent).toBe(Number(jid! >= storyJid(5)).toString());
        expect(Number(failed)).toBe(own.filter(({ result }) => result === false).length);
        expect(Number(changed)).toBe(own.filter(isChanged).length);
        expect(Number(unchanged)).toBe(own.filter((state) => state['result'] === true && !isChanged(state)).length);
      }
      await page.locator('#jobs').getByRole('link', { name: LAST }).click();
      const [row] = await cellsOf(page, '.matrix');
      expect(row).toEqual([
        'web-01',
        expect.stringContaining('●'),
        expect.stringContaining('✖'),
        expect.stringContaining('↳↳↳'),
        '',
        expect.anything(),
      ]);
      await page
        .locator('.matrix')
        .getByRole('link', { name: `failed: ${CHECK}` })
        .click();
      expect(await page.locator('.details').innerText()).toMatch(/nginx -t[^]*invalid port/);

      const second = await browser.newContext();
      const other = await second.newPage();
      await other.goto(page.url());
      expect(await other.locator('.details').innerText()).toBe(await page.locator('.details').innerText());
      expect(await other.locator('#run h3').innerText()).toBe('web-01 in this job');
      await second.close();

      const run = await cellsOf(page, '#run');
      const own = states.filter(({ jid, minion_id: minion }) => jid === LAST && minion === 'web-01');
      expect(run).toHaveLength(own.length);
      await page.getByLabel('Causes').check();
      expect(await cellsOf(page, '#run')).toEqual([expect.arrayContaining(['✖ failed'])]);
      await page.goBack();
      expect(await cellsOf(page, '#run')).toHaveLength(own.length);
    },
    SLOWEST_MS,
  );

  it(
    'colour a diff by line',
    async () => {
      const state = encodeURIComponent('file_|-/etc/nginx/nginx.conf_|-/etc/nginx/nginx.conf_|-managed');
      const page = await show(`#job=${storyJid(5)}&minion=web-01&state=${state}`);
      expect(await page.locator('.diff .added').innerText()).toBe('+listen 8O;\n');
      expect(await page.locator('.diff .removed').innerText()).toBe('-listen 80;\n');
    },
    SLOWEST_MS,
  );

  it(
    'compare two jobs, and two times',
    async () => {
      const page = await show(`#view=compare&before=${storyJid(4)}&after=${storyJid(5)}`);
      const titles = (): Promise<string[]> => page.locator('main h2').allInnerTexts();
      expect(await titles()).toEqual(['Compare', 'Newly failing (4)', 'Newly changed (2)']);
      await page.goto(`file://${story}#view=compare&before=${storyJid(3)}&after=${storyJid(4)}`);
      expect(await titles()).toEqual(['Compare', 'Fixed (2)']);
      await page.goto(`file://${story}#view=compare&before=@2026-11-22T13:00:00Z&after=@2026-11-22T23:00:00Z`);
      expect(await titles()).toEqual(['Compare', 'Newly failing (4)', 'Fixed (2)']);
      await page.goto(`file://${story}#view=compare&before=${storyJid(0)}&after=${LAST}`);
      expect(await titles()).toEqual(['Compare', 'Newly failing (4)', 'Slower (2)']);
    },
    SLOWEST_MS,
  );

  it(
    'are searched, and filtered by spans of time',
    async () => {
      const page = await show('#view=jobs');
      await page.getByLabel('Search').fill('cron-01');
      expect(await cellsOf(page, '#jobs')).toHaveLength(5);
      expect(page.url()).toContain('find=cron-01');
      await page.getByLabel('Search').fill('');
      await page.getByLabel('Time', { exact: true }).selectOption({ label: 'last hour' });
      expect(await cellsOf(page, '#jobs')).toHaveLength(1);
    },
    SLOWEST_MS,
  );

  it.each([
    ['light', 1280],
    ['light', 400],
    ['dark', 1280],
    ['dark', 400],
  ] as const)(
    'have nothing that axe finds, in %s, %d wide',
    async (colorScheme, width) => {
      for (const hash of HASHES) {
        const page = await show(hash, story, { colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
        for (const summary of await page.locator('summary').all()) await summary.click();
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
        );
        expect(violations.map(({ id, nodes }) => `${hash}: ${id}: ${nodes[0]?.html}`)).toEqual([]);
      }
    },
    SLOWEST_MS,
  );

  it.each([1280, 768, 400])(
    'are no wider than a window of %d',
    async (width) => {
      for (const hash of HASHES) {
        const page = await show(hash, story, { viewport: { width, height: 800 } });
        expect([hash, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([hash, width]);
      }
    },
    SLOWEST_MS,
  );

  it(
    'run nothing that stands in events, whatever is opened',
    async () => {
      const path = await pageOn('hostile', hostileEvents());
      const page = await show('#view=jobs', path);
      const hashes = await page
        .locator('#jobs a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
      expect(hashes.length).toBeGreaterThanOrEqual(HOSTILE.length);
      for (const hash of ['', '#view=minions', '#view=states', '#view=compare', ...hashes.slice(0, 20)]) {
        await page.goto(`file://${path}${hash}`);
        const run = page.locator('.matrix th a').first();
        if ((await run.count()) > 0) {
          await run.click();
          for (const state of await page.locator('#run th a').all()) await state.click();
        }
        expect(await page.evaluate(() => (window as { planted?: number }).planted)).toBeUndefined();
        expect(await page.locator('iframe, img, svg, link, base, a:not([href^="#"])').count()).toBe(0);
        expect(await page.locator('#app').evaluate((app) => app.textContent)).not.toMatch(/[^\P{C}\n\t]/u);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
      }
    },
    SLOWEST_MS,
  );
});

interface AxeResults {
  readonly violations: readonly { id: string; nodes: readonly { html: string }[] }[];
}
