import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { textOf, type Visitor } from '../../helpers/page-visit.ts';

export function ruleTests(visit: Visitor): void {
  describe('rules and timetables', () => {
    test('a rule says what it does, is switched off, and tells what it would have found before it is saved', async () => {
      await visit({ path: '/rules' }, async ({ page, server, complaints }) => {
        const cpu = page.locator('.rule', { hasText: 'CPU' }).first();
        await cpu.getByText('processor in use above 90 % for 5 min').waitFor();
        const off = page.waitForRequest((one) => one.method() === 'PUT');
        await cpu.getByRole('switch').click();
        assert.equal(((await off).postDataJSON() as { enabled: boolean }).enabled, false);
        await cpu.getByText('off', { exact: true }).waitFor();
        await cpu.getByRole('link').click();
        await page.locator('#rule-forMs').fill('5');
        await page.getByRole('button', { name: 'Save' }).click();
        assert.match(await textOf(page, '#rule-forMs-error'), /a time with its unit/);
        await page.locator('#rule-forMs').fill('10 min');
        await page.locator('#rule-limit').fill('0.8');
        await page.getByText('= 80 %').waitFor();
        await page.locator('#rule-metric').fill('nothing.such');
        await page.getByRole('button', { name: /in the last 7 days/ }).click();
        await page.locator('#rule-metric-error', { hasText: 'No machine has this metric.' }).waitFor();
        await page.locator('#rule-metric').fill('system.cpu.utilization');
        await page.getByRole('button', { name: /in the last 7 days/ }).click();
        await page.getByText('It would have opened 2 incidents on 1 machine.').waitFor();
        assert.equal(await textOf(page, '#rule-metric-error'), '');
        assert.equal(
          server.requests.filter((one) => one.startsWith('PUT')).length,
          1,
          'nothing is saved yet',
        );
        const saved = page.waitForRequest((one) => one.method() === 'PUT');
        await page.getByRole('button', { name: 'Save' }).click();
        const { options } = (await saved).postDataJSON() as { options: Record<string, unknown> };
        assert.deepEqual([options.forMs, options.limit], [600_000, 0.8]);
        assert.deepEqual(complaints, []);
      });
    });

    test('an exception says only what is otherwise; a new rule has the fields of its kind; removing asks', async () => {
      await visit({ path: '/rules/vanished' }, async ({ page, server }) => {
        await page.locator('#override-for').selectOption('machine:3');
        await page.getByRole('button', { name: 'Set it…' }).click();
        const form = page.locator('form').last();
        await form.locator('#exception-afterMs').fill('20 min');
        await form.getByRole('button', { name: 'Save' }).click();
        await page.locator('.rows strong', { hasText: 'ARCHIVE' }).waitFor();
        const change = 'PUT /api/v1/rules/vanished/machine%3A3 {"options":{"afterMs":1200000}}';
        assert.ok(server.requests.includes(change), server.requests.join('\n'));
        await page.goto(`${server.url}/rules/new`);
        await page.locator('#rule-kind').selectOption('bandwidth');
        await page.locator('#rule-name').fill('Too much');
        await page.locator('#rule-direction').selectOption('receive');
        await page.getByRole('button', { name: 'Make the rule' }).click();
        await page.locator('h1', { hasText: 'Too much' }).waitFor();
        await page.getByRole('button', { name: 'Remove this rule…' }).click();
        await page.locator('dialog[open] button.danger').click();
        await page.locator('.rule').first().waitFor();
        assert.ok(server.requests.includes('DELETE /api/v1/rules/made2345 {}'));
      });
    });

    test('a timetable says its times in words, and a wrong one is said at its field', async () => {
      await visit({ path: '/timetables' }, async ({ page, server }) => {
        await page.getByText('Mon–Fri 20:00–06:30 (Europe/Paris)').waitFor();
        await page.getByText('Group Room 3, PRINT-SRV').waitFor();
        await page.getByRole('button', { name: 'New timetable' }).click();
        await page.locator('#times-name').fill('Holidays');
        await page.locator('#times-kind').selectOption('expected-off');
        await page.locator('#times-all').selectOption('some');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.locator('#times-scopes-error', { hasText: 'at least one' }).waitFor();
        await page.getByLabel('Group Room 3').check();
        for (const day of ['Sat', 'Sun']) await page.getByLabel(day).uncheck();
        await page.locator('#times-zone').fill('Europe/Paris');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.locator('.rows strong', { hasText: 'Holidays' }).waitFor();
        const made = server.requests.find((one) => one.startsWith('POST /api/v1/schedules'));
        assert.equal(
          made,
          'POST /api/v1/schedules {"kind":"expected-off","name":"Holidays","scopes":["group:room-3"],"weekly":{"days":[1,2,3,4,5],"from":"22:00","to":"07:00","zone":"Europe/Paris"}}',
        );
        await page.getByRole('button', { name: 'New group' }).click();
        await page.locator('#group-name').fill('Étage 2');
        await page.getByLabel('LIBRARY').check();
        await page.locator('#group-parent').selectOption({ index: 1 });
        const put = page.waitForRequest((one) => one.method() === 'PUT');
        await page.getByRole('button', { name: 'Save' }).click();
        assert.match((await put).url(), /\/groups\/etage-2$/);
        assert.match((await put).postDataJSON().parent, /^[a-z2-7]{8}$/);
      });
    });
  });
}
