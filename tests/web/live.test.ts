import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'node:tls';
import type { WatchChange } from '../../appliance/watch/client/client.ts';
import { FakeClock } from '../helpers/clock.ts';
import { listen } from '../helpers/event-stream.ts';
import { eventually } from '../helpers/eventually.ts';
import { watchInRam } from '../helpers/watch-client.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { Line, machineOf, StoreInRam } from '../helpers/web-sources.ts';

test('a sample reaches every browser that looks at the fleet', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const [one, other] = [await listen(t, box, cookie), await listen(t, box, cookie)];
  assert.equal(one.status, 200);
  box.store.tellLive(1, { cpu: 0.25 });
  for (const listener of [one, other])
    assert.deepEqual(await listener.next('live'), { machine: 1, tMs: 1000, summary: { cpu: 0.25 } });
  assert.deepEqual(
    box.store.followed.map(({ topics }) => topics).filter(([topic]) => topic !== 'clock'),
    [['live', 'machine', 'journal', 'record:ingest.services']],
  );
});

test('who looks at one machine gets the values of all its series, and others share the subscription', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const watchers = [await listen(t, box, cookie, '?machine=1'), await listen(t, box, cookie, '?machine=1')];
  const fleet = await listen(t, box, cookie);
  assert.equal(box.store.followed.filter(({ machine }) => machine === 1).length, 1);
  box.store.tellLive(2, { cpu: 0.1 });
  box.store.tellLive(1, { cpu: 0.2 });
  box.store.tellLive(1, { cpu: 0.2 }, [{ name: 'system.cpu.load_average.1m', value: 3 }]);
  for (const watcher of watchers) {
    const data = await watcher.next('live');
    assert.equal(data.machine, 1);
    assert.equal((data.values as { value: number }[])[0]?.value, 3);
    assert.equal(watcher.heard.filter(({ event }) => event === 'live').length, 1);
  }
  assert.equal((await fleet.next('live', ({ machine }) => machine === 1)).values, undefined);
  for (const watcher of watchers) watcher.close();
  await eventually('nobody watches machine 1', () =>
    box.store.followed.every(({ machine }) => machine === undefined),
  );
});

test('a new listener hears at once how things are', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  box.panel.line.tell(box.panel.frame);
  box.door.line.tell({ waiting: [] });
  box.store.line.leave();
  const listener = await listen(t, box, cookie);
  assert.equal((await listener.next('stale')).source, 'store');
  assert.deepEqual(
    [(await listener.next('fresh')).source, (await listener.next('fresh')).source],
    ['ingest', 'display'],
  );
  assert.deepEqual(await listener.next('waiting'), { waiting: [] });
  assert.deepEqual(await listener.next('panel'), { ...box.panel.frame });
});

test('says since when a source is away, and fresh only after it was read anew', async (t) => {
  const store = new StoreInRam();
  const box = await startWebBox(t, { store });
  const cookie = await box.signIn();
  const listener = await listen(t, box, cookie);
  await listener.next('fresh', ({ source }) => source === 'store');
  store.line.leave();
  const stale = await listener.next('stale', ({ source }) => source === 'store');
  assert.equal(stale.source, 'store');
  assert.ok(Math.abs(Number(stale.sinceMs) - Date.now()) < 60_000);

  store.machines.set(3, machineOf(3));
  store.line.comeBack();
  await listener.next('fresh', ({ source }) => source === 'store');
  const fleet = (await box.ask('/api/v1/machines', { cookie })).json as { machines: { machine: number }[] };
  assert.deepEqual(
    fleet.machines.map(({ machine }) => machine),
    [3],
  );
});

test('tells of machines, of the waiting room, the journal and the panel', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const listener = await listen(t, box, cookie);
  box.store.line.tell({ topic: 'machine', machine: machineOf(1, { state: 'silent' }) });
  assert.equal((await listener.next('machine')).state, 'silent');
  box.store.line.tell({ topic: 'machine', machine: machineOf(1), removed: true });
  assert.equal((await listener.next('machine')).removed, true);
  box.store.line.tell({ topic: 'journal', entry: box.store.notes[0]! });
  assert.equal((await listener.next('journal')).kind, 'password.first');
  const looking = await listen(t, box, cookie, '?machine=1');
  box.store.line.tell({ topic: 'record:ingest.services', key: '1', version: 'a' });
  assert.deepEqual(await looking.next('services'), { machine: 1 });
  box.door.line.tell({ waiting: [] });
  assert.deepEqual(await listener.next('waiting'), { waiting: [] });
  box.panel.line.tell({ ...box.panel.frame, screen: 'code' });
  assert.equal((await listener.next('panel')).screen, 'code');
});

test('tells what becomes of incidents and probes, and when the watch is away', async (t) => {
  const { client } = await watchInRam();
  const line = new Line<WatchChange>();
  const box = await startWebBox(t, { watch: { ...client, changes: (on) => line.follow(on) } });
  const listener = await listen(t, box, await box.signIn());
  await listener.next('fresh', ({ source }) => source === 'watch');
  line.tell({ open: [] });
  const incident = { id: 7, machine: 1, state: 'open' } as Extract<
    WatchChange,
    { incident: unknown }
  >['incident'];
  line.tell({ incident });
  line.tell({ incident: { ...incident, state: 'resolved' } });
  assert.deepEqual(await listener.next('incident'), { incident: { id: 7, machine: 1, state: 'resolved' } });
  const probe = { id: 'abcdefgi', kind: 'snmp', options: { host: '10.0.0.1', community: 'hush' } };
  line.tell({ probe: { probe, verdict: 'good' } } as unknown as WatchChange);
  assert.deepEqual(
    await listener.next('probe'),
    { probe: { probe: { ...probe, options: { host: '10.0.0.1' } }, verdict: 'good' } },
    'who only looks hears no secret',
  );
  line.tell({ probeRemoved: 'abcdefgh' });
  assert.deepEqual(await listener.next('probe'), { probeRemoved: 'abcdefgh' });
  assert.equal(listener.heard.filter(({ event }) => event === 'incident').length, 1);
  line.leave();
  await listener.next('stale', ({ source }) => source === 'watch');
});

test('a stream ends with its session, and does not keep it alive', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const cookie = await box.signIn();
  await clock.advance(20 * 60_000);
  const listener = await listen(t, box, cookie);
  await clock.advance(9 * 60_000);
  await eventually('pings arrive', () => listener.text().includes(': ping\n\n'));
  assert.equal(listener.ended(), false);
  await clock.advance(2 * 60_000);
  await listener.next('signed-out');
  await eventually('the stream is closed', () => listener.ended());
  assert.equal((await listen(t, box, cookie)).status, 401);
});

test('signing out ends the streams of this session only', async (t) => {
  const box = await startWebBox(t);
  const [mine, theirs] = [await box.signIn(), await box.signIn()];
  const [ends, stays] = [await listen(t, box, mine), await listen(t, box, theirs)];
  await box.ask('/api/v1/session', { method: 'DELETE', cookie: mine, raw: '' });
  await ends.next('signed-out');
  await eventually('the stream is closed', () => ends.ended());
  box.store.tellLive(1, {});
  await stays.next('live');
});

test('one session has at most six streams', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const streams = await Promise.all(Array.from({ length: 6 }, () => listen(t, box, cookie)));
  assert.equal((await listen(t, box, cookie)).status, 429);
  streams[0]!.close();
  await eventually('there is room again', async () => (await listen(t, box, cookie)).status === 200);
});

test('a browser that does not read is dropped, others go on', async (t) => {
  const box = await startWebBox(t, { limits: { streamBacklogBytes: 3 * 2 ** 20 } });
  const cookie = await box.signIn();
  const deaf = connect({
    host: '127.0.0.1',
    port: box.https,
    ca: box.identity.certificate,
    servername: 'localhost',
  });
  const gone = new Promise<void>((resolve) => {
    deaf.once('close', () => resolve());
    deaf.on('error', () => resolve());
  });
  t.after(() => deaf.destroy());
  deaf.write(`GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-netmonitor=${cookie}\r\n\r\n`);
  await new Promise((resolve) => deaf.once('readable', resolve));
  deaf.pause();
  const listener = await listen(t, box, cookie);
  const text = 'x'.repeat(2 ** 20);
  let sent = 0;
  await eventually('the deaf one is dropped', async () => {
    box.store.line.tell({ topic: 'journal', entry: { ...box.store.notes[0]!, id: ++sent, kind: text } });
    await listener.next('journal', ({ id }) => id === sent);
    const counts = await new Promise<number>((resolve, reject) =>
      box.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
    return counts === 1;
  });
  deaf.resume();
  await gone;
});
