/** A panel that shows a box with one machine, all of whose parts are there, and a hand on its button. */
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { type Controller, createController } from '../../display/controller.ts';
import { createSimulatedPanel, type SimulatedPanel } from '../../display/hardware/simulated.ts';
import { FakeClock } from './clock.ts';
import { createFakeIngest } from './fake-ingest.ts';
import { machineRow, waitingMachine } from './screen-samples.ts';

type Parts = Partial<
  Pick<Parameters<typeof createController>[0], 'ingest' | 'watch' | 'web' | 'resets' | 'alive'>
>;

export type PanelAtWork = {
  clock: FakeClock;
  panel: SimulatedPanel;
  controller: Controller;
  /** All words on the glass. */
  text(): string;
  hold(ms?: number): Promise<void>;
  press(): Promise<void>;
};

export async function panelAtWork(parts: Parts = {}): Promise<PanelAtWork> {
  const clock = new FakeClock();
  const panel = createSimulatedPanel();
  const controller = createController({
    ...{ clock, ingest: createFakeIngest(waitingMachine()), language: 'en' },
    watch: { acknowledge: () => Promise.reject(new Failure('UNAVAILABLE', 'away')) },
    web: { recover: () => Promise.reject(new Failure('CONFLICT', 'nobody')) },
    resets: { begin: async () => undefined },
    log: createLog({ name: 'test', level: 'error' }),
    ...{ dimAfterMs: 60_000, sleepAfterMs: 600_000, alive: () => undefined },
    ...parts,
  });
  controller.start(panel);
  controller.apply({ kind: 'machines', machines: [machineRow(1, 'BOX', 'up').machine], summaries: {} });
  for (const source of ['store', 'ingest'] as const) controller.apply({ kind: 'up', source });
  controller.apply({ kind: 'incidents', change: { open: [] } });
  controller.apply({ kind: 'up', source: 'watch' });
  await clock.advance(200);
  const pressed = async (ms: number, thenMs: number) => {
    controller.edges.down();
    await clock.advance(ms);
    controller.edges.up();
    await clock.advance(thenMs);
  };
  return {
    ...{ clock, panel, controller },
    text: () => controller.picture().text.join(' '),
    hold: (ms = 2_000) => pressed(ms, 250),
    press: () => pressed(50, 700),
  };
}
