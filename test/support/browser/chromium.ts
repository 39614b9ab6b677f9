// A real Chromium with a page in it, and all that it said, asked for and did wrong.
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { findProgram } from '../program.js';

/** The browser that is tested: CHROMIUM, or one on PATH; null where there is none. */
export const CHROMIUM = findProgram('CHROMIUM', 'chromium', 'chromium-browser', 'google-chrome');

/** Why tests in a browser are skipped; null where they are not. */
export const NO_CHROMIUM = CHROMIUM === null ? 'no chromium on PATH, and CHROMIUM names none' : null;

/** Starts the browser. Its sandbox needs rights that containers and root have not; the pages are local and our own. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-gpu'] });
}

/** A page that was opened, and what happened in it. */
export interface Opened {
  readonly page: Page;
  /** Messages of the console, of any kind, errors that no one caught, dialogs. */
  readonly said: string[];
  /** Addresses that were asked for besides the page itself. */
  readonly asked: string[];
}

/** Opens a file, or an address, in a page of its own, that can reach whatever it asks for. */
export async function open(browser: Browser, path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  const address = path.includes('://') ? path : `file://${path}`;
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address.replace(/#.*/s, '') && request.url() !== address) asked.push(request.url());
  });
  await page.goto(address);
  return { page, said, asked };
}
