import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Box } from '../../helpers/page-box.ts';
import { textOf, type Visitor } from '../../helpers/page-visit.ts';

export function peopleTests(visit: Visitor): void {
  describe('people and their keys', () => {
    test('a lost password is set anew with the code of the screen, then one signs in with it', async () => {
      const change = (box: Box): void => {
        box.state = 'signed-out';
      };
      await visit({ change }, async ({ page, server }) => {
        await page.getByRole('link', { name: 'I have lost my password' }).click();
        await page.locator('#code').fill('7qk4md');
        await page.locator('#name').fill('anne');
        await page.locator('#password').fill('a quiet evening');
        await page.locator('#again').fill('a quiet evening');
        await page.locator('button.primary').click();
        await page.locator('h1', { hasText: 'Sign in' }).waitFor();
        assert.equal(new URL(page.url()).pathname, '/');
        assert.ok(
          server.requests.includes(
            'POST /api/v1/session/recovery {"code":"7QK-4MD","name":"anne","password":"a quiet evening"}',
          ),
        );
        await page.locator('#name').fill('anne');
        await page.locator('#password').fill('a quiet evening');
        await page.keyboard.press('Enter');
        await page.locator('table').waitFor();
      });
    });

    test('an admin invites somebody and is told the code once, changes a role, and is asked before removing', async () => {
      await visit({ path: '/people' }, async ({ page, server }) => {
        await page.locator('.rows li').nth(2).waitFor();
        await page.locator('#name').fill('Paul');
        await page.locator('#role').selectOption('operator');
        await page.getByRole('button', { name: 'Invite', exact: true }).click();
        await page.locator('.secret', { hasText: '7QK4-MDXR-9BCW' }).waitFor();
        await page.getByLabel('Role of Victor').selectOption('admin');
        await page.locator('.rows li').nth(1).getByRole('button', { name: 'Remove…' }).click();
        const read = page.waitForResponse(
          (one) => one.url().endsWith('/people') && one.request().method() === 'GET',
        );
        await page.getByRole('button', { name: 'Remove Victor' }).click();
        await read;
        for (const wanted of [
          'POST /api/v1/people {"name":"Paul","role":"operator"}',
          'PATCH /api/v1/people/p2 {"role":"admin"}',
          'DELETE /api/v1/people/p2 {}',
        ])
          assert.ok(server.requests.includes(wanted), wanted);
      });
    });

    test('a token is made for what was ticked, shown once, and ended after a question', async () => {
      await visit({ path: '/programs' }, async ({ page, server, complaints }) => {
        await page.locator('#name').fill('backup');
        await page.getByLabel('Change: do what').check();
        await page.locator('#life').selectOption('never');
        await page.getByRole('button', { name: 'Make the token' }).click();
        await page.locator('.secret', { hasText: 'nm_' }).waitFor();
        assert.ok(
          server.requests.includes(
            'POST /api/v1/api-tokens {"name":"backup","role":"viewer","scopes":["read","change"],"days":null}',
          ),
        );
        await page.getByRole('button', { name: 'End this token' }).first().click();
        const read = page.waitForResponse((one) => one.url().endsWith('/api-tokens'));
        await page.locator('dialog[open] button.danger').click();
        await read;
        assert.ok(server.requests.some((one) => one.startsWith('DELETE /api/v1/api-tokens/')));
        assert.deepEqual(complaints, []);
      });
    });

    test('an enrolment token is made with its bounds, told once, and ended after a question', async () => {
      await visit({ path: '/enrolment' }, async ({ page, server, complaints }) => {
        await page.locator('.rows li', { hasText: 'Room 12' }).waitFor();
        assert.match(await textOf(page, '.rows li'), /for 17 more of 30/);
        await page.locator('#label').fill('Room 14');
        await page.locator('#uses').fill('2000');
        await page.getByRole('button', { name: 'Make the token' }).click();
        await page.getByText('Please type a number from 1 to 1000.').waitFor();
        await page.locator('#uses').fill('24');
        await page.locator('#hours').selectOption('168');
        await page.getByRole('button', { name: 'Make the token' }).click();
        await page.locator('.secret', { hasText: '0123456789abcdef' }).waitFor();
        await page
          .locator('.command', {
            hasText: /^\{ echo netmonitor_token=0123456789abcdef.*; curl .*; \} \| sudo sh -s/,
          })
          .waitFor();
        const made = 'POST /api/v1/enrolment-tokens {"label":"Room 14","uses":24,"hours":168}';
        assert.ok(server.requests.includes(made), server.requests.join('\n'));
        await page.getByRole('button', { name: 'End this token' }).first().click();
        const read = page.waitForResponse((one) => one.url().endsWith('/enrolment-tokens'));
        await page.locator('dialog[open] button.danger').click();
        await read;
        assert.ok(server.requests.some((one) => one.startsWith('DELETE /api/v1/enrolment-tokens/')));
        assert.deepEqual(complaints, []);
      });
    });

    test('the certificate page shows what browsers show, and a viewer cannot replace it', async () => {
      const change = (box: Box): void => {
        box.role = 'viewer';
      };
      await visit({ path: '/certificate', change }, async ({ page, server }) => {
        await page.locator('.fingerprints code').first().waitFor();
        assert.match(await textOf(page, '.fingerprints code'), /^(C3:){31}C3$/);
        assert.equal(await page.locator('textarea').count(), 0);
        await page.goto(`${server.url}/panel`);
        await page.locator('.glass').waitFor();
        assert.equal(await page.locator('.device .buttons').count(), 0);
      });
    });

    test('an admin puts the box back only after typing its name; nobody else is offered it', async () => {
      await visit({ path: '/account' }, async ({ page, server, box }) => {
        await page.getByText('Delete everything…').click();
        await page.locator('#password-to-put-back').fill('correct horse battery');
        await page.locator('#box-name').fill('netmonitor');
        await page.getByRole('button', { name: 'Delete everything now' }).click();
        await page.locator('#box-name-error', { hasText: 'netmonitor-qkzt' }).waitFor();
        await page.locator('#box-name').fill('netmonitor-qkzt');
        await page.getByRole('button', { name: 'Delete everything now' }).click();
        await page.locator('.put-back [role=status]').waitFor();
        assert.deepEqual(
          server.requests.filter((one) => one.includes('/reset')),
          ['POST /api/v1/reset {"password":"correct horse battery","name":"netmonitor-qkzt"}'],
        );
        box.role = 'operator';
        await page.goto(`${server.url}/account`);
        await page.locator('.rows li').first().waitFor();
        assert.equal(await page.locator('#box-name').count(), 0);
      });
    });

    test('anybody may read what the box keeps; no page about people is wider than a phone', async () => {
      const change = (box: Box): void => {
        box.state = 'signed-out';
      };
      await visit(
        { path: '/privacy', change, width: 360, locale: 'fr-FR' },
        async ({ page, server, box }) => {
          await page.locator('h1', { hasText: 'Ce que ce boîtier garde' }).waitFor();
          box.state = 'signed-in';
          for (const [path, drawn] of [
            ['/privacy', '.facts'],
            ['/account', '.rows li'],
            ['/people', '.rows li'],
            ['/programs', '.rows li'],
            ['/enrolment', '.rows li'],
            ['/certificate', 'textarea'],
          ] as const) {
            await page.goto(`${server.url}${path}`);
            await page.locator(drawn).first().waitFor();
            assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, path);
          }
        },
      );
    });
  });
}
