import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Visitor } from '../../helpers/page-visit.ts';

const places = ['/', '/machines/1', '/waiting', '/journal', '/panel', '/about'];
const ofTheWatch = [
  ...['/incidents', '/incidents/42', '/rules', '/rules/disk', '/rules/new', '/timetables', '/channels'],
  ...['/probes', '/probes/new', '/probes/aaaaaaaa'],
];

export function budgetTests(visit: Visitor): void {
  describe('what a visit costs', () => {
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

    test('no view is wider than a phone of 360 pixels', async () => {
      await visit({ width: 360, locale: 'fr-FR' }, async ({ page, server }) => {
        for (const path of [...places, ...ofTheWatch]) {
          await page.goto(`${server.url}${path}`);
          await page.locator('h1:not(:empty)').first().waitFor();
          const width = await page.evaluate('document.documentElement.scrollWidth');
          assert.equal(width, 360, path);
        }
      });
    });

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
}
