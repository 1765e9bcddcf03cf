/** One life of a box whose clock goes wrong, and what came of the samples: each once, at its true date, nothing deleted. */
import { systemClock } from '../../appliance/runtime/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { ClockBox } from './clock-box.ts';
import { ClockMachine } from './clock-machine.ts';
import { faultsIn, machineCount, type Script, type Step } from './clock-script.ts';
import { type Findings, nothingFound } from './fault.ts';

/** A date comes from the quickest of a few messages between busy processes. */
const toleranceMs = 3_000;
const betweenStepsMs = 250;

export async function liveWithClocks(script: Script, onNote: (text: string) => void): Promise<Findings> {
  const trueMs = () => systemClock.wallMs();
  const box = new ClockBox();
  const machines: ClockMachine[] = [];
  try {
    box.offMs = script.bootOffMs;
    await box.start();
    for (let at = 0; at < machineCount; at++) machines.push(new ClockMachine({ port: box.port, trueMs }));
    const numbers: number[] = [];
    for (const [at, { identity }] of machines.entries()) {
      const admission = { key: identity.id, name: `pc ${at}`, by: 'test', local: false };
      numbers.push((await box.store.admit(admission)).machine);
    }
    for (const step of script.before) await play(step, box, machines);
    await bringTrust(script, box, machines, trueMs);
    for (const step of script.after) await play(step, box, machines);
    await settle(box, machines);
    await box.stop();
    return await compare(box, machines, numbers, faultsIn(script), onNote);
  } catch (error) {
    onNote(`${JSON.stringify(script)}\n${box.said()}`);
    throw error;
  } finally {
    await Promise.all(machines.map((machine) => machine.stop()));
    await box.stop();
    box.remove();
  }
}

async function play(step: Step, box: ClockBox, machines: ClockMachine[]): Promise<void> {
  await systemClock.sleep(betweenStepsMs);
  if (step.kind === 'box') box.offMs = step.offMs;
  else if (step.kind === 'kill') await box.kill(step.daemon);
  else if (step.kind === 'agent') {
    const machine = machines[step.machine]!;
    machine.offMs = step.offMs;
    machine.synchronised = true;
    machine.reconnect();
  } else if (step.kind === 'drift') {
    for (let left = step.steps; left > 0; left--) {
      box.offMs += step.byMs / step.steps;
      await systemClock.sleep(betweenStepsMs / step.steps);
    }
  } else {
    const machine = machines[step.machine]!;
    machine.pause();
    await eventually('all of the run is on disk', () => machine.unacknowledged === 0, { withinMs: 20_000 });
    machine.beginRun();
  }
}

async function bringTrust(
  { trust }: Script,
  box: ClockBox,
  machines: ClockMachine[],
  trueMs: () => number,
): Promise<void> {
  if (trust === 'ntp') {
    box.offMs = 0;
    box.synchronise();
  } else if (trust === 'person') {
    await box.console.confirmClock(Math.round(trueMs()), { who: 'Anna', role: 'admin', from: 'test' });
  } else {
    for (const machine of machines.slice(1)) {
      machine.synchronised = true;
      machine.reconnect();
    }
  }
  await eventually('the clock is trusted', async () => (await box.store.clock()).trusted, {
    withinMs: 20_000,
  });
}

/** Everything acknowledged, sealed and dated. */
async function settle(box: ClockBox, machines: ClockMachine[]): Promise<void> {
  for (const machine of machines) machine.pause();
  const within = { withinMs: 30_000, everyMs: 50 };
  await eventually(
    'everything is acknowledged',
    () => machines.every((one) => one.unacknowledged === 0),
    within,
  );
  await eventually(
    'everything is dated and in blocks',
    async () => {
      const { heads, undated } = await box.store.health();
      return heads === 0 && undated === 0;
    },
    within,
  );
}

async function compare(
  box: ClockBox,
  machines: ClockMachine[],
  numbers: number[],
  injected: number,
  onNote: (text: string) => void,
): Promise<Findings> {
  const found: Findings = { ...nothingFound, injected };
  const kept = new Map<string, { value: number; tMs: number; trusted: boolean }>();
  for (const { machine, run, seq, ...what } of await box.kept()) {
    const name = `${machine} ${run} ${seq}`;
    if (kept.has(name)) found.doubled++;
    kept.set(name, what);
  }
  let worstMs = 0;
  let count = 0;
  for (const [at, { ledger }] of machines.entries()) {
    for (const { run, seq, value, trueMs } of ledger) {
      count++;
      const tick = kept.get(`${numbers[at]} ${run} ${seq}`);
      if (tick === undefined) found.lost++;
      else {
        const offMs = Math.abs(tick.tMs - trueMs);
        worstMs = Math.max(worstMs, offMs);
        if (tick.value !== value || !tick.trusted || offMs > toleranceMs) found.wrong++;
      }
    }
  }
  onNote(`${count} ticks, dated within ${Math.round(worstMs)} ms`);
  if (found.lost + found.wrong + found.doubled > 0) onNote(box.said());
  return found;
}
