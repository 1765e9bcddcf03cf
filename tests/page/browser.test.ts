import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { buildPage } from '../../image/page.ts';
import { chromiumMissing, launchBrowser } from '../helpers/browser.ts';
import { type Box, sampleBox, sampleLatest, sampleRow } from '../helpers/page-box.ts';
import { sampleFrame } from '../helpers/page-frame.ts';
import { type PageServer, startPageServer } from '../helpers/page-server.ts';

const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

describe('the page in Chromium', { skip: chromiumMissing() }, () => {
  let pageDir: string;
  let browser: Browser;
  before(async () => {
    pageDir = await mkdtemp(join(tmpdir(), 'nm-page-'));
    await buildPage({ outDir: pageDir, minify: true });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await rm(pageDir, { recursive: true, force: true });
  });

  type Visit = { box: Box; server: PageServer; page: Page; complaints: string[] };
  type Options = { path?: string; locale?: string; width?: number; dark?: boolean; change?(box: Box): void };
  async function visit(o: Options, look: (visit: Visit) => Promise<void>): Promise<void> {
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
  const text = (page: Page, selector: string): Promise<string> => shown(page.locator(selector).first());
  const shown = async (node: Locator): Promise<string> => (await node.textContent()) ?? '';
  const plain = (words: string): string => words.replace(/[\u00a0\u202f]/g, ' ');

  test('shows problems first, then the sentence, then every machine, without a complaint about its policy', async () => {
    await visit({}, async ({ page, complaints }) => {
      await page.locator('tbody tr').nth(37).waitFor();
      assert.equal(await text(page, 'h1'), '33 of 38 machines are well');
      assert.match(await text(page, '.problem'), /COURIER has not been heard from since/);
      const tops = await page.evaluate<number[]>(
        `['.problems', 'h1', 'table'].map((one) => document.querySelector(one).getBoundingClientRect().top)`,
      );
      assert.deepEqual(
        tops,
        tops.toSorted((a, b) => a - b),
      );
      assert.deepEqual(complaints, []);
    });
  });

  test('a live sample touches only the cells whose text it changes', async () => {
    await visit({}, async ({ page, box, server }) => {
      const row = page.locator('tr[data-machine="2"]');
      await row.waitFor();
      await page.evaluate(`{
        window.touched = new Set();
        new MutationObserver((list) => {
          for (const { target } of list) {
            const cell = (target.nodeType === 1 ? target : target.parentElement).closest('tr > *');
            if (cell) touched.add(cell.closest('tr').dataset.machine + ' ' + cell.className);
          }
        }).observe(document.querySelector('tbody'), { subtree: true, childList: true, characterData: true, attributes: true });
      }`);
      const tMs = box.nowMs();
      const same = box.rows.get(2)?.summary ?? assert.fail('no machine 2');
      server.push('live', { machine: 2, tMs, summary: { ...same, cpu: 0.77, receiveBps: 1_234_000 } });
      await page.locator('tr[data-machine="2"] .c-cpu .num', { hasText: '77' }).waitFor();
      assert.equal(plain(await shown(row.locator('.c-receive'))), '1.2 MB/s');
      assert.deepEqual(await page.evaluate('[...touched].sort()'), ['2 meter c-cpu', '2 num c-receive']);
    });
  });

  test('a machine that vanishes turns its values into dashes and stands among the problems', async () => {
    await visit({}, async ({ page, box, server }) => {
      await page.locator('tr[data-machine="2"]').waitFor();
      const { tMs: _tMs, summary: _summary, ...machine } = box.rows.get(2) ?? assert.fail('no machine 2');
      server.push('machine', { ...machine, state: 'vanished', stateSinceMs: box.nowMs() });
      await page.locator('.problem', { hasText: 'FRONT-DESK' }).waitFor();
      assert.equal(await shown(page.locator('tr[data-machine="2"] .c-cpu .num')), '–');
      assert.match(await shown(page.locator('tr[data-machine="2"] .state')), /^vanished since/);
      assert.equal(await text(page, 'h1'), '32 of 38 machines are well');
    });
  });

  test('names from strangers are text, never markup', async () => {
    const change = (box: Box): void => {
      for (const row of box.rows.values()) row.name = hostile;
      for (const one of box.waiting) one.name = hostile;
      for (const one of box.journal) one.text = { en: hostile, fr: hostile };
    };
    await visit({ change }, async ({ page, server, complaints }) => {
      for (const path of ['/', '/waiting', '/journal', '/machines/2']) {
        await page.goto(`${server.url}${path}`);
        await page.getByText('<img src=x').first().waitFor();
        assert.notEqual(await page.title(), 'owned');
        assert.equal(await page.locator('img').count(), 0);
      }
      assert.deepEqual(complaints, []);
    });
  });

  test('sorts by a column with the keyboard and says so', async () => {
    await visit({}, async ({ page }) => {
      await page.locator('tbody tr').nth(37).waitFor();
      await page.locator('th.c-disk button').focus();
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('th.c-disk').getAttribute('aria-sort'), 'descending');
      assert.match(await text(page, 'tbody tr'), /^ACCOUNTS-2/);
      assert.equal(await shown(page.locator('tbody tr').last().locator('.c-disk .num')), '–');
    });
  });

  test('draws four charts with one crosshair, and loads the chart code only then', async () => {
    await visit({}, async ({ page, server }) => {
      await page.locator('tr[data-machine="1"]').waitFor();
      assert.equal(
        [...server.sent.keys()].some((path) => path.includes('charts')),
        false,
      );
      await page.locator('tr[data-machine="1"] a').click();
      await page.locator('.uplot').nth(3).waitFor();
      assert.equal(await page.locator('.uplot').count(), 4);
      const before = await page.locator('.chart .reading .num').allInnerTexts();
      await page.locator('.charts').focus();
      for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowLeft');
      await page.locator('.when:not(:empty)').waitFor();
      const lefts = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.u-cursor-x')].map((one) => one.style.transform)`,
      );
      assert.equal(new Set(lefts).size, 1);
      assert.notDeepEqual(await page.locator('.chart .reading .num').allInnerTexts(), before);
    });
  });

  test('a live sample of the machine reaches the charts’ readings and the table of values', async () => {
    await visit({ path: '/machines/1' }, async ({ page, box, server }) => {
      await page.locator('.uplot').nth(3).waitFor();
      // In a bucket of its own, so that no mean hides it.
      const tMs = box.nowMs() + 20_000;
      const values = sampleLatest(tMs).map((value) =>
        value.name === 'system.cpu.utilization' ? { ...value, value: 0.99 } : value,
      );
      server.push('live', { machine: 1, tMs, summary: { cpu: 0.99 }, values });
      await page.locator('.chart .reading .num', { hasText: '99' }).first().waitFor();
      const load = page.locator('.value[title="system.cpu.utilization"] dd');
      assert.equal(plain(await shown(load)), '99 %');
    });
  });

  test('asks for 24 hours and says how long a point is', async () => {
    await visit({ path: '/machines/1' }, async ({ page, server }) => {
      await page.locator('.uplot').nth(3).waitFor();
      await page.getByRole('button', { name: '24 hours' }).click();
      await page.locator('.step', { hasText: /6.min/ }).waitFor();
      assert.equal(await page.getByRole('button', { name: '24 hours' }).getAttribute('aria-pressed'), 'true');
      const last =
        server.requests.findLast((line) => line.includes('/range')) ?? assert.fail('no range was asked for');
      const query = new URL(last.split(' ')[1] ?? '', 'https://box').searchParams;
      assert.equal(Number(query.get('to')) - Number(query.get('from')), 86_400_000);
      assert.ok(query.getAll('series').includes('system.cpu.utilization'));
    });
  });

  test('removes a machine only after the consequence was read', async () => {
    await visit({ path: '/machines/38' }, async ({ page, server, box }) => {
      await page.getByRole('button', { name: 'Remove this machine…' }).click();
      assert.match(await text(page, 'dialog p'), /ACCOUNTS-2/);
      assert.equal(
        server.requests.some((line) => line.startsWith('DELETE')),
        false,
      );
      await page.getByRole('button', { name: 'Remove ACCOUNTS-2' }).click();
      await page.locator('h1', { hasText: 'of 37 machines' }).waitFor();
      assert.equal(box.rows.has(38), false);
      assert.ok(server.requests.includes('DELETE /api/v1/machines/38 {}'));
    });
  });

  test('shows the digits large, tells the machine’s answer, and admits with exactly those digits', async () => {
    await visit({ path: '/waiting' }, async ({ page, server, box }) => {
      await page.getByRole('button', { name: 'Compare digits' }).first().click();
      await page.locator('.digits').waitFor();
      assert.equal(await text(page, '.digits'), '482 913');
      box.waiting = box.waiting.map((one) =>
        one.digits === null ? one : { ...one, machineAnswer: 'yes' as const },
      );
      server.push('waiting', { waiting: box.waiting });
      await page.locator('.answer.well').waitFor();
      await page.getByRole('button', { name: 'Admit PC-COMPTA' }).click();
      await page.locator('.done a').waitFor();
      assert.ok(
        server.requests.includes(`POST /api/v1/waiting/${'7c'.repeat(32)}/admit {"digits":"482913"}`),
      );
      assert.equal(await page.locator('.waiting-list li').count(), 1);
    });
  });

  test('offers no Admit once the machine’s side said no', async () => {
    const change = (box: Box): void => {
      box.waiting = box.waiting.map((one, index) =>
        index === 0 ? { ...one, digits: '482913', machineAnswer: 'no' as const } : one,
      );
    };
    await visit({ path: '/waiting', change }, async ({ page }) => {
      await page.locator('.answer.bad').waitFor();
      assert.equal(await page.getByRole('button', { name: /^Admit/ }).count(), 0);
      assert.equal(await page.getByRole('button', { name: 'Refuse' }).count(), 2);
    });
  });

  test('takes the first owner in with the code, and puts a wrong code beside its field', async () => {
    const change = (box: Box): void => {
      box.state = 'first';
    };
    await visit({ change }, async ({ page }) => {
      await page.locator('#code').fill('aaabbb');
      await page.locator('#name').fill('anne');
      await page.locator('#password').fill('cheval agrafe');
      await page.locator('#again').fill('cheval agraffe');
      await page.locator('button.primary').click();
      assert.equal(await text(page, '#again-error'), 'The two passwords differ.');
      await page.locator('#again').fill('cheval agrafe');
      await page.locator('button.primary').click();
      await page.locator('#code-error:not(:empty)').waitFor();
      await page.locator('#code').fill('7qk4md');
      await page.locator('button.primary').click();
      await page.locator('table').waitFor();
      assert.equal(await text(page, '.who'), 'anne');
    });
  });

  test('signs in and out, and stays outside with a wrong password', async () => {
    const change = (box: Box): void => {
      box.state = 'signed-out';
    };
    await visit({ change }, async ({ page }) => {
      await page.locator('#name').fill('anne');
      await page.locator('#password').fill('wrong');
      await page.keyboard.press('Enter');
      assert.match(await text(page, '.error:not([hidden])'), /Name or password is wrong/);
      await page.locator('#password').fill('correct horse battery');
      await page.keyboard.press('Enter');
      await page.locator('table').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.locator('#password').waitFor();
    });
  });

  test('says since when it has had no contact, and takes it back when the box is there again', async () => {
    await visit({}, async ({ page, server, box }) => {
      await page.locator('tbody tr').first().waitFor();
      server.away(true);
      await page.locator('.stale:not([hidden])').waitFor();
      assert.match(await text(page, '.stale'), /^No contact with the box since \d\d:\d\d/);
      box.rows.set(99, sampleRow(99, 'NEWCOMER', box.nowMs()));
      server.away(false);
      await page.locator('tr[data-machine="99"]').waitFor({ timeout: 25_000 });
      await page.locator('.stale').waitFor({ state: 'hidden' });
    });
  });

  test('a source that is gone is named, and its return reads everything anew', async () => {
    await visit({}, async ({ page, server, box }) => {
      await page.locator('tbody tr').first().waitFor();
      box.staleSinceMs = box.nowMs();
      server.push('stale', { source: 'store', sinceMs: box.staleSinceMs });
      await page.locator('.stale', { hasText: 'Measurements are stale since' }).waitFor();
      box.staleSinceMs = null;
      const asked = server.requests.filter((line) => line === 'GET /api/v1/machines').length;
      server.push('fresh', { source: 'store' });
      await page.locator('.stale').waitFor({ state: 'hidden' });
      await page.waitForFunction('true');
      assert.equal(server.requests.filter((line) => line === 'GET /api/v1/machines').length, asked + 1);
    });
  });

  test('draws the panel’s points and presses its button by mouse and by key', async () => {
    await visit({ path: '/panel' }, async ({ page, server }) => {
      await page.locator('canvas[data-screen]').waitFor();
      const lit = await page.evaluate<number>(`{
        const canvas = document.querySelector('canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, 128, 64).data;
        let count = 0;
        for (let at = 3; at < data.length; at += 4) if (data[at] > 0) count += 1;
        count;
      }`);
      const bytes = Buffer.from(sampleFrame('en').bits, 'base64');
      const expected = bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      assert.equal(lit, expected);
      const pressed = page.waitForResponse((response) => response.url().endsWith('/press'));
      await page.getByRole('button', { name: 'Double press' }).click();
      await pressed;
      const held = page.waitForResponse((response) => response.url().endsWith('/press'));
      await page.locator('.glass').focus();
      await page.keyboard.press('h');
      await held;
      const presses = server.requests.filter((line) => line.includes('/panel/press'));
      assert.deepEqual(
        presses.map((line) => line.split(' ')[2]),
        ['{"kind":"double"}', '{"kind":"hold"}'],
      );
    });
  });

  test('pages through the journal, filters it, and takes new entries live', async () => {
    await visit({ path: '/journal' }, async ({ page, box, server }) => {
      await page.locator('.entries li').nth(49).waitFor();
      await page.getByRole('button', { name: 'Older entries' }).click();
      await page.locator('.entries li').nth(59).waitFor();
      const first = box.journal[0] ?? assert.fail('an empty journal');
      server.push('journal', { ...first, id: 61, text: { en: 'A fresh entry', fr: 'Une nouvelle entrée' } });
      await page.locator('.entries li', { hasText: 'A fresh entry' }).waitFor();
      await page.locator('select').selectOption('sign-in.ok');
      await page.waitForFunction(
        `[...document.querySelectorAll('.entries li')].every((one) => one.textContent.includes('signed in'))`,
      );
      assert.equal(await page.locator('.entries li').count(), 15);
    });
  });

  test('speaks French to a French browser and English at the switch', async () => {
    await visit({ locale: 'fr-FR' }, async ({ page }) => {
      await page.locator('tbody tr').first().waitFor();
      assert.equal(await text(page, 'h1'), '33 machines sur 38 vont bien');
      assert.match(plain(await text(page, '.problem')), /COURIER ne répond plus depuis \d\d h \d\d\./);
      assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
      await page.getByRole('button', { name: 'Show the page in English' }).click();
      await page.locator('h1', { hasText: '33 of 38 machines are well' }).waitFor();
      await page.reload();
      await page.locator('h1', { hasText: '33 of 38 machines are well' }).waitFor();
    });
  });

  test('follows the system’s theme until a person chooses', async () => {
    await visit({ dark: true }, async ({ page }) => {
      const ground = (): Promise<string> =>
        page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
      await page.locator('h1').waitFor();
      assert.equal(await ground(), 'rgb(20, 22, 26)');
      await page.getByRole('button', { name: /^Theme/ }).click();
      assert.equal(await ground(), 'rgb(251, 250, 247)');
      await page.reload();
      assert.equal(await ground(), 'rgb(251, 250, 247)');
    });
  });

  test('no view is wider than a phone of 360 pixels', async () => {
    await visit({ width: 360, locale: 'fr-FR' }, async ({ page, server }) => {
      for (const path of ['/', '/machines/1', '/waiting', '/journal', '/panel', '/about']) {
        await page.goto(`${server.url}${path}`);
        await page.locator('h1:not(:empty)').first().waitFor();
        const width = await page.evaluate('document.documentElement.scrollWidth');
        assert.equal(width, 360, path);
      }
    });
  });

  test('goes back and forth between its views, and says where nothing is', async () => {
    await visit({}, async ({ page }) => {
      await page.locator('tr[data-machine="3"] a').click();
      await page.locator('h1', { hasText: 'ARCHIVE' }).waitFor();
      await page.goBack();
      await page.locator('table').waitFor();
      await page.goForward();
      await page.locator('h1', { hasText: 'ARCHIVE' }).waitFor();
      await page.goto(page.url().replace('/machines/3', '/machines/999'));
      await page.locator('h1', { hasText: 'There is nothing here' }).waitFor();
    });
  });

  test('teaches how to add a machine where there is none', async () => {
    const change = (box: Box): void => {
      box.rows.clear();
      box.waiting = [];
    };
    await visit({ change }, async ({ page }) => {
      assert.match(await text(page, '.teach .command'), /^npm run agent -- --box 127\.0\.0\.1$/);
      await page.getByRole('link', { name: 'Waiting' }).click();
      await page.locator('.teach', { hasText: 'Nobody is waiting' }).waitFor();
    });
  });

  test('a thousand machines measured at once move no row and lay out only what is in sight', async () => {
    const change = (box: Box): void => {
      const nowMs = box.nowMs();
      box.rows = new Map(
        Array.from({ length: 1000 }, (_, index) => [
          index + 1,
          sampleRow(index + 1, `PC-${index + 1}`, nowMs),
        ]),
      );
    };
    await visit({ change }, async ({ page, box, server }) => {
      await page.locator('tbody tr').nth(999).waitFor();
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('Performance.enable');
      const layoutsSoFar = async (): Promise<number> =>
        (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'LayoutCount')
          ?.value ?? 0;
      const before = await layoutsSoFar();
      await page.evaluate(`{
        window.moved = 0;
        new MutationObserver((list) => { moved += list.length; }).observe(document.querySelector('tbody'), { childList: true });
      }`);
      const tMs = box.nowMs() + 1;
      for (const machine of box.rows.keys()) server.push('live', { machine, tMs, summary: { cpu: 0.55 } });
      await page.locator('tr[data-machine="1000"] .c-cpu .num', { hasText: '55' }).waitFor();
      await page.waitForFunction(
        `[...document.querySelectorAll('.c-cpu .num')].every((one) => one.textContent.startsWith('55'))`,
      );
      assert.equal(await page.evaluate('moved'), 0);
      const last = `document.querySelector('tr[data-machine="1000"] .c-cpu .num').checkVisibility({ contentVisibilityAuto: true })`;
      assert.equal(await page.evaluate(last), false);
      // One for the rows in sight, a few for the browser's own; not one for each of the thousand.
      const layouts = (await layoutsSoFar()) - before;
      assert.ok(layouts <= 30, `${layouts} layouts`);
    });
  });

  /** Resolves once nothing more comes; what a browser downloads for a first visit. */
  async function weight(path: string, done: (page: Page) => Promise<void>): Promise<Map<string, number>> {
    let sent = new Map<string, number>();
    await visit({ path }, async ({ page, server }) => {
      await done(page);
      sent = new Map(server.sent);
    });
    return sent;
  }
  const total = (sent: Map<string, number>): number =>
    [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);

  test('a first visit to the overview of 38 machines weighs at most 60 KB', async (t) => {
    const sent = await weight('/', (page) => page.locator('tbody tr').nth(37).waitFor());
    t.diagnostic(`${total(sent)} B: ${JSON.stringify([...sent])}`);
    assert.ok(total(sent) <= 60_000, `${total(sent)} B`);
  });

  test('a first visit to a machine, with its hour and then its day, weighs at most 90 KB', async (t) => {
    const sent = await weight('/machines/1', async (page) => {
      await page.locator('.uplot').nth(3).waitFor();
      await page.getByRole('button', { name: '24 hours' }).click();
      await page.locator('.step', { hasText: /6.min/ }).waitFor();
    });
    t.diagnostic(`${total(sent)} B: ${JSON.stringify([...sent])}`);
    assert.ok(total(sent) <= 90_000, `${total(sent)} B`);
  });
});
