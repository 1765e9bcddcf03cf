/** netmonitor-display: shows the box's state on its panel and listens to its button. */
import { createIngestClient } from '../appliance/ingest/client/client.ts';
import type { Timer } from '../appliance/runtime/clock.ts';
import { type Context, type Part, runDaemon } from '../appliance/runtime/daemon.ts';
import { createStoreClient } from '../appliance/store/client/client.ts';
import { createResetClient } from '../appliance/store/client/resets.ts';
import { createWatchClient } from '../appliance/watch/client/client.ts';
import { createWebClient } from '../appliance/web/client/client.ts';
import type { WebClient } from '../appliance/web/client/types.ts';
import { displayConfig } from './config.ts';
import { type Controller, createController } from './controller.ts';
import type { Button } from './hardware/button.ts';
import { chooseButton, chooseOutput, choosePanel } from './hardware/choose.ts';
import type { Panel } from './hardware/panel.ts';
import { displayServer } from './server.ts';
import { Signals } from './signal.ts';
import { followSources } from './sources.ts';

type Here = Context<typeof displayConfig>;

function hardwarePart({ config, log, clock }: Here, controller: Controller, signals: Signals): Part {
  let panel: Panel | undefined;
  let button: Button | undefined;
  return {
    name: 'hardware',
    async start() {
      panel = await choosePanel(config, { clock, log });
      button = await chooseButton(config, panel, controller.edges, { clock, log });
      controller.start(panel);
      const [light, buzzer] = await Promise.all([
        chooseOutput(config.light_gpio, panel, { log }),
        chooseOutput(config.buzzer_gpio, panel, { log }),
      ]);
      signals.start({ light, buzzer });
      log.info('shows its picture', { panel: panel.name, button: button.name });
    },
    async stop() {
      controller.stop();
      await signals.stop();
      await button?.stop();
      await panel?.stop();
    },
  };
}

function sourcesPart(
  { places, clock, log }: Here,
  controller: Controller,
  { ingest, watch, web }: Neighbours,
): Part {
  const store = createStoreClient({ ...places, as: 'display' });
  let following: Timer | undefined;
  return {
    name: 'sources',
    async start() {
      const clients = { store, ingest, watch, web };
      following = followSources({ clients, clock, log, onEvent: controller.apply });
    },
    async stop() {
      following?.stop();
      for (const client of [store, ingest, watch, web]) client.close();
    },
  };
}

type Neighbours = {
  ingest: ReturnType<typeof createIngestClient>;
  watch: ReturnType<typeof createWatchClient>;
  web: WebClient;
};

await runDaemon({
  name: 'display',
  about: "Shows the box's state on its panel and listens to its button.",
  table: displayConfig,
  build(here) {
    const { config, places, log, clock, alive } = here;
    const ingest = createIngestClient({ ...places, as: 'display' });
    const watch = createWatchClient({ ...places, as: 'display' });
    const web = createWebClient({ runDir: places.runDir, as: 'display' });
    const resets = createResetClient({ runDir: places.runDir, as: 'display' });
    const signals = new Signals({ clock });
    const controller = createController({
      clock,
      log,
      alive,
      ingest,
      watch,
      web,
      resets,
      language: config.language,
      dimAfterMs: config.dim_after,
      sleepAfterMs: config.sleep_after,
    });
    return [
      hardwarePart(here, controller, signals),
      sourcesPart(here, controller, { ingest, watch, web }),
      displayServer({ runDir: places.runDir, controller, signals, log }),
    ];
  },
});
