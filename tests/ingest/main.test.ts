import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createIngestClient } from '../../appliance/ingest/client/client.ts';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { admin } from '../helpers/ingest-station.ts';
import { type Program, startProgram } from '../helpers/programs.ts';
import { gauge, WireAgent, type WireIdentity, wireIdentity } from '../helpers/wire-agent.ts';

type Home = { home: string; run: string; env: Record<string, string> };

function homeOf(t: TestContext): Home {
  const home = temporaryFolder(t);
  const run = join(home, 'run');
  return { home, run, env: { NETMONITOR_HOME: home, NETMONITOR_RUN: run } };
}

function start(t: TestContext, { env }: Home, daemon: 'store' | 'ingest', ...args: string[]): Program {
  const program = startProgram({ main: `appliance/${daemon}/main.ts`, env, args });
  t.after(() => program.end('SIGKILL'));
  return program;
}

const ingestArgs = ['--port', '0', '--listen', '127.0.0.1', '--no-announce'];
const ready = (program: Program) =>
  eventually(
    'it is ready',
    () => program.said().includes('msg=ready') || program.said().includes('msg="ready"'),
  );

async function doorOf({ home }: Home): Promise<{ port: number; hash: string; addresses: string[] }> {
  return JSON.parse(await readFile(join(home, 'state/ingest/public/door.json'), 'utf8'));
}

/** The box's own agent: its key lies where ingest looks for it. */
async function localAgent(here: Home): Promise<{ identity: WireIdentity; args: string[] }> {
  const identity = wireIdentity();
  const folder = join(here.home, 'state/agent/public');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await writeFile(join(folder, 'local-agent.pub'), `${identity.spki}\n`, { mode: 0o644 });
  return { identity, args: ['--local-agent-key', join(folder, 'local-agent.pub')] };
}

test('what is acknowledged outlives a killed store, and in the end everything is there once', async (t) => {
  const here = homeOf(t);
  const local = await localAgent(here);
  const count = 200;
  let store = start(t, here, 'store', '--commit-interval', '100ms');
  const ingest = start(t, here, 'ingest', ...ingestArgs, ...local.args);
  await Promise.all([ready(store), ready(ingest)]);
  const { port } = await doorOf(here);
  const agent = await eventually('the local agent is admitted', async () => {
    const one = await WireAgent.greet({ port, identity: local.identity }, { runMs: count * 1_000 });
    return one.welcome?.state === 'admitted' && one;
  });
  const machine = agent.welcome!.machine!;
  agent.dictionary(['test.value']);
  // The run began when its first tick was measured: these are ticks that were kept.
  const zeroMs = Date.now() - count * 1_000;
  for (let from = 0; from < count; from += 5) {
    const seqs = Array.from({ length: 5 }, (_, at) => from + at);
    agent.samples({ ticks: seqs.map((seq) => ({ seq, runMs: seq * 1_000, values: [seq] })) });
    if (from !== 60 && from !== 130) continue;
    await agent.until('some are acknowledged', () => agent.acked().size > from / 2);
    await store.end('SIGKILL');
    store = start(t, here, 'store', '--commit-interval', '100ms');
  }
  await agent.until('all are acknowledged', () => agent.acked().size === count);
  // The producer's own ledger against what is read back after one more kill: no write is left to chance.
  await store.end('SIGKILL');
  store = start(t, here, 'store');
  await ready(store);
  const client = createStoreClient({ runDir: here.run, as: 'console' });
  t.after(() => client.close());
  const answer = await eventually('the store answers', () =>
    client.range({
      machine,
      names: ['test.value'],
      fromMs: zeroMs - 60_000,
      toMs: zeroMs + (count + 60) * 1_000,
      points: 4 * (count + 120),
    }),
  );
  const [column] = answer.columns;
  const values = (column?.mean ?? []).filter((value) => value !== null);
  assert.deepEqual(
    values,
    Array.from({ length: count }, (_, seq) => seq),
  );
  assert.equal((await client.machine(machine)).local, true);
});

test('a machine admitted over the socket is in the store’s registry and journal, its goodbye too', async (t) => {
  const here = homeOf(t);
  const store = start(t, here, 'store', '--commit-interval', '50ms');
  const ingest = start(t, here, 'ingest', ...ingestArgs);
  await Promise.all([ready(store), ready(ingest)]);
  const { port, hash } = await doorOf(here);
  const door = createIngestClient({ runDir: here.run, as: 'console' });
  const client = createStoreClient({ runDir: here.run, as: 'console' });
  t.after(() => door.close());
  t.after(() => client.close());
  assert.equal((await door.door()).id, hash);
  const agent = await eventually('it waits', async () => {
    const one = await WireAgent.greet({ port }, { name: 'laptop' });
    return one.welcome?.state === 'waiting' && one;
  });
  const { digits } = await door.select(agent.identity.id, admin);
  const { machine } = await door.admit(agent.identity.id, digits!, admin);
  assert.equal(agent.digits, digits);
  agent.send('facts', { os: 'Linux', cores: 2 });
  agent.send('dictionary', {
    from: 0,
    series: [gauge('a'), { name: 'b', unit: 'By', scale: 2, kind: 'counter' }],
  });
  agent.tick(0, [1, 2]);
  await agent.until('it is acknowledged', () => agent.acked().has(0));
  await eventually('it is up', async () => (await client.machine(machine)).state === 'up');
  agent.send('goodbye', { reason: 'stop' });
  await eventually('it is off', async () => (await client.machine(machine)).state === 'off');
  const known = await client.machine(machine);
  assert.equal(known.facts?.cores, 2);
  assert.equal(known.admittedBy, 'ada');
  await eventually('the journal tells', async () => {
    const kinds = (await client.journal({ machine, limit: 50 })).map((entry) => entry.kind);
    return kinds.includes('machine.admitted') && kinds.includes('machine.off');
  });
  await ingest.end();
  assert.equal(await ingest.ended, 0);
});

test('a damaged identity and a taken port end with 78 and one line that says what to do', async (t) => {
  const here = homeOf(t);
  const first = start(t, here, 'ingest', ...ingestArgs);
  await ready(first);
  const { port } = await doorOf(here);
  const elsewhere = homeOf(t);
  const second = start(
    t,
    elsewhere,
    'ingest',
    '--port',
    String(port),
    '--listen',
    '127.0.0.1',
    '--no-announce',
  );
  assert.equal(await second.ended, 78);
  assert.match(second.said(), new RegExp(`netmonitor-ingest: .*${port}.*--port`));
  await first.end();

  const path = join(here.home, 'state/ingest/identity.pem');
  await writeFile(path, 'damaged');
  const third = start(t, here, 'ingest', ...ingestArgs);
  assert.equal(await third.ended, 78);
  assert.match(third.said(), /netmonitor-ingest: .*identity\.pem.*backup/);
  assert.equal(await readFile(path, 'utf8'), 'damaged');
});
