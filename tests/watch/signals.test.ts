// What light and buzzer show follows from what is open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { Incident } from '../../appliance/watch/client/types.ts';
import type { Definition } from '../../appliance/watch/outbox/channels.ts';
import { Signals } from '../../appliance/watch/signals.ts';
import { FakeClock } from '../helpers/clock.ts';
import { incidentOf } from '../helpers/incident-samples.ts';

const log = createLog({ name: 'watch', level: 'error', write: () => undefined });

function bench(output: 'light' | 'buzzer' | 'both') {
  const clock = new FakeClock();
  const said: string[] = [];
  const state = { incidents: [] as Incident[], away: false, trusted: true };
  const channel: Definition = {
    ...{ id: 'lamp', kind: 'signal', name: 'lamp', enabled: true, language: 'en', zone: 'UTC' },
    ...{ takes: { least: 'high', groups: ['room'] }, digestAt: null, options: { output } },
  };
  const signals = new Signals({
    channels: () => [channel],
    incidents: () => state.incidents,
    groupsOf: ({ machine, subject }) => (machine === 1 || subject === 'probe:nas' ? ['room'] : []),
    now: () => ({ wallMs: clock.wallMs(), trusted: true }),
    async set({ light, buzzer }) {
      if (state.away) throw new Error('away');
      said.push(`${light ? 'light' : ''}${buzzer ? 'buzzer' : ''}`);
    },
    ...{ clock, log },
  });
  const show = async (...incidents: Incident[]) => {
    state.incidents = incidents;
    signals.look();
    await signals.settled();
  };
  const told = (more: Partial<Incident> = {}) =>
    incidentOf(1, { machine: 1, toldMs: clock.wallMs(), ...more });
  return { clock, said, state, signals, show, told };
}

test('the light is on while something is wrong that was told and that nobody has taken note of', async () => {
  const { said, show, told } = bench('light');
  await show();
  await show(told({ told: false }), told({ severity: 'medium' }), told({ machine: 2 }));
  assert.deepEqual(said, []);
  await show(told());
  await show(told(), told({ state: 'acknowledged' }));
  assert.deepEqual(said, ['light']);
  await show(told({ state: 'acknowledged' }));
  assert.deepEqual(said, ['light', '']);
  await show(told({ verdict: 'unknown' }));
  assert.deepEqual(said, ['light', '', 'light'], 'what nobody can tell is not over');
});

test('what a probe of the group finds is shown as what is wrong with its machines', async () => {
  const { said, show, told } = bench('light');
  await show(told({ machine: null, subject: 'probe:other' }));
  assert.deepEqual(said, []);
  await show(told({ machine: null, subject: 'probe:nas' }));
  assert.deepEqual(said, ['light']);
});

test('the buzzer is on for a minute after it was told', async () => {
  const { clock, said, show, told } = bench('both');
  const incident = told();
  await show(incident);
  await clock.advance(61_000);
  await show(incident);
  assert.deepEqual(said, ['lightbuzzer', 'light']);
  await show({ ...incident, toldMs: clock.wallMs() });
  assert.deepEqual(said.slice(2), ['lightbuzzer']);
});

test('it is said again to a panel that may have begun anew, and as long as the panel is away', async () => {
  const { clock, said, state, show, told } = bench('light');
  state.away = true;
  const incident = told();
  await show(incident);
  state.away = false;
  await show(incident);
  assert.deepEqual(said, ['light']);
  await clock.advance(5_000);
  await show(incident);
  assert.deepEqual(said, ['light']);
  await clock.advance(20_000);
  await show(incident);
  assert.deepEqual(said, ['light', 'light']);
  await show();
  await clock.advance(60_000);
  await show();
  assert.deepEqual(said.slice(2), [''], 'that nothing is wrong is said once');
});
