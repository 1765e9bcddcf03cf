import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plain, type Visitor } from '../../helpers/page-visit.ts';

export function probeTests(visit: Visitor): void {
  describe('probes', () => {
    test('stand by how they are, each with its sentence, and change places when they change', async () => {
      await visit({ path: '/probes' }, async ({ page, box, server }) => {
        await page.locator('.probes.bad', { hasText: 'Only ROOM-3-PC1 cannot reach File server' }).waitFor();
        await page.locator('.probes.stopped', { hasText: 'Old printer' }).waitFor();
        const [first] = box.watch.probes;
        const text = { en: 'Everybody reaches File server', fr: 'Tout le monde atteint File server' };
        server.push('probe', { probe: { ...first, verdict: 'good', text } });
        await page.locator('.probes.good', { hasText: 'Everybody reaches File server' }).waitFor();
        server.push('probe', { probeRemoved: 'aaaaaaag' });
        await page.locator('.probes.stopped').waitFor({ state: 'hidden' });
      });
    });

    test('a new one has the fields of its kind, and what is wrong is said at the field', async () => {
      await visit({ path: '/probes/new' }, async ({ page, server }) => {
        await page.locator('#probe-kind').selectOption('dns');
        await page.locator('#probe-name').fill('Names');
        await page.locator('#options-host').fill('-x');
        await page.locator('#options-name').fill('example.org');
        await page.locator('#options-port').fill('70000');
        await page.getByRole('button', { name: 'Start the probe' }).click();
        await page.locator('#options-port-error', { hasText: 'between 1 and 65,535' }).waitFor();
        await page.locator('#options-port').fill('53');
        await page.getByRole('button', { name: 'Start the probe' }).click();
        await page.locator('#options-host-error', { hasText: 'does not begin with -' }).waitFor();
        await page.locator('#options-host').fill('192.168.1.1');
        await page.getByText('From where, behind what, how far').click();
        await page.getByLabel('FRONT-DESK').check();
        await page.getByLabel('May leave this network').check();
        await page.locator('#probe-parent').selectOption('aaaaaaai');
        await page.getByRole('button', { name: 'Start the probe' }).click();
        await page.locator('h1', { hasText: 'Names' }).waitFor();
        const made = server.requests.findLast((one) => one.startsWith('POST /api/v1/probes '));
        const body = JSON.parse(made?.slice('POST /api/v1/probes '.length) ?? '') as Record<string, unknown>;
        assert.deepEqual(body, {
          ...{ kind: 'dns', name: 'Names', intervalMs: 20_000, vantages: [2], groups: [] },
          ...{ parent: 'aaaaaaai', beyond: true },
          options: {
            ...{ host: '192.168.1.1', port: 53, name: 'example.org', record: 'A' },
            ...{ expect: '', transport: 'udp', timeoutMs: 3000 },
          },
        });
      });
    });

    test('its page says who sees what, what is not known, how fast it was, and runs, stops and asks before removing', async () => {
      await visit({ path: '/probes/aaaaaaaa' }, async ({ page, server, complaints }) => {
        await page.locator('.uplot').waitFor();
        const rows = await page.locator('tbody tr').allTextContents();
        assert.match(plain(rows[2] ?? ''), /ROOM-3-PC1.*fails.*no full answer in time \(connect\)/);
        assert.match(plain(rows[3] ?? ''), /24 hours98.6 %33 ms/);
        assert.match(plain(rows[4] ?? ''), /7 days99.987 %.*1 h left out/);
        assert.match(plain(rows[6] ?? ''), /365 days–––nothing is known/);
        const lines = await page.locator('.reading .soft').allTextContents();
        assert.deepEqual(lines, ['netmonitor-qkzt', 'FRONT-DESK', 'ROOM-3-PC1']);
        await page.getByRole('button', { name: '7 days' }).click();
        const ran = page.waitForRequest((one) => one.url().endsWith('/run'));
        await page.getByRole('button', { name: 'Check now' }).click();
        await ran;
        await page.getByRole('button', { name: 'Stop', exact: true }).click();
        await page.getByText('Stopped: nobody checks it.').waitFor();
        assert.ok(server.requests.includes('PUT /api/v1/probes/aaaaaaaa {"enabled":false}'));
        await page.getByRole('button', { name: 'Remove…' }).click();
        await page.locator('dialog[open] button.danger').click();
        await page.locator('h1', { hasText: 'Probes' }).waitFor();
        assert.ok(server.requests.includes('DELETE /api/v1/probes/aaaaaaaa {}'));
        assert.deepEqual(complaints, []);
      });
    });
  });
}
