import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { textOf, type Visitor } from '../../helpers/page-visit.ts';

export function channelTests(visit: Visitor): void {
  describe('channels', () => {
    test('a test shows the server’s own words, and its certificate is trusted by its fingerprint', async () => {
      await visit({ path: '/channels' }, async ({ page, server, complaints }) => {
        const mail = page.locator('.channel').first();
        await mail.waitFor();
        assert.match(await textOf(page, '.warning'), /What waits goes through Telephones instead/);
        await page.getByText('instead of Mail to the caretakers').waitFor();
        await mail.getByRole('button', { name: 'Send a test' }).click();
        await mail.getByText('The certificate is not trusted: self-signed certificate.').waitFor();
        assert.match(await textOf(page, '.print'), /^(AB:){31}AB$/);
        await mail.getByLabel('Password to sign in with').fill('hush');
        const put = page.waitForRequest((one) => one.method() === 'PUT');
        await page.getByRole('button', { name: 'Trust this certificate' }).click();
        const sent = (await put).postDataJSON() as { options: { fingerprint: string }; secrets?: object };
        assert.equal(sent.options.fingerprint, 'ab'.repeat(32));
        assert.deepEqual(sent.secrets, { password: 'hush' }, 'whoever trusts it has to know the password');
        await page.getByText('250 2.0.0 Ok: queued as 4F3').waitFor();
        assert.equal(server.requests.filter((one) => one.endsWith('/test {}')).length, 2);
        assert.deepEqual(complaints, []);
      });
    });

    test('the server of a mail address is filled in and said, is not saved, and can be put back', async () => {
      await visit({ path: '/channels' }, async ({ page, server, complaints }) => {
        await page.locator('#channel-kind').selectOption('mail');
        await page.getByRole('button', { name: 'New channel' }).click();
        const value = (name: string) => page.locator(`#channel-new-${name}`).inputValue();
        const look = async (address: string, words: RegExp) => {
          await page.locator('#channel-new-find').fill(address);
          // By the key: the form is not sent by it.
          await page.locator('#channel-new-find').press('Enter');
          await page.locator('.find', { hasText: words }).waitFor();
        };
        await look('anne', /Type a mail address/);
        await look('anne@here.example', /leads to 127.0.0.1, which is this box itself/);
        await look('anne@nowhere.example', /No mail server was found/);
        assert.deepEqual([await value('host'), await value('from')], ['', '']);
        await page.locator('#channel-new-from').fill('box@example.org');
        await look('anne@example.org', /smtp.example.org answers at port 587/);
        assert.match(await textOf(page, '.find .said'), /nothing is saved yet.*Receivers: anne@example.org/);
        const filled = async () => [
          await value('host'),
          await value('port'),
          await value('from'),
          await value('to'),
        ];
        assert.deepEqual(await filled(), ['smtp.example.org', '587', 'box@example.org', 'anne@example.org']);
        await look('luc@lan.example', /It is signed by itself.*before: smtp.example.org/);
        assert.equal(await value('fingerprint'), '', 'a person trusts, not the box');
        await page.getByRole('button', { name: 'Trust this certificate' }).click();
        assert.equal(await value('fingerprint'), 'cd'.repeat(32));
        await page.getByRole('button', { name: 'Put back what stood there' }).click();
        assert.equal(await value('host'), 'smtp.example.org');
        assert.ok(!server.requests.some((one) => one.startsWith('POST /api/v1/channels ')));
        assert.deepEqual(
          complaints.filter((one) => !one.includes('400')),
          [],
        );
      });
    });

    test('the form is made of what the kind declares, and a refusal stands at its field', async () => {
      await visit({ path: '/channels' }, async ({ page, server }) => {
        await page.locator('#channel-kind').selectOption('mail');
        await page.getByRole('button', { name: 'New channel' }).click();
        const field = (name: string) => page.locator(`#channel-new-${name}`);
        await page.getByRole('button', { name: 'Save' }).click();
        await page.locator('#channel-new-host-error', { hasText: 'fill this in' }).waitFor();
        await field('host').fill('mail.example');
        await field('port').fill('25');
        await field('from').fill('box@example.org');
        await field('to').fill('a@example.org\nb@example.org');
        assert.equal(await field('password').getAttribute('type'), 'password');
        await field('password').fill('hush');
        await page.getByRole('button', { name: 'Save' }).click();
        await page
          .locator('#channel-new-port-error', { hasText: 'does not take mail at this port' })
          .waitFor();
        await field('port').fill('587');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.locator('.channel').nth(2).waitFor();
        const made = server.requests.findLast((one) => one.startsWith('POST /api/v1/channels '));
        const body = JSON.parse(made?.slice('POST /api/v1/channels '.length) ?? '') as Record<
          string,
          unknown
        >;
        assert.deepEqual(body.options, {
          ...{ host: 'mail.example', port: 587, security: 'starttls' },
          ...{ from: 'box@example.org', to: ['a@example.org', 'b@example.org'] },
        });
        assert.deepEqual(body.secrets, { password: 'hush' });
        assert.deepEqual(body.takes, { least: 'low', groups: [] });
      });
    });
  });
}
