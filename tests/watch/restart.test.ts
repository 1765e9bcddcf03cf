// A watch that begins again, or was away for an hour, comes to what it would have come to without.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { MachineState } from '../../appliance/store/client/types.ts';
import type { ProbeDefinition } from '../../appliance/watch/client/probes.ts';
import { anne } from '../helpers/incident-parts.ts';
import { minute, second, WatchStation } from '../helpers/watch-station.ts';
import { watchedMachine } from '../helpers/watch-store.ts';

const id = 'filesabc';
const probe: ProbeDefinition = {
  ...{ id, name: 'files', kind: 'tcp', options: { host: 'h', port: 80 }, intervalMs: 20 * second },
  ...{ vantages: [1], enabled: true, builtIn: false, groups: [], parent: null, beyond: false },
};

class Killed {
  readonly station: WatchStation;
  probes: ProbeDefinition[] = [];
  sinceMs: number | undefined;

  constructor(station: WatchStation) {
    this.station = station;
  }

  static async start(t: TestContext, probes: ProbeDefinition[] = []): Promise<Killed> {
    const killed = new Killed(await WatchStation.start(t));
    killed.probes = probes;
    killed.define();
    return killed;
  }

  define(): void {
    const { duty } = this.station;
    duty.defineProbes(this.probes, () => this.sinceMs ?? Number.NEGATIVE_INFINITY);
  }

  /** Looks that agents make, whether anybody watches or not. */
  async look(times: number, isUp: boolean, durationS = 0.1): Promise<void> {
    const { station } = this;
    for (let at = 0; at < times; at++) {
      await station.clock.advance(20 * second);
      const values = [
        { name: `probe.up:${id}`, value: isUp ? 1 : 0 },
        ...(isUp ? [{ name: `probe.duration:${id}`, value: durationS }] : []),
      ];
      station.store.live(1, station.clock.wallMs(), values);
      if (station.store.followed.length > 0) station.duty.look();
    }
    await station.duty.settled();
  }

  async comesAndGoes(...states: MachineState[]): Promise<void> {
    const { station } = this;
    for (const state of states) {
      await station.clock.advance(minute);
      const nowMs = station.clock.wallMs();
      const machine = watchedMachine(1, { state, stateSinceMs: nowMs, lastSampleMs: nowMs });
      station.store.noteState(machine);
      station.store.put(machine);
    }
    await station.duty.settled();
  }

  die(): void {
    this.station.store.followed.length = 0;
  }

  /** Another process, over the same store. */
  async revive(): Promise<void> {
    await this.station.kill();
    this.define();
    await this.station.rest();
  }

  rules(): string[] {
    return this.station.duty.incidents.list().map(({ rule, verdict }) => `${rule} ${verdict}`);
  }
}

test('a probe that failed twice before fails for the third time after', async (t) => {
  const killed = await Killed.start(t, [probe]);
  await killed.look(5, true);
  await killed.look(2, false);
  await killed.revive();
  assert.deepEqual(killed.rules(), []);
  await killed.look(1, false);
  assert.ok(killed.rules().includes('probe-failing bad'), String(killed.rules()));
  await killed.revive();
  assert.ok(killed.rules().includes('probe-failing bad'), 'known at once');
  await killed.look(1, true);
  assert.deepEqual(killed.rules(), []);
});

test('slow answers are counted across a restart, as many as it takes', async (t) => {
  const killed = await Killed.start(t, [probe]);
  await killed.look(2, true, 3);
  await killed.revive();
  await killed.look(1, true, 3);
  assert.deepEqual(killed.rules(), ['probe-latency bad']);
  await killed.look(2, true);
  await killed.revive();
  assert.deepEqual(killed.rules(), ['probe-latency bad']);
  await killed.look(1, true);
  assert.deepEqual(killed.rules(), []);
});

test('what it was aimed at before counts for nothing', async (t) => {
  const killed = await Killed.start(t, [probe]);
  await killed.look(2, false);
  killed.sinceMs = killed.station.duty.time.atMs();
  await killed.revive();
  await killed.look(1, false);
  assert.deepEqual(killed.rules(), []);
});

test('what was measured before its past is asked for, and reaches the store behind the answer, counts', async (t) => {
  const killed = await Killed.start(t, [probe]);
  const { station } = killed;
  const { store, clock } = station;
  await station.duty.library.changeRule('cpu', 'all', { options: { forMs: 0 } }, anne);
  await killed.look(5, true);
  await killed.look(2, false);
  store.live(1, clock.wallMs(), [{ name: 'system.cpu.utilization', value: 0.1 }]);
  await clock.advance(20 * second);
  const isLate = (name: string, value: number) => {
    const tMs = clock.wallMs() - 50;
    store.onPage = () => {
      store.onPage = null;
      store.live(1, tMs, [{ name, value }]);
    };
  };
  isLate('system.cpu.utilization', 1);
  await station.kill();
  station.duty.look();
  isLate(`probe.up:${id}`, 0);
  killed.define();
  await station.rest();
  assert.ok(killed.rules().includes('cpu bad'), String(killed.rules()));
  const failures = () =>
    station.duty.incidents.list().find(({ rule }) => rule === 'probe-failing')?.evidence.failures;
  assert.equal(failures(), 3);
});

test('what began in an hour without a watch is found, and what was over is not', async (t) => {
  const killed = await Killed.start(t, [probe]);
  await killed.look(3, true);
  killed.die();
  await killed.look(30, false);
  await killed.look(90, true);
  await killed.look(30, false);
  await killed.revive();
  assert.ok(killed.rules().includes('probe-failing bad'), String(killed.rules()));
  const [open] = killed.station.duty.incidents.list();
  assert.ok(Number(open?.evidence.failures) >= 10, 'for longer than it watches');
  assert.equal(killed.station.told().length, 1);
});

test('what is measured rarely is pending across a restart, too', async (t) => {
  const killed = await Killed.start(t);
  const { station } = killed;
  const { store, clock } = station;
  await station.duty.library.changeRule('cpu', 'all', { options: { forMs: minute, clearMs: 0 } }, anne);
  const measured = () => store.live(1, clock.wallMs(), [{ name: 'system.cpu.utilization', value: 1 }]);
  measured();
  killed.die();
  await clock.advance(5.5 * minute);
  measured();
  await clock.advance(5 * minute);
  await killed.revive();
  assert.deepEqual(killed.rules(), ['cpu bad']);
});

test('an hour in which the box was off is no failure of anybody', async (t) => {
  const killed = await Killed.start(t, [probe]);
  await killed.look(2, false);
  killed.die();
  await killed.station.clock.advance(60 * minute);
  await killed.revive();
  killed.station.duty.look();
  await killed.look(1, false);
  assert.deepEqual(killed.rules(), [], 'those of before are no failures in a row with it');
});

test('comings and goings of before the restart are counted', async (t) => {
  const killed = await Killed.start(t);
  await killed.station.clock.advance(40 * minute);
  await killed.comesAndGoes('vanished', 'up', 'vanished', 'up', 'vanished');
  assert.ok(!killed.rules().some((one) => one.startsWith('flapping')));
  await killed.revive();
  await killed.comesAndGoes('up');
  assert.deepEqual(killed.rules(), ['flapping bad']);
});

test('who was expected off until just now has its whole delay, whoever begins meanwhile', async (t) => {
  const killed = await Killed.start(t);
  const { station } = killed;
  const nowMs = station.clock.wallMs();
  const once = { fromMs: nowMs, toMs: nowMs + 30 * minute };
  await station.duty.library.createSchedule(
    { kind: 'expected-off', name: 'night', scopes: ['machine:1'], once },
    anne,
  );
  await killed.comesAndGoes('vanished');
  await station.clock.advance(30 * minute);
  await killed.revive();
  station.duty.look();
  assert.deepEqual(killed.rules(), [], 'a minute after it should be there');
  await station.clock.advance(minute);
  station.duty.look();
  assert.deepEqual(killed.rules(), ['vanished bad']);
});

test('a service that failed while nobody watched is found; one that failed as its machine came is not', async (t) => {
  const killed = await Killed.start(t);
  const { station } = killed;
  const list = (...services: { name: string; state: string; sinceMs: number }[]) =>
    station.store.records.set('ingest.services 1', JSON.stringify({ services, toldMs: 1, left: 0 }));
  const cameMs = station.clock.wallMs();
  killed.die();
  await station.clock.advance(40 * minute);
  list(
    { name: 'print', state: 'failed', sinceMs: cameMs + 39 * minute },
    { name: 'never', state: 'failed', sinceMs: cameMs + minute },
  );
  await killed.revive();
  station.duty.look();
  const open = station.duty.incidents.list();
  assert.deepEqual(
    open.map(({ subject, verdict }) => [subject, verdict]),
    [['system.service.up:print', 'bad']],
  );
});

test('a new device is shown for as long as without a restart', async (t) => {
  const killed = await Killed.start(t);
  const { station } = killed;
  await station.duty.library.changeRule('new-device', 'all', { enabled: true }, anne);
  station.duty.happened('box.device:0011', { device: 'a printer' });
  await station.duty.settled();
  const [first] = station.duty.incidents.list();
  await killed.revive();
  station.duty.look();
  assert.deepEqual(station.duty.incidents.list()[0]?.text, first?.text);
  await station.clock.advance(30 * minute);
  station.duty.look();
  assert.deepEqual(killed.rules(), []);
});

test('a clock that nobody trusts is told half an hour after the box was switched on, not after the watch was', async (t) => {
  const killed = await Killed.start(t);
  const { station } = killed;
  const anchorMs = station.clock.wallMs() - station.clock.monotonicMs();
  station.store.setClock(anchorMs, false);
  await station.clock.advance(40 * minute);
  await killed.revive();
  station.duty.look();
  assert.deepEqual(killed.rules(), ['box-clock bad']);
});
