import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../../helpers/eventually.ts';
import { sampleLatest } from '../../helpers/page-box.ts';
import { plain, shown, textOf, type Visitor } from '../../helpers/page-visit.ts';

export function machineTests(visit: Visitor): void {
  describe('the page of a machine', () => {
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
        const changed = new Map([
          ['system.cpu.utilization', 0.99],
          ['netmonitor.web.sign_in:failed', 7],
        ]);
        const values = sampleLatest(tMs).map((value) => ({
          ...value,
          value: changed.get(value.name) ?? value.value,
        }));
        const reading = page.locator('.chart .reading .num', { hasText: '99' }).first();
        // A chart that is asked for anew meanwhile shows what it was answered, until the next sample.
        await eventually(
          'the sample is read off a chart',
          () => {
            server.push('live', { machine: 1, tMs, summary: { cpu: 0.99 }, values });
            return reading.isVisible();
          },
          { everyMs: 500 },
        );
        const load = page.locator('.value[title="system.cpu.utilization"] dd');
        assert.equal(plain(await shown(load)), '99 %');
        const failed = page.locator('.value[title="netmonitor.web.sign_in:failed"]', {
          hasText: 'Wrong password',
        });
        assert.equal(await shown(failed.locator('dd')), '7');
      });
    });

    test('asks for 24 hours and says how long a point is', async () => {
      await visit({ path: '/machines/1' }, async ({ page, server }) => {
        await page.locator('.uplot').nth(3).waitFor();
        await page.getByRole('button', { name: '24 hours' }).click();
        await page.locator('.step', { hasText: /6.min/ }).waitFor();
        assert.equal(
          await page.getByRole('button', { name: '24 hours' }).getAttribute('aria-pressed'),
          'true',
        );
        const last =
          server.requests.findLast((line) => line.includes('/range')) ??
          assert.fail('no range was asked for');
        const query = new URL(last.split(' ')[1] ?? '', 'https://box').searchParams;
        assert.equal(Number(query.get('to')) - Number(query.get('from')), 86_400_000);
        assert.ok(query.getAll('series').includes('system.cpu.utilization'));
      });
    });

    test('removes a machine only after the consequence was read', async () => {
      await visit({ path: '/machines/38' }, async ({ page, server, box }) => {
        await page.getByRole('button', { name: 'Remove this machine…' }).click();
        assert.match(await textOf(page, 'dialog p'), /ACCOUNTS-2/);
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

    test('what runs there comes on the way down: the worst first, programs when asked for, a word to the person there', async () => {
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
        await rows.first().waitFor();
        const seen = async (at: number) => (await rows.allInnerTexts())[at]?.replace(/\s+/g, ' ').trim();
        assert.equal(await seen(0), 'failed nginx <b>Web</b> server 1 hr ago');
        assert.equal(await rows.nth(1).isVisible(), false, 'those that run are folded');
        await page.getByText('Running or done: 1').click();
        assert.equal(await seen(1), 'running ssh –');
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
        // Whoever changes their mind while the machine answers is still asked for once.
        let answers = 0;
        page.on('response', (one) => {
          if (one.url().endsWith('/processes')) answers++;
        });
        const pending = await page.evaluateHandle<Set<number>>(timersOfTenSeconds);
        await page.evaluate(
          `for (let clicks = 0; clicks < 3; clicks++) document.querySelector('#programs button').click()`,
        );
        await eventually('both were answered', () => answers >= 2);
        await programs.nth(1).waitFor();
        assert.equal(await pending.evaluate((timers) => timers.size), 1);
        await page.getByRole('button', { name: 'Ask no more' }).click();
        await page.getByLabel('Message').fill('The server restarts at noon');
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByText('The message was sent.').waitFor();
        assert.deepEqual(box.notices, ['The server restarts at noon']);
      });
    });

    test('a viewer is shown the services alone', async () => {
      await visit({ path: '/machines/2' }, async ({ page, box }) => {
        box.role = 'viewer';
        await page.reload();
        await page.locator('.below').scrollIntoViewIfNeeded();
        await page.locator('#services').waitFor();
        assert.equal(await page.locator('#programs, #word').count(), 0);
      });
    });
  });
}

/** Runs in the page: timers that are set from now on and were neither cleared nor have run. */
const timersOfTenSeconds = `(() => {
  const open = new Set();
  const { setTimeout: set, clearTimeout: clear } = window;
  window.setTimeout = (run, ms) => {
    const id = set(() => (open.delete(id), run()), ms);
    if (ms === 10_000) open.add(id);
    return id;
  };
  window.clearTimeout = (id) => (open.delete(id), clear(id));
  return open;
})()`;
