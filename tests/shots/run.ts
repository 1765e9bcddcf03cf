/** Photographs the page with sample data: every view, 360 and 1280 px wide, light and dark. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { buildPage } from '../../image/page.ts';
import { launchBrowser } from '../helpers/browser.ts';
import { type Box, sampleBox } from '../helpers/page-box.ts';
import { sampleFrame } from '../helpers/page-frame.ts';
import { startPageServer } from '../helpers/page-server.ts';

const usage = `Usage: npm run shots -- [--out DIR] [--only TEXT]
Photographs the page in Chromium with sample data, one PNG for each view, width and theme.
  --out DIR    where the pictures go (.cache/shots)
  --only TEXT  only shots whose name contains TEXT`;

type Shot = { name: string; path: string; box?: (box: Box) => void; act?: (page: Page) => Promise<void> };
const shots: readonly Shot[] = [
  { name: 'overview', path: '/' },
  { name: 'overview-empty', path: '/', box: (box) => box.rows.clear() },
  {
    name: 'overview-well',
    path: '/',
    box(box) {
      for (const row of [...box.rows.values()])
        if (row.machine > 9 || row.name === 'COURIER') box.rows.delete(row.machine);
      for (const row of box.rows.values()) row.state = 'up';
      box.waiting = [];
    },
  },
  { name: 'machine-1h', path: '/machines/1', act: charts },
  { name: 'machine-crosshair', path: '/machines/1', act: crosshair },
  {
    name: 'machine-24h',
    path: '/machines/1',
    act: async (page) => {
      await charts(page);
      await page.locator('.segments button').nth(1).click();
      await page.waitForTimeout(400);
    },
  },
  { name: 'machine-vanished', path: '/machines/4', act: charts },
  {
    name: 'machine-remove',
    path: '/machines/38',
    act: async (page) => {
      await charts(page);
      await page.locator('.foot button').first().click();
    },
  },
  {
    name: 'waiting',
    path: '/waiting',
    act: async (page) => {
      await page.locator('.waiting-list button.primary').first().click();
      await page.locator('.digits').waitFor();
    },
  },
  { name: 'waiting-empty', path: '/waiting', box: (box) => box.waiting.splice(0) },
  { name: 'journal', path: '/journal', act: (page) => page.locator('.entries li').first().waitFor() },
  { name: 'panel', path: '/panel' },
  { name: 'about', path: '/about' },
  { name: 'account', path: '/account', act: (page) => page.locator('.rows li').first().waitFor() },
  {
    name: 'people',
    path: '/people',
    act: async (page) => {
      await page.locator('#name').fill('Paul');
      await page.locator('button.primary').click();
      await page.locator('.secret').waitFor();
    },
  },
  {
    name: 'programs',
    path: '/programs',
    act: async (page) => {
      await page.locator('#name').fill('backup');
      await page.locator('button.primary').click();
      await page.locator('.secret').waitFor();
    },
  },
  {
    name: 'enrolment',
    path: '/enrolment',
    act: async (page) => {
      await page.locator('#label').fill('Room 14');
      await page.locator('button.primary').click();
      await page.locator('.secret').waitFor();
    },
  },
  { name: 'certificate', path: '/certificate', act: (page) => page.locator('textarea').first().waitFor() },
  { name: 'privacy', path: '/privacy' },
  {
    name: 'recovery',
    path: '/recovery',
    box: (box) => {
      box.state = 'signed-out';
    },
  },
  {
    name: 'incidents',
    path: '/incidents',
    act: async (page) => {
      await page.locator('.deeds button').first().click();
      await page.locator('.incident summary').first().click();
    },
  },
  {
    name: 'incidents-well',
    path: '/incidents',
    box: (box) => {
      box.watch.incidents = [];
    },
  },
  { name: 'incident', path: '/incidents/42', act: (page) => page.locator('dl.facts').waitFor() },
  { name: 'rules', path: '/rules', act: (page) => page.locator('.rule').first().waitFor() },
  {
    name: 'rule',
    path: '/rules/disk',
    act: async (page) => {
      await page.locator('form .buttons button').nth(1).click();
      await page.locator('.preview').waitFor();
    },
  },
  { name: 'timetables', path: '/timetables', act: (page) => page.locator('.rows li').first().waitFor() },
  {
    name: 'channels',
    path: '/channels',
    act: async (page) => {
      await page.locator('.channel button').first().click();
      await page.locator('.said').waitFor();
    },
  },
  {
    name: 'channel',
    path: '/channels',
    act: (page) => page.locator('.channel button').nth(1).click(),
  },
  {
    name: 'mail-found',
    path: '/channels',
    act: async (page) => {
      await page.locator('#channel-kind').selectOption('mail');
      await page.locator('.beside button').first().click();
      await page.locator('#channel-new-find').fill('anne@lan.example');
      await page.locator('.find button').first().click();
      await page.locator('.find .said').waitFor();
    },
  },
  { name: 'probes', path: '/probes', act: (page) => page.locator('.probes li').first().waitFor() },
  { name: 'probe', path: '/probes/aaaaaaaa', act: (page) => page.locator('.uplot').waitFor() },
  { name: 'devices', path: '/devices', act: (page) => page.locator('li summary').first().click() },
  { name: 'probe-new', path: '/probes/new', act: (page) => page.locator('button[type=submit]').click() },
  { name: 'missing', path: '/machines/999' },
  {
    name: 'first',
    path: '/',
    box: (box) => {
      box.state = 'first';
    },
    act: async (page) => {
      await page.locator('#code').fill('7qk4md');
      await page.locator('#name').fill('anne');
      await page.locator('#password').fill('azerty12');
    },
  },
  {
    name: 'sign-in',
    path: '/',
    box: (box) => {
      box.state = 'signed-out';
    },
    act: async (page) => {
      await page.locator('#name').fill('anne');
      await page.locator('#password').fill('wrong');
      await page.locator('button.primary').click();
      await page.locator('.error:not([hidden])').waitFor();
    },
  },
];

async function charts(page: Page): Promise<void> {
  await page.locator('.uplot').nth(3).waitFor();
  await page.waitForTimeout(200);
}
async function crosshair(page: Page): Promise<void> {
  await charts(page);
  await page
    .locator('.u-over')
    .first()
    .hover({ position: { x: 180, y: 40 } });
  await page.waitForTimeout(200);
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '.cache/shots' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

async function run(): Promise<void> {
  await mkdir(values.out, { recursive: true });
  const pageDir = await mkdtemp(join(tmpdir(), 'nm-shots-'));
  await buildPage({ outDir: pageDir, minify: true });
  const browser = await launchBrowser();
  try {
    for (const shot of shots.filter(({ name }) => name.includes(values.only))) {
      for (const width of [360, 1280]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          const locale = width === 360 && colorScheme === 'dark' ? 'fr-FR' : 'en-GB';
          const box = sampleBox(sampleFrame(locale === 'fr-FR' ? 'fr' : 'en'));
          shot.box?.(box);
          const server = await startPageServer({ pageDir, box });
          const context = await browser.newContext({
            ignoreHTTPSErrors: true,
            viewport: { width, height: width === 360 ? 740 : 900 },
            colorScheme,
            locale,
            deviceScaleFactor: width === 360 ? 2 : 1,
          });
          const page = await context.newPage();
          page.on('pageerror', (error) => process.stderr.write(`${shot.name}: ${error.message}\n`));
          page.on(
            'console',
            (m) => m.type() === 'error' && process.stderr.write(`${shot.name}: ${m.text()}\n`),
          );
          await page.goto(`${server.url}${shot.path}`);
          await page.locator('h1:not(:empty)').first().waitFor();
          await page.waitForTimeout(300);
          await shot.act?.(page);
          await page.waitForTimeout(450);
          const path = join(values.out, `${shot.name}.${width}.${colorScheme}.png`);
          await page.screenshot({ path, fullPage: !/remove|crosshair/.test(shot.name) });
          process.stdout.write(`${path}\n`);
          await context.close();
          await server.close();
        }
      }
    }
  } finally {
    await browser.close();
    await rm(pageDir, { recursive: true, force: true });
  }
}

if (values.help) console.log(usage);
else await run();
