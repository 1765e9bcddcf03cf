import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Box } from '../../helpers/page-box.ts';
import { plain, textOf, type Visitor } from '../../helpers/page-visit.ts';

export function doorTests(visit: Visitor): void {
  describe('who may come in', () => {
    test('shows the digits large, tells the machine’s answer, and admits with exactly those digits', async () => {
      await visit({ path: '/waiting' }, async ({ page, server, box }) => {
        const selected = page.waitForResponse((one) => one.url().endsWith('/select'));
        await page.getByRole('button', { name: 'Compare digits' }).first().click();
        await selected;
        // As the box does: what was on its way before the selection may come behind the answer.
        server.push('waiting', { waiting: box.waiting });
        await page.locator('.digits').waitFor();
        assert.equal(await textOf(page, '.digits'), '482 913');
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
        assert.equal(await page.getByRole('button', { name: /^Admit (?!all)/ }).count(), 0);
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
        assert.equal(await textOf(page, '#again-error'), 'The two passwords differ.');
        await page.locator('#again').fill('cheval agrafe');
        await page.locator('button.primary').click();
        await page.locator('#code-error:not(:empty)').waitFor();
        await page.locator('#code').fill('7qk4md');
        await page.locator('button.primary').click();
        await page.locator('table').waitFor();
        assert.equal(await textOf(page, '.who'), 'anne');
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
        assert.match(await textOf(page, '.error:not([hidden])'), /Name or password is wrong/);
        await page.locator('#password').fill('correct horse battery');
        await page.keyboard.press('Enter');
        await page.locator('table').waitFor();
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.locator('#password').waitFor();
      });
    });

    test('speaks French to a French browser and English at the switch', async () => {
      const change = (box: Box): void => {
        box.watch.incidents = [];
      };
      await visit({ locale: 'fr-FR', change }, async ({ page }) => {
        await page.locator('tbody tr').first().waitFor();
        assert.equal(await textOf(page, 'h1'), '33 machines sur 38 vont bien');
        assert.match(plain(await textOf(page, '.problem')), /COURIER ne répond plus depuis \d\d h \d\d\./);
        assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
        await page.getByRole('button', { name: 'Show the page in English' }).click();
        await page.locator('h1', { hasText: '33 of 38 machines are well' }).waitFor();
        await page.reload();
        await page.locator('h1', { hasText: '33 of 38 machines are well' }).waitFor();
      });
    });
  });
}
