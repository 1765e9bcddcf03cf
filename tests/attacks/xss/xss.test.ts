/** The corpus in short: every text of a made-up box is one of its payloads, and the built page is opened on it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chromiumMissing } from '../../helpers/browser.ts';
import { type Box, sampleRow } from '../../helpers/page-box.ts';
import { pageVisits } from '../../helpers/page-visit.ts';
import { payloads } from './corpus.ts';
import { madeElements, nothing, shownOn, watchPage } from './watch.ts';
import { fillWatch } from './watch-texts.ts';

const textOf = (index: number): string => payloads[index % payloads.length]?.text ?? '';

function hostile(box: Box): void {
  const nowMs = box.nowMs();
  const rows = payloads.map(({ id, text }) => {
    const [os, kernel, cpuModel, model] = [1, 2, 3, 4].map((more) => textOf(id + more));
    const addresses = [textOf(id + 5), textOf(id + 6)];
    return sampleRow(id, text, nowMs, {
      ...(id % 7 === 0 ? { state: 'vanished' as const } : {}),
      facts: {
        os,
        kernel,
        cpuModel,
        model,
        addresses,
        arch: textOf(id + 7),
        agentVersion: textOf(id + 8),
      } as NonNullable<ReturnType<typeof sampleRow>['facts']>,
      admittedBy: textOf(id + 9),
    });
  });
  box.rows = new Map(rows.map((row) => [row.machine, row]));
  const [waiting] = box.waiting;
  box.waiting = payloads.slice(0, 64).map(({ id, text }) => ({
    ...(waiting as NonNullable<typeof waiting>),
    id: id.toString(16).padStart(64, '0'),
    ...{ name: text, os: textOf(id + 64), version: textOf(id + 128), address: textOf(id + 192) },
  }));
  const [entry] = box.journal;
  box.journal = payloads.map(({ id, text }) => ({
    ...(entry as NonNullable<typeof entry>),
    id,
    text: { en: text, fr: text },
    ...{ who: textOf(id + 1), from: textOf(id + 2), role: textOf(id + 3), kind: textOf(id + 4) },
  }));
  fillWatch(box, payloads);
  box.account = { ...box.account, name: textOf(300) };
  box.frame = { ...box.frame, text: payloads.slice(0, 7).map(({ text }) => text) };
}

describe('what a page shows stays text in Chromium', { skip: chromiumMissing() }, () => {
  const visit = pageVisits();

  test('no payload of the corpus runs or becomes an element on any view, and most run on a page that is careless', async () => {
    assert.ok(payloads.length >= 500);
    await visit({ path: '/api/v1/session', change: hostile }, async ({ page, server }) => {
      const seen = await watchPage(page, server.url);
      const shown = new Set<number>();
      for (const [path, least] of [
        ['/', 70],
        ['/machines', 500],
        ['/machines/17', 5],
        ['/waiting', 64],
        ['/journal', 50],
        ['/panel', 1],
        ['/incidents', 300],
        ['/incidents/2', 5],
        ['/rules', 300],
        ['/rules/rule-9', 300],
        ['/timetables', 300],
        ['/channels', 300],
        ['/probes', 300],
        ['/probes/p-9', 5],
        ['/devices', 300],
      ] as const) {
        await page.goto(`${server.url}${path}`);
        let here = new Set<number>();
        for (let tries = 0; here.size < least && tries < 200; tries++) {
          await page.waitForTimeout(50);
          here = await shownOn(page);
        }
        assert.ok(here.size >= least, `${path} shows ${here.size} of the payloads as text, not ${least}`);
        assert.deepEqual(await madeElements(page), [], path);
        for (const id of here) shown.add(id);
      }
      assert.deepEqual(seen, nothing);
      assert.ok(shown.size >= 500, `${shown.size} payloads were shown`);

      const careless = await page.context().newPage();
      const ran = await watchPage(careless, 'data:');
      await careless.goto('data:text/html,<body>');
      const each = JSON.stringify(payloads.map(({ text }) => text));
      await careless.evaluate(`for (const text of ${each}) document.body.innerHTML = text`);
      await careless.waitForTimeout(100);
      assert.ok(new Set(ran.executed).size >= 50, `only ${new Set(ran.executed).size} payloads run anywhere`);
    });
  });
});
