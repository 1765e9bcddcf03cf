import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createIngestClient } from '../../appliance/ingest/client/client.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { startParts } from '../../appliance/runtime/parts.ts';
import { createLocalServer, type Lines, type Route } from '../../appliance/runtime/socket/server.ts';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { createWatchClient } from '../../appliance/watch/client/client.ts';
import { createWebClient } from '../../appliance/web/client/client.ts';
import { followSources } from '../../display/sources.ts';
import { apply, emptyState, type State } from '../../display/state.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { incidentOf } from '../helpers/incident-samples.ts';
import { machineRow, waitingMachine } from '../helpers/screen-samples.ts';

const log = createLog({ name: 'test', level: 'error' });

/** A daemon that answers what the test wants, and may stop and start again. */
async function serve(runDir: string, socket: string, routes: Route[]) {
  const path = join(runDir, socket);
  await mkdir(dirname(path), { recursive: true });
  const server = createLocalServer({ path, routes, log });
  const running = await startParts([server], new AbortController().signal, { log });
  return () => running.stop();
}

const box = machineRow(1, 'BOX', 'up').machine;

function storeRoutes(o: { streams: Lines[]; beforeMachines?: () => Promise<void> }): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/machines',
      async handle() {
        await o.beforeMachines?.();
        return { json: [box] };
      },
    },
    {
      method: 'GET',
      path: '/v1/summaries',
      handle: () => ({ json: { 1: { tMs: 1, summary: { cpu: 0.1 } } } }),
    },
    {
      method: 'GET',
      path: '/v1/changes',
      handle: () => ({
        async lines(out) {
          o.streams.push(out);
          out.write({ topic: 'setting', section: 'hello' });
          await out.closed;
        },
      }),
    },
  ];
}

function followed(runDir: string) {
  let state: State = emptyState;
  const clients = {
    store: createStoreClient({ runDir, as: 'display' }),
    ingest: createIngestClient({ runDir, as: 'display' }),
    watch: createWatchClient({ runDir, as: 'display' }),
    web: createWebClient({ runDir, as: 'display' }),
  };
  const onEvent = (event: Parameters<typeof apply>[1]) => {
    state = apply(state, event);
  };
  const following = followSources({ clients, clock: systemClock, log, onEvent });
  return {
    state: () => state,
    stop() {
      following.stop();
      for (const client of Object.values(clients)) client.close();
    },
  };
}

test('fetches the fleet, follows its changes, and says when the store went and came', async (t) => {
  const runDir = temporaryFolder(t);
  const streams: Lines[] = [];
  let stop = await serve(runDir, 'store-display/sock', storeRoutes({ streams }));
  const here = followed(runDir);
  t.after(async () => {
    here.stop();
    await stop();
  });
  await eventually('the fleet is there', () => here.state().store.is === 'here', { everyMs: 5 });
  assert.equal(here.state().rows.get(1)?.summary.cpu, 0.1);
  streams.at(-1)?.write({ topic: 'live', machine: 1, tMs: 2, summary: { cpu: 0.7 } });
  await eventually('a change arrives', () => here.state().rows.get(1)?.summary.cpu === 0.7, { everyMs: 5 });
  await stop();
  await eventually('it is away', () => here.state().store.is === 'away', { everyMs: 5 });
  assert.equal(here.state().rows.size, 1, 'the last state stays');
  stop = await serve(runDir, 'store-display/sock', storeRoutes({ streams }));
  await eventually('it is back', () => here.state().store.is === 'here', { everyMs: 5 });
});

test('a change that arrives while the fleet is fetched is not covered by the older answer', async (t) => {
  const runDir = temporaryFolder(t);
  const streams: Lines[] = [];
  const beforeMachines = async () => {
    await eventually('the stream is open', () => streams.length > 0, { everyMs: 5 });
    const machine = { ...box, state: 'vanished' };
    streams.at(-1)?.write({ topic: 'machine', machine });
    // The line is on its way before this answer; give it the time to be read first.
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const stop = await serve(runDir, 'store-display/sock', storeRoutes({ streams, beforeMachines }));
  const here = followed(runDir);
  t.after(async () => {
    here.stop();
    await stop();
  });
  await eventually('the fleet is there', () => here.state().store.is === 'here', { everyMs: 5 });
  assert.equal(here.state().rows.get(1)?.machine.state, 'vanished');
});

test('takes the waiting room, the door and the address of the page', async (t) => {
  const runDir = temporaryFolder(t);
  const waiting = [waitingMachine()];
  const address = {
    urls: ['https://192.168.1.20'],
    fingerprint: 'ab',
    certificateFingerprint: 'cd',
    code: '7QK-4MD',
    recovery: null,
  };
  const once = (line: unknown): Route => ({
    method: 'GET',
    path: '/v1/changes',
    handle: () => ({
      async lines(out) {
        out.write(line);
        await out.closed;
      },
    }),
  });
  const door = { id: 'x', name: 'netmonitor-qkzt', host: 'h', port: 7411, addresses: [] };
  const stops = await Promise.all([
    serve(runDir, 'ingest-display/sock', [
      once({ waiting }),
      { method: 'GET', path: '/v1/door', handle: () => ({ json: door }) },
    ]),
    serve(runDir, 'web-display/sock', [once(address)]),
  ]);
  const here = followed(runDir);
  t.after(async () => {
    here.stop();
    await Promise.all(stops.map((stop) => stop()));
  });
  await eventually('all is there', () => here.state().door !== null && here.state().address !== null, {
    everyMs: 5,
  });
  assert.deepEqual(here.state().waiting, waiting);
  assert.deepEqual(here.state().address, address);
  assert.deepEqual(
    [here.state().ingest.is, here.state().web.is, here.state().store.is],
    ['here', 'here', 'never'],
  );
});

test('follows what the watch says is wrong, and hears of nothing else from it', async (t) => {
  const runDir = temporaryFolder(t);
  const streams: Lines[] = [];
  const changes: Route = {
    method: 'GET',
    path: '/v1/changes',
    handle: () => ({
      async lines(out) {
        out.write({ probe: { id: 'abcdefgh' } });
        out.write({ open: [incidentOf(1)] });
        streams.push(out);
        await out.closed;
      },
    }),
  };
  const stop = await serve(runDir, 'watch-display/sock', [changes]);
  const here = followed(runDir);
  t.after(() => here.stop());
  await eventually('the watch is there', () => here.state().watch.is === 'here', { everyMs: 5 });
  assert.deepEqual([...here.state().incidents.keys()], [1]);
  streams.at(-1)?.write({ incident: incidentOf(2) });
  streams.at(-1)?.write({ incident: incidentOf(1, { state: 'resolved' }) });
  await eventually('one is over', () => !here.state().incidents.has(1), { everyMs: 5 });
  await stop();
  await eventually('it is away', () => here.state().watch.is === 'away', { everyMs: 5 });
  assert.deepEqual([...here.state().incidents.keys()], [2], 'what it said last stays');
});
