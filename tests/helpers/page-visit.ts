/** Opens the built page in Chromium against a made-up box; one browser for a test file, one visit a test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { buildPage } from '../../image/page.ts';
import { launchBrowser } from './browser.ts';
import { type Box, sampleBox } from './page-box.ts';
import { sampleFrame } from './page-frame.ts';
import { type PageServer, startPageServer } from './page-server.ts';

export type Visit = { box: Box; server: PageServer; page: Page; complaints: string[] };
export type VisitOptions = {
  path?: string;
  locale?: string;
  width?: number;
  dark?: boolean;
  change?(box: Box): void;
};
export type Visitor = (o: VisitOptions, look: (visit: Visit) => Promise<void>) => Promise<void>;

/** To be called inside a `describe`: the page is built and the browser started once for it. */
export function pageVisits(): Visitor {
  let pageDir = '';
  let browser: Browser | undefined;
  before(async () => {
    pageDir = await mkdtemp(join(tmpdir(), 'nm-page-'));
    await buildPage({ outDir: pageDir, minify: true });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await rm(pageDir, { recursive: true, force: true });
  });
  return async (o, look) => {
    if (browser === undefined) throw new Error('the browser has not been started');
    await visit(browser, pageDir, o, look);
  };
}

async function visit(
  browser: Browser,
  pageDir: string,
  o: VisitOptions,
  look: (visit: Visit) => Promise<void>,
): Promise<void> {
  const box = sampleBox(sampleFrame('en'));
  o.change?.(box);
  const server = await startPageServer({ pageDir, box });
  let context: BrowserContext | null = null;
  try {
    context = await browser.newContext({
      ignoreHTTPSErrors: true,
      locale: o.locale ?? 'en-GB',
      viewport: { width: o.width ?? 1280, height: 800 },
      colorScheme: o.dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${server.url}${o.path ?? '/'}`);
    await look({ box, server, page, complaints });
  } finally {
    await context?.close();
    await server.close();
  }
}

export const shown = async (node: Locator): Promise<string> => (await node.textContent()) ?? '';
export const textOf = (page: Page, selector: string): Promise<string> =>
  shown(page.locator(selector).first());
/** With ordinary spaces, as one types them into a test. */
export const plain = (words: string): string => words.replace(/[\u00a0\u202f]/g, ' ');
