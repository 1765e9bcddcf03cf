import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chromiumMissing } from '../helpers/browser.ts';
import { pageVisits } from '../helpers/page-visit.ts';

describe('what runs on a machine, in Chromium', { skip: chromiumMissing() }, () => {
  const visit = pageVisits();

  test('comes on the way down: the worst first, programs when asked for, a word to the person there', async () => {
    await visit({ path: '/machines/1' }, async ({ page, server, box }) => {
      box.services = [
        { name: 'nginx', label: '<b>Web</b> server', state: 'failed', sinceMs: box.nowMs() - 3_600_000 },
        { name: 'ssh', state: 'running' },
      ];
      await page.reload();
      await page.locator('.uplot').nth(3).waitFor();
      assert.equal(await page.locator('.running').count(), 0, 'nothing was loaded for who does not look');
      await page.getByRole('button', { name: '1 service has failed' }).click();
      const rows = page.locator('#services tbody tr');
      await rows.nth(1).waitFor();
      assert.deepEqual(
        (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
        ['failed nginx <b>Web</b> server 1 hr ago', 'running ssh –'],
      );
      await page.getByText('and 2 more').waitFor();
      const asked = () => [...server.sent.keys()].filter((path) => path.endsWith('/processes')).length;
      assert.equal(asked(), 0);
      await page.getByRole('button', { name: 'Ask the machine' }).click();
      const programs = page.locator('#programs tbody tr');
      await programs.nth(1).waitFor();
      assert.match(
        (await programs.allInnerTexts()).join('|'),
        /postgres\s+47\s%\s+393\sMiB\|<img src=x onerror=alert\(1\)>/,
      );
      await page.getByRole('button', { name: 'Ask no more' }).click();
      assert.equal(await programs.count(), 0);
      await page.getByLabel('Message').fill('The server restarts at noon');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText('The message was sent.').waitFor();
      assert.deepEqual(box.notices, ['The server restarts at noon']);
    });
  });

  test('shows a viewer the services alone', async () => {
    await visit({ path: '/machines/2' }, async ({ page, box }) => {
      box.role = 'viewer';
      await page.reload();
      await page.locator('.below').scrollIntoViewIfNeeded();
      await page.locator('#services').waitFor();
      assert.equal(await page.locator('#programs, #word').count(), 0);
    });
  });
});
