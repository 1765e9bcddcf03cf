// What rules about probes would have found in a stored past: from samples, and from minutes that know how many looks went how.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ProbeDefinition } from '../../appliance/watch/client/probes.ts';
import type { NewRule } from '../../appliance/watch/client/types.ts';
import { preview } from '../../appliance/watch/preview.ts';
import { HistoryParts } from '../helpers/history-parts.ts';
import { gauge } from '../helpers/store-parts.ts';
import { WatchStoreInRam, watchedMachine } from '../helpers/watch-store.ts';

const minute = 60_000;
const hour = 60 * minute;
const id = 'abcdefgh';
const startMs = Date.UTC(2026, 1, 2);
const toMs = startMs + 12 * hour;
const series = [
  gauge(`probe.up:${id}`),
  gauge(`probe.duration:${id}`, 6),
  gauge(`probe.certificate.expiry:${id}`),
];
const probe: ProbeDefinition = {
  ...{ id, name: 'Files', kind: 'tcp', options: { host: 'files', port: 445 }, intervalMs: 20_000 },
  ...{ vantages: [1, 2], enabled: false, builtIn: false, groups: [], parent: null, beyond: false },
};
const failing = (who: string): NewRule => ({ kind: 'probe-failing', name: 'x', options: { who } });

/** Looks every 20 s of machines 1 and 2: 9 h in, 2 fails for 10 minutes; 10 h in, both for more than a minute; once, one is lost. */
async function past(t: TestContext) {
  const parts = await HistoryParts.open(t, series);
  for (const machine of [1, 2]) {
    const ticks = Array.from({ length: 12 * 180 }, (_, seq) => {
      const atMs = seq * 20_000;
      const isIn = (fromMs: number, lengthMs: number) => atMs >= fromMs && atMs < fromMs + lengthMs;
      const isDown =
        (machine === 2 && isIn(9 * hour, 10 * minute)) || isIn(10 * hour, 80_000) || isIn(8 * hour, 20_000);
      const slow = machine === 1 || !isIn(7 * hour, 5 * minute) ? 50_000 : 3_000_000;
      const values = [isDown ? 0 : 1, isDown ? undefined : slow, 6 * 86_400 + 10 * 3600 - atMs / 1000];
      return { seq, runMs: atMs + machine * 2_000, values: values.map((one) => one && Math.round(one)) };
    });
    await parts.seal({ machine, run: String(machine).repeat(32), wallAtZeroMs: startMs }, ticks);
  }
  const ram = new WatchStoreInRam({ anchorMs: 0, wallMs: () => toMs });
  const store = { ...ram.client(), exportPage: parts.reader.exportPage as never };
  const ask = async (rule: NewRule, days: number, probes: ProbeDefinition[] = [probe]) =>
    preview({
      ...{ store, rule, probes, toMs, fromMs: toMs - days * 24 * hour },
      machines: [1, 2].map((machine) => watchedMachine(machine, { name: `Room ${machine}` })),
    });
  return { ram, ask };
}

test('samples and minutes find the same failures, for everybody and for some, and no lost look', async (t) => {
  const { ask } = await past(t);
  for (const days of [1, 7]) {
    const everybody = await ask(failing('everybody'), days);
    const some = await ask(failing('anybody'), days);
    assert.equal(everybody.stepMs, days === 1 ? null : minute);
    const assertFound = (answer: typeof some, expected: [atHour: number, forMs: number, text: string][]) => {
      const found = answer.probes.flatMap(({ incidents }) => incidents);
      assert.deepEqual(
        found.map(({ text }) => text.en),
        expected.map(([, , text]) => text),
      );
      for (const [at, [atHour, forMs]] of expected.entries()) {
        const lateMs = found[at]!.openedMs - startMs - atHour * hour;
        const overMs = found[at]!.resolvedMs! - startMs - atHour * hour - forMs;
        assert.ok(lateMs > 30_000 && lateMs < 2 * minute, `${days} days: ${lateMs} late`);
        assert.ok(overMs >= 0 && overMs < minute, `${days} days: ${overMs} over`);
      }
    };
    assertFound(everybody, [[10, 80_000, 'Nobody reaches Files']]);
    assertFound(some, [
      [9, 10 * minute, 'Only Room 2 cannot reach Files'],
      [10, 80_000, 'Nobody reaches Files'],
    ]);
  }
});

test('certificates and slow answers are found, too', async (t) => {
  const { ask } = await past(t);
  const week = await ask({ kind: 'certificate', name: 'x', options: { days: 6 } }, 1);
  const [one] = week.probes[0]!.incidents;
  assert.equal(Math.round((one!.openedMs - startMs) / minute), 600);
  assert.equal(one!.text.en, 'The certificate of Files ends in 6 days');
  const slow = await ask({ kind: 'probe-latency', name: 'x', options: {} }, 1, [{ ...probe, vantages: [2] }]);
  const [taken] = slow.probes[0]!.incidents;
  assert.equal(Math.floor((taken!.openedMs - startMs) / minute), 420);
  assert.equal(taken!.text.en, 'Files answers slowly: 3 s (limit 1 s)');
});

test('a vantage point that was away knew nothing', async (t) => {
  const { ram, ask } = await past(t);
  for (const [kind, atMs] of [
    ['machine.vanished', startMs + 8.5 * hour],
    ['machine.back', startMs + 9.5 * hour],
  ] as const)
    ram.notes.push({ kind, atMs, machine: 2, who: 'x', role: 'x', from: 'x', text: { en: '', fr: '' } });
  const { probes } = await ask(failing('anybody'), 1);
  assert.deepEqual(
    probes[0]!.incidents.map(({ text }) => text.en),
    ['Nobody reaches Files'],
  );
});

test('without a probe that it would judge, that is said', async (t) => {
  const { ask } = await past(t);
  const { warnings } = await ask(failing('anybody'), 1, []);
  assert.equal(warnings[0]?.fr, 'Il n’y a aucune sonde que cette règle jugerait.');
});
