import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forgetMakers } from '../../helpers/page-devices.ts';
import type { Visitor } from '../../helpers/page-visit.ts';

export function deviceTests(visit: Visitor): void {
  describe('devices on the network', () => {
    test('stand by what people said of them, with what they can be known by', async () => {
      await visit({ path: '/probes', width: 360 }, async ({ page, complaints }) => {
        await page.getByRole('link', { name: 'Devices on the network' }).click();
        const printer = page.locator('li', { hasText: 'hall-printer' });
        await printer.waitFor();
        const text = await printer.textContent();
        for (const part of ['Brother Industries', '192.168.1.40', '3c:2a:f4:00:00:07', 'ipp', 'Printer'])
          assert.ok(text?.includes(part), part);
        await page.locator('li', { hasText: 'address made up, as phones do' }).waitFor();
        const known = page.locator('section', { hasText: 'Known · 1' });
        await known.getByRole('link', { name: 'is FRONT-DESK' }).waitFor();
        await known.getByRole('link', { name: 'watched' }).waitFor();
        assert.equal(await page.getByText('The makers of devices are not known').isVisible(), false);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(width <= 360, `${width} pixels wide`);
        assert.deepEqual(complaints, []);
      });
    });

    test('are named, watched as it is suggested, forgotten after a question, and searched for', async () => {
      await visit({ path: '/devices', change: forgetMakers }, async ({ page, server }) => {
        await page.getByText('The makers of devices are not known').waitFor();
        const printer = page.locator('li[data-id="3c2af4000007"]');
        await printer.getByText('Name, watch, ignore').click();
        await printer.getByLabel('Name', { exact: true }).fill('Printer of the hall');
        await printer.getByRole('button', { name: 'Save' }).click();
        const known = page.locator('section', { hasText: 'Known · 2' });
        await known.locator('li', { hasText: 'Printer of the hall' }).waitFor();
        assert.ok(
          server.requests.includes('PUT /api/v1/devices/3c2af4000007 {"label":"Printer of the hall"}'),
          server.requests.join('\n'),
        );
        const phone = page.locator('li[data-id="da1234000001"]');
        await phone.getByText('Name, watch, ignore').click();
        await phone.getByRole('button', { name: 'Remove…' }).click();
        await phone.getByRole('button', { name: 'Remove', exact: true }).click();
        await phone.waitFor({ state: 'detached' });
        await page.getByRole('button', { name: 'Search now' }).click();
        await page.getByText('Searching:').waitFor();
        await page.getByText('The box listens').first().waitFor();
        await printer.getByRole('button', { name: 'tcp 631' }).click();
        await page.locator('h1', { hasText: 'hall-printer' }).waitFor();
      });
    });
  });
}
