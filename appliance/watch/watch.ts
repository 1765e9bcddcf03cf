/** The watch put together: it begins when the store can be read, looks at regular times, and answers on its sockets. */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Config } from '../runtime/config.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { watchConfig } from './config.ts';
import { Duty } from './duty.ts';
import { Mailroom } from './outbox/mailroom.ts';
import { Listeners, watchServer } from './server.ts';

export type WatchParts = {
  config: Config<typeof watchConfig>;
  runDir: string;
  stateDir: string;
  store: StoreClient;
  clock: Clock;
  log: Log;
  alive(): void;
  fail(error: unknown): void;
};

const sweepEveryMs = 6 * 3_600_000;
const triesEveryMs = 500;

export function createWatch(o: WatchParts): { parts: Part[]; duty: Duty; mailroom: Mailroom } {
  const log = limited(o.log, 60_000, o.clock);
  const listeners = new Listeners();
  const duty: Duty = new Duty({
    ...{ ...o, log, onChange: (incident) => listeners.tell(incident) },
    onTold: () => mailroom.outbox.wake(),
    onStoreBack: () => mailroom.reload(),
  });
  const mailroom: Mailroom = new Mailroom({ ...o, log, now: () => duty.time.now() });
  const timers: Timer[] = [];
  const sweep = () => {
    Promise.all([duty.archive.sweep(), mailroom.outbox.shelf.sweep()]).catch((error: unknown) => {
      log.warn('old incidents and deliveries could not be removed', { error: messageOf(error) });
    });
  };
  const work: Part = {
    name: 'duty',
    async start(signal) {
      await untilRead(duty, mailroom, o, signal);
      timers.push(
        o.clock.every(o.config.look_interval, () => {
          duty.look();
          o.alive();
        }),
        o.clock.every(sweepEveryMs, sweep),
      );
    },
    async stop() {
      for (const timer of timers) timer.stop();
      await duty.stop();
      await mailroom.outbox.stop();
      o.store.close();
    },
  };
  return { parts: [work, watchServer({ ...o, duty, mailroom, listeners, log })], duty, mailroom };
}

/** The store may begin after us. */
async function untilRead(
  duty: Duty,
  mailroom: Mailroom,
  { clock, log, alive }: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await duty.archive.earlierWrites();
      await mailroom.load();
      await duty.start();
      return mailroom.outbox.start();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log.debug('the store cannot be read yet', { error: error.message });
    }
    alive();
    await clock.sleep(triesEveryMs, signal);
  }
}
