import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../../helpers/eventually.ts';
import { sampleRow } from '../../helpers/page-box.ts';
import { sampleFrame } from '../../helpers/page-frame.ts';
import { textOf, type Visitor } from '../../helpers/page-visit.ts';

export function liveTests(visit: Visitor): void {
  describe('what comes live', () => {
    test('says since when it has had no contact, and takes it back when the box is there again', async () => {
      await visit({}, async ({ page, server, box }) => {
        await page.locator('tbody tr').first().waitFor();
        server.away(true);
        await page.locator('.stale:not([hidden])').waitFor();
        assert.match(await textOf(page, '.stale'), /^No contact with the box since \d\d:\d\d/);
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
        const reads = (): number => server.requests.filter((line) => line === 'GET /api/v1/machines').length;
        const before = reads();
        server.push('fresh', { source: 'store' });
        await page.locator('.stale').waitFor({ state: 'hidden' });
        await eventually('the machines are read again', () => reads() > before);
        assert.equal(reads(), before + 1);
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
        server.push('journal', {
          ...first,
          id: 61,
          text: { en: 'A fresh entry', fr: 'Une nouvelle entrée' },
        });
        await page.locator('.entries li', { hasText: 'A fresh entry' }).waitFor();
        await page.locator('select').selectOption('sign-in.ok');
        const others = page.locator('.entries li', { hasNotText: 'signed in' });
        await eventually('only sign-ins are left', async () => (await others.count()) === 0);
        assert.equal(await page.locator('.entries li').count(), 15);
      });
    });
  });
}
