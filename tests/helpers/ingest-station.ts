/** A whole agents' door on the loopback interface, over a store of the test's choice. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createIngestClient, type IngestClient } from '../../appliance/ingest/client/client.ts';
import { type Identity, newIdentity } from '../../appliance/ingest/identity.ts';
import { buildIngest, type Ingest, type IngestOptions } from '../../appliance/ingest/ingest.ts';
import { type Clock, systemClock } from '../../appliance/runtime/clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { startParts } from '../../appliance/runtime/parts.ts';
import type { StoreClient } from '../../appliance/store/client/client.ts';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './folder.ts';

export type Station = {
  port: number;
  identity: Identity;
  client: IngestClient;
  folder: string;
  log: string[];
  stop(): Promise<void>;
};

export const admin = { who: 'ada', role: 'admin', from: 'test' };

export async function startStation(
  t: TestContext,
  store: StoreClient,
  more: Partial<IngestOptions> & { identity?: Identity } = {},
): Promise<Station> {
  const folder = more.runDir ?? temporaryFolder(t);
  const identity = more.identity ?? newIdentity();
  const lines: string[] = [];
  const log = createLog({ name: 'ingest', level: 'debug', write: (line) => lines.push(line) });
  const ingest: Ingest = buildIngest({
    identity,
    store,
    clock: systemClock as Clock,
    log,
    runDir: folder,
    version: '0.1.0',
    listen: '127.0.0.1',
    port: 0,
    localAgentKey: '',
    doorFile: join(folder, 'public', 'door.json'),
    vanishedAfterMs: 120_000,
    clockState: () => ({ trusted: true, anchorMs: systemClock.wallMs() - systemClock.monotonicMs() }),
    ...more,
  });
  const running = await startParts(ingest.parts, new AbortController().signal, { log });
  const client = createIngestClient({ runDir: folder, as: 'web' });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    client.close();
    await running.stop();
  };
  t.after(stop);
  await eventually('the door knows its machines', () => ingest.ready(), { everyMs: 5 });
  return { port: ingest.report().port, identity, client, folder, log: lines, stop };
}
