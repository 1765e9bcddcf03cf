/** Every text that the watch shows, as a stranger would fill it: names, notes, answers of servers, reasons of probes. */
import type { Box } from '../../helpers/page-box.ts';
import { putDevices } from '../../helpers/page-devices.ts';
import { sampleChannel, sampleIncident, sampleProbe, sampleRules } from '../../helpers/page-watch-sample.ts';
import type { Payload } from './corpus.ts';

export function fillWatch(box: Box, payloads: readonly Payload[]): void {
  const { watch, nowMs } = box;
  const at = (index: number): string => payloads[index % payloads.length]?.text ?? '';
  const both = (text: string) => ({ en: text, fr: text });
  const now = nowMs();
  watch.incidents = payloads.map(({ id, text }) =>
    sampleIncident(payloads.length + 1 - id, both(text), {
      openedMs: now,
      evidence: { [at(id + 1)]: at(id + 2) },
      acknowledged: { who: at(id + 3), note: at(id + 4), atMs: now, untilMs: null },
      ...(id % 3 === 0
        ? { state: 'resolved' as const, resolvedMs: now, ending: 'recovered' as const }
        : { state: 'acknowledged' as const }),
      ...(id % 5 === 0 ? { cause: 1 } : {}),
    }),
  );
  const [rule] = sampleRules();
  watch.rules = payloads.map(({ id, text }) => ({
    ...(rule as NonNullable<typeof rule>),
    id: `rule-${id}`,
    name: both(text),
    options: { metric: at(id + 1), side: at(id + 2), limit: 1 },
    overrides: { [`group:${at(id + 3)}`]: {} },
  }));
  watch.groups = payloads.map(({ id, text }) => ({ id: `g-${id}`, name: text, machines: [id] }));
  watch.schedules = payloads.map(({ id, text }) => ({
    ...{ id: `s-${id}`, kind: 'quiet' as const, name: text, scopes: [`group:g-${id}` as const] },
    weekly: { days: [1], from: at(id + 1), to: at(id + 2), zone: at(id + 3) },
  }));
  watch.channels = payloads.map(({ id, text }) =>
    sampleChannel(`c-${id}`, id % 2 === 0 ? 'mail' : text, text, {
      options: { host: at(id + 1), to: [at(id + 2)] },
      takes: { least: 'low', groups: [at(id + 3)] },
      digestAt: at(id + 4),
      status: { failingSinceMs: now, words: at(id + 5), lastSentMs: now, waiting: 1 },
    }),
  );
  watch.deliveries = payloads.map(({ id, text }) => ({
    ...{ id: `d-${id}`, channel: `c-${id}`, state: 'waiting' as const, madeMs: now, dueMs: null, tries: 2 },
    ...{ words: text, doneMs: null, messageId: at(id), left: null, also: [], instead: [at(id + 1)] },
    handedTo: at(id + 2),
    items: [
      { incident: id, kind: 'opened' as const, severity: 'low' as const, text: both(at(id + 3)), atMs: now },
    ],
  }));
  putDevices(
    box,
    payloads.map(({ id, text }) => ({
      ...{ id: `d-${id}`, mac: at(id + 1), isMadeUp: false, vendor: at(id + 2), addresses: [at(id + 3)] },
      ...{ names: [at(id + 4)], services: [at(id + 5)], label: text, standing: 'new' as const },
      ...{ firstMs: now, lastMs: now, machine: id, probes: [`p-${id}`] },
      suggestions: [{ name: at(id + 6), kind: 'tcp' as const, options: { host: at(id + 7), port: 1 } }],
    })),
  );
  watch.probes = payloads.map(({ id, text }) => {
    const one = sampleProbe(`p-${id}`, text, { text: both(at(id + 1)) });
    one.probe.options = { ...one.probe.options, host: at(id + 2), url: at(id + 3) };
    const [vantage] = one.vantages;
    if (vantage !== undefined) {
      vantage.machine = id;
      vantage.reason = { code: at(id + 4), detail: at(id + 5) };
    }
    return one;
  });
}
