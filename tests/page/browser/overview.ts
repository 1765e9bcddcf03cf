import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../../helpers/eventually.ts';
import { type Box, sampleRow } from '../../helpers/page-box.ts';
import { plain, shown, textOf, type Visitor } from '../../helpers/page-visit.ts';

const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

export function overviewTests(visit: Visitor): void {
  describe('the overview', () => {
    test('shows problems first, then the sentence, then every machine, without a complaint about its policy', async () => {
      await visit({}, async ({ page, complaints }) => {
        await page.locator('tbody tr').nth(37).waitFor();
        assert.equal(await textOf(page, 'h1'), '33 of 38 machines are well');
        const lines = await page.locator('.problem').allTextContents();
        assert.match(lines[0] ?? '', /^problem: The internet is unreachable.*4 more because of it/);
        assert.equal(
          lines.filter((one) => one.includes('COURIER')).length,
          1,
          'what an incident says is not said twice',
        );
        assert.match(lines.at(-1) ?? '', /ACCOUNTS-2.*Odile knows/);
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
        assert.equal(await textOf(page, 'h1'), '32 of 38 machines are well');
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
        assert.match(await textOf(page, 'tbody tr'), /^ACCOUNTS-2/);
        assert.equal(await shown(page.locator('tbody tr').last().locator('.c-disk .num')), '–');
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

    test('teaches how to add a machine where there is none', async () => {
      const change = (box: Box): void => {
        box.rows.clear();
        box.waiting = [];
      };
      await visit({ change }, async ({ page }) => {
        // The page was reached as 127.0.0.1, which on another computer would be that computer itself.
        await page.locator('.teach .command', { hasText: /^https:\/\/192\.0\.2\.2(:\d+)?\/get$/ }).waitFor();
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
        const everyRow = `[...document.querySelectorAll('.c-cpu .num')].every((one) => one.textContent.startsWith('55'))`;
        await eventually('every row has its new number', () => page.evaluate<boolean>(everyRow));
        assert.equal(await page.evaluate('moved'), 0);
        const last = `document.querySelector('tr[data-machine="1000"] .c-cpu .num').checkVisibility({ contentVisibilityAuto: true })`;
        assert.equal(await page.evaluate(last), false);
        // One for the rows in sight, a few for the browser's own; not one for each of the thousand.
        const layouts = (await layoutsSoFar()) - before;
        assert.ok(layouts <= 30, `${layouts} layouts`);
      });
    });
  });
}
