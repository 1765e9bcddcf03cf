import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Box } from '../../helpers/page-box.ts';
import { plain, textOf, type Visitor } from '../../helpers/page-visit.ts';
import { sampleIncident } from '../../helpers/page-watch-sample.ts';

const words = { en: 'LIBRARY: CPU at 99 % (limit 90 %)', fr: 'LIBRARY : Processeur à 99 % (limite 90 %)' };

export function incidentTests(visit: Visitor): void {
  describe('incidents', () => {
    test('one appears on an open page, somebody knows of it by the keyboard alone, and it ends', async () => {
      await visit({ path: '/incidents' }, async ({ page, box, server, complaints }) => {
        await page.locator('.incident').nth(2).waitFor();
        const incident = sampleIncident(50, words, {
          severity: 'critical',
          openedMs: box.nowMs(),
          machine: 5,
        });
        box.watch.incidents.unshift(incident);
        server.push('incident', { incident });
        const card = page.locator('.incident[data-id="50"]');
        await card.waitFor();
        assert.equal(await textOf(page, '.top a[href="/incidents"] .badge'), '3');
        await card.getByRole('button', { name: 'I know…' }).focus();
        await page.keyboard.press('Enter');
        await page.keyboard.type('On my way');
        // What comes meanwhile must not take the note away from whoever writes it.
        server.push('incident', { incident: { ...incident, timesTold: 2, revision: 2 } });
        await page.locator('#until-50').selectOption('1h');
        assert.equal(await page.locator('#note-50').inputValue(), 'On my way');
        const sent = page.waitForRequest((one) => one.url().endsWith('/50/acknowledge'));
        await page.locator('#note-50').focus();
        await page.keyboard.press('Enter');
        const said = (await sent).postDataJSON() as { note: string; untilMs: number };
        assert.equal(said.note, 'On my way');
        assert.ok(Math.abs(said.untilMs - box.nowMs() - 3_600_000) < 60_000);
        await card.getByText('anne knows').waitFor();
        await card.getByText('On my way').waitFor();
        server.push('incident', {
          incident: {
            ...incident,
            revision: 9,
            state: 'resolved',
            resolvedMs: box.nowMs(),
            ending: 'recovered',
          },
        });
        await card.waitFor({ state: 'detached' });
        assert.match(await textOf(page, '.entries li'), /LIBRARY: CPU at 99/);
        assert.deepEqual(complaints, []);
      });
    });

    test('what another explains stands under it, the worst first, and what is over comes in pages', async () => {
      const change = (box: Box): void => {
        for (let id = 1; id <= 30; id++)
          box.watch.incidents.push(sampleIncident(-id, words, { state: 'resolved', resolvedMs: 1 }));
      };
      await visit({ path: '/incidents', change }, async ({ page }) => {
        await page.locator('.incident').nth(2).waitFor();
        const titles = await page.locator('.incident h2').allTextContents();
        assert.deepEqual(
          titles.map((one) => one.slice(0, 12)),
          ['The internet', 'COURIER: not', 'ACCOUNTS-2: '],
        );
        assert.equal(await page.locator('.incident[data-id="48"] details li').count(), 4);
        await page.locator('.entries li').nth(42).waitFor();
        await page.getByRole('button', { name: 'Older incidents' }).click();
        await page.locator('.entries li').nth(70).waitFor();
        assert.match(
          await textOf(page, '.warning'),
          /Mail to the caretakers has failed.*Telephones instead/s,
        );
      });
    });

    test('says that all is well and what is watched; and to an admin that nobody would be told', async () => {
      const change = (box: Box): void => {
        box.watch.incidents = [];
        box.watch.channels = [];
        box.watch.rules = box.watch.rules.slice(0, 3);
      };
      await visit({ path: '/incidents', change }, async ({ page, box, server }) => {
        await page.getByText('Watched are 38 machines and 5 probes, by 3 rules.').waitFor();
        assert.match(await textOf(page, '.warning'), /Nobody is told of anything/);
        box.role = 'viewer';
        box.watch.incidents = [sampleIncident(7, words)];
        await page.goto(`${server.url}/incidents`);
        await page.locator('.incident').waitFor();
        assert.equal(await page.getByRole('button', { name: 'I know…' }).count(), 0);
        assert.equal(await page.getByRole('link', { name: 'Channels' }).count(), 0);
        assert.equal(await page.locator('.warning').count(), 0);
      });
    });

    test('shows an incident with what was seen and who was told, in French', async () => {
      await visit({ path: '/incidents/48', locale: 'fr-FR' }, async ({ page, server }) => {
        await page.getByText('confié à Telephones').waitFor();
        assert.match(plain(await textOf(page, '.incident h2')), /^Internet est injoignable : le routeur/);
        await page.goto(`${server.url}/incidents/42`);
        await page.getByText('Ce qui a été vu').waitFor();
        assert.match(plain(await textOf(page, 'dl.facts')), /Pendant3 h/);
        await page.goto(`${server.url}/incidents/4711`);
        await page.locator('h1', { hasText: 'Il n’y a rien ici' }).waitFor();
      });
    });
  });
}
