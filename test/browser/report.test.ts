import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describeWith, until } from '../support/program.js';
import { FIXTURE, run, temporaryDirectory } from '../support/command.js';
import { failure, newLine, result, returnLine } from '../support/report-events.js';
import { NO_CHROMIUM, type Opened, launch, open } from '../support/browser/chromium.js';
import { HOSTILE, LONG, hostileEvents } from '../support/browser/hostile.js';

const directory = temporaryDirectory();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SLOWEST_MS = 120_000;

/** Two minions, two SLS files, two hours. */
const SMALL = [
  newLine('1', ['web-01', 'web-02', 'db-01']),
  returnLine({
    ...{ jid: '1', minion: 'web-01', stamp: '2026-11-22T09:00:00' },
    returned: { ...failure('nginx', 'Port 80 is taken', 'web'), ...result('motd', { changes: { diff: 'x' } }) },
  }),
  returnLine({
    ...{ jid: '1', minion: 'web-02', stamp: '2026-11-22T10:30:00' },
    returned: { ...failure('nginx', 'No space left', 'web'), ...failure('psql', 'Not there', 'db') },
  }),
].join('');

/** The page that reports on `input`. */
async function pageOn(name: string, input: string): Promise<string> {
  const path = join(directory, `${name}.html`);
  const { code, stderr } = await run(['report', '-', '-q', '-o', path], input);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return path;
}

/** The text of a table's rows, cells with a bar between. */
const rowsOf = (page: Page, section: string): Promise<string[]> =>
  page
    .locator(`#${section} tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) =>
        Array.from(row.children, (cell) => (cell as HTMLElement).innerText.replaceAll('\n', ' ')).join('|'),
      ),
    );

/** How many pixels of the canvas have each colour, most first, the empty ones aside. */
const coloursOf = (page: Page, section: string): Promise<string[]> =>
  page.locator(`#${section} canvas`).evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    const counts = new Map<string, number>();
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] === 255) {
        const colour = `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
    return [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  });

describeWith('the page of saltflat report', NO_CHROMIUM, () => {
  let browser: Browser;
  let opened: Opened | undefined;
  let small: string;
  beforeAll(async () => {
    browser = await launch();
    small = await pageOn('small', SMALL);
  }, SLOWEST_MS);
  afterEach(async () => {
    await opened?.page.context().close();
    opened = undefined;
  });
  afterAll(() => browser?.close());

  /** The page with a view of it: `now` unless told. */
  const show = async (path: string, options = {}, hash = ''): Promise<Page> =>
    (opened = await open(browser, `${path}${hash}`, options)).page;

  it(
    'shows the gauge and what fails now of the bundled events at first sight',
    async () => {
      const path = join(directory, 'bundled.html');
      await run(['report', FIXTURE, '-q', '-o', path]);
      const page = await show(path);
      expect(await page.locator('#now .lead').innerText()).toBe('42 causes, 1 follower on 2 minions.');
      const top = page.locator('.cause').first();
      expect(await top.innerText()).toMatch(/^✖\s*(?:a|bad_thing)\s/);
      for (const locator of [top, page.locator('#gauge .rate')]) {
        const box = (await locator.boundingBox())!;
        expect(box.y + box.height).toBeLessThan(800);
      }
      expect(await page.locator('.rate').innerText()).toBe('88.6 %\nsucceeded');
      await page.getByRole('link', { name: 'States', exact: true }).click();
      expect(await rowsOf(page, 'failed').then(([first]) => first)).toMatch(
        /^4\|a test\.fail_without_changes\|onfail\|web-01\.example\.com\|Failure!\|11-22 09:21:16$/,
      );
      expect(opened).toMatchObject({ said: [], asked: [] });
    },
    SLOWEST_MS,
  );

  it.each([
    [768, 800],
    [500, 800],
    [375, 667],
  ])(
    'shows the first cause at first sight in a window of %d by %d, and the gauge below what fails',
    async (width, height) => {
      const path = join(directory, `narrow-${width}.html`);
      await run(['report', FIXTURE, '-q', '-o', path]);
      const page = await show(path, { viewport: { width, height } });
      const boxOf = async (selector: string): Promise<Box> => (await page.locator(selector).first().boundingBox())!;
      for (const selector of ['.cause .what', '.cause .id']) {
        const box = await boxOf(selector);
        expect(box.y + box.height).toBeLessThan(height);
        expect(box.x + box.width).toBeLessThan(width);
      }
      const [now, gauge, span] = [await boxOf('#now'), await boxOf('#gauge'), await boxOf('.span')];
      expect(gauge.y).toBeGreaterThan(now.y + now.height);
      expect(span.height).toBeLessThan(50); // two lines, and no column of words beside the colours
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    },
    SLOWEST_MS,
  );

  it(
    'draws the gauge and the bars in the colours of the theme',
    async () => {
      const page = await show(small, { colorScheme: 'light' });
      const light = { failed: 'rgb(200, 40, 60)', unchanged: 'rgb(44, 138, 87)', changed: 'rgb(47, 111, 208)' };
      expect((await coloursOf(page, 'gauge')).slice(0, 2)).toEqual([light.failed, light.unchanged]);
      expect(await coloursOf(page, 'times')).toEqual(expect.arrayContaining([light.failed, light.changed]));
      await page.getByLabel('Dark').check();
      await until(async () => (await coloursOf(page, 'gauge'))[0] === 'rgb(255, 107, 122)', 'a dark gauge');
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(18, 21, 26)');
    },
    SLOWEST_MS,
  );

  it(
    'remembers the theme that was chosen, and follows the system where none was',
    async () => {
      const page = await show(small, { colorScheme: 'dark' });
      const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(await background()).toBe('rgb(18, 21, 26)');
      await page.getByLabel('Light').check();
      await page.reload();
      await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
      expect(await background()).toBe('rgb(245, 246, 248)');
    },
    SLOWEST_MS,
  );

  it(
    'is filtered by minion, SLS and time with the keyboard alone',
    async () => {
      const page = await show(small, {}, '#view=states');
      const status = page.getByRole('status');
      const press = async (...keys: string[]): Promise<void> => {
        for (const key of keys) await page.keyboard.press(key);
      };
      expect(await rowsOf(page, 'failed')).toEqual([
        expect.stringMatching(/^2\|nginx file\.managed\|web\|2 minions\|Port 80 is taken 1 other comment\|/),
        expect.stringMatching(/^1\|psql file\.managed\|db\|web-02\|Not there\|/),
      ]);
      // The theme, five views, the search, the minions.
      await press(...Array<string>(8).fill('Tab'));
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-minion');
      await page.keyboard.type('web-01');
      await expect(status.innerText()).resolves.toBe('2 of 4 states, 1 failed');
      expect(await rowsOf(page, 'failed')).toEqual([
        expect.stringMatching(/^1\|nginx file\.managed\|web\|web-01\|Port 80/),
      ]);
      expect(new URL(page.url()).hash).toBe('#minion=web-01&view=states');

      await press('Home', 'Tab'); // all minions, the SLS files
      await page.keyboard.type('db');
      await expect(status.innerText()).resolves.toBe('1 of 4 states, 1 failed');
      expect(await rowsOf(page, 'failed')).toEqual([expect.stringMatching(/^1\|psql/)]);

      await press('Home', 'Tab', 'Tab', 'ArrowDown', 'ArrowDown'); // all SLS files; from the second bin on
      await expect(status.innerText()).resolves.toBe('2 of 4 states, 2 failed');
      expect(await rowsOf(page, 'failed')).toHaveLength(2);

      await press('Tab', 'Tab', 'Enter'); // the end, Show all
      await expect(status.innerText()).resolves.toBe('All 4 states, 3 failed');
      expect(opened!.said).toEqual([]);
    },
    SLOWEST_MS,
  );

  it(
    'is filtered by a minion that is chosen in the table of minions',
    async () => {
      const page = await show(small, {}, '#view=minions');
      expect(await rowsOf(page, 'minions')).toEqual([
        expect.stringMatching(/^web-02\|2\|11-22 10:30:00\|none\|2\|0\|0\|0\|0\|1\|–$/),
        expect.stringMatching(/^web-01\|1\|11-22 09:00:00\|none\|1\|1\|0\|0\|0\|1\|–$/),
        expect.stringMatching(/^db-01\|0\|never\|none\|0\|0\|0\|0\|0\|0\|.*1 unanswered, never seen$/),
      ]);
      await page.locator('#minions').getByRole('link', { name: 'web-01' }).press('Enter');
      expect(await page.locator('#filter-minion option:checked').innerText()).toBe('web-01');
      expect(await page.getByRole('status').innerText()).toBe('2 of 4 states, 1 failed');
    },
    SLOWEST_MS,
  );

  it(
    'has all tables where scripts are off',
    async () => {
      const page = await show(small, { javaScriptEnabled: false });
      const text = await page.locator('main').innerText();
      for (const part of ['Port 80 is taken', 'psql', 'web-02', 'db-01', 'Slowest states'])
        expect(text).toContain(part);
      expect(await page.locator('.rate').innerText()).toContain('25 %');
    },
    SLOWEST_MS,
  );

  it(
    'runs nothing that stands in events, asks for nothing, and hides nothing',
    async () => {
      const path = await pageOn('hostile', hostileEvents());
      const page = await show(path, {}, '#view=states');
      expect(await page.locator('#failed tbody tr').count()).toBe(HOSTILE.length);
      for (const summary of await page.locator('summary').all()) await summary.click();
      for (const select of await page.locator('select').all())
        for (const at of [1, 2, 0]) await select.selectOption({ index: at });
      await page.mouse.move(700, 300);
      await page.waitForTimeout(200);
      expect(await page.evaluate(() => (window as { planted?: number }).planted)).toBeUndefined();
      expect(await page.evaluate(() => document.scripts.length)).toBe(2);
      expect(
        await page.locator('iframe, img, svg, link, base, a:not([href^="#"]), style:not(head > style)').count(),
      ).toBe(0);
      expect(opened).toMatchObject({ said: [], asked: [] });
      const text = await page.locator('body').evaluate((body) => body.textContent);
      expect(text).toContain('<svg/onload=window.planted=3>');
      expect(await page.locator('#app').evaluate((app) => app.textContent)).not.toMatch(/[^\P{C}\n\t]/u);
      expect(text).toContain('\\u{202e}gnp.exe');
      expect(text.length).toBeLessThan(hostileEvents().length * 5);
      const [width, page_] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(width).toBeLessThanOrEqual(page_);
      expect(text).not.toContain(LONG);
    },
    SLOWEST_MS,
  );

  it(
    'lets a script or a style in only by its hash',
    async () => {
      const page = await show(small);
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
      expect(policy).toMatch(
        /^default-src 'none'; script-src 'sha256-[\w+/]+=*'; style-src 'sha256-[\w+/]+=*'; base-uri 'none'; form-action 'none'$/,
      );
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.planted = 1';
        document.body.append(script);
        document.body.insertAdjacentHTML(
          'beforeend',
          '<img src="http://127.0.0.1:9/x.png" onerror="window.planted = 2">',
        );
      });
      await page.waitForTimeout(200);
      expect(await page.evaluate(() => (window as { planted?: number }).planted)).toBeUndefined();
      expect(opened!.said.join()).toMatch(/Content Security Policy/);
    },
    SLOWEST_MS,
  );

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds serious, in %s',
    async (colorScheme) => {
      for (const path of [small, await pageOn(`axe-${colorScheme}`, readFileSync(FIXTURE, 'utf8'))]) {
        // axe is not the page's own, so it needs a page without the policy.
        const page = await show(path, { colorScheme, bypassCSP: true });
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(() =>
          (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
        );
        expect(violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast', 'label', 'select-name']));
        await page.context().close();
      }
    },
    SLOWEST_MS,
  );

  it(
    'prints light, without controls, with all that is behind switches',
    async () => {
      const page = await show(small, { colorScheme: 'dark' });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(
        await page.locator('.choice, .themes').evaluateAll((all) => all.map((each) => getComputedStyle(each).display)),
      ).toEqual(Array(7).fill('none'));
      expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(26, 31, 39)');
      await expect(page.getByText('Port 80 is taken').first().isVisible()).resolves.toBe(true);
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      expect((await coloursOf(page, 'gauge'))[0]).toBe('rgb(200, 40, 60)');
      await page.emulateMedia({ media: 'screen' });
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      expect((await coloursOf(page, 'gauge'))[0]).toBe('rgb(255, 107, 122)');
    },
    SLOWEST_MS,
  );
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface AxeResults {
  readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
  readonly passes: readonly { id: string }[];
}
