import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { PowerNews } from '../../../agent/bus/power.ts';
import { serviceSource } from '../../../agent/collectors/services/index.ts';
import type { ServiceSource } from '../../../agent/collectors/services/source.ts';
import { stateOf } from '../../../agent/collectors/services/systemd.ts';
import { Files } from '../../../agent/files.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { FakeBus, recordedMessage } from '../../helpers/fake-bus.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

type Place = { folder: string; power: PowerNews[]; source(): ServiceSource | undefined };

function aMachine(t: TestContext): Place {
  const folder = temporaryFolder(t);
  const [sys, root] = [new Files(join(folder, 'sys')), new Files(folder)];
  t.after(() => sys.close());
  const power: PowerNews[] = [];
  const places = { sys, root, clock: systemClock, onPower: (news: PowerNews) => void power.push(news) };
  return { folder, power, source: () => serviceSource(places) };
}

async function withSystemd(t: TestContext): Promise<Place & { bus: FakeBus; slice: string }> {
  const machine = aMachine(t);
  const slice = join(machine.folder, 'sys/fs/cgroup/system.slice');
  for (const path of [
    slice,
    ...['run/dbus', 'run/systemd/system/x', 'etc/systemd/system/multi-user.target.wants'].map((one) =>
      join(machine.folder, one),
    ),
  ])
    mkdirSync(path, { recursive: true });
  symlinkSync(
    '/dev/null',
    join(machine.folder, 'etc/systemd/system/multi-user.target.wants/gpg-agent.service'),
  );
  const bus = await FakeBus.start(t, join(machine.folder, 'run/dbus/system_bus_socket'));
  return { ...machine, bus, slice };
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

test('what systemd said is read: who runs, who failed, who tries again, and who was meant to run', async (t) => {
  const { source, bus } = await withSystemd(t);
  const systemd = source()!;
  const sinceMs = 1_795_252_911_760;
  const services = (await systemd.look()).sort(byName);
  assert.deepEqual(
    services.map(({ name, label, state }) => [name, label, state]),
    [
      ['alpha', 'Alpha sleeps', 'running'],
      ['broken', 'Broken at once', 'failed'],
      ['dbus', 'D-Bus User Message Bus', 'running'],
      ['gpg-agent', 'GnuPG cryptographic agent and passphrase cache', 'stopped'],
      ['loop', 'Ends again and again', 'restarting'],
      ['once', 'Once', 'done'],
    ],
  );
  assert.ok(
    services.every((one) => Math.abs(one.sinceMs! - sinceMs) < 60_000),
    JSON.stringify(services),
  );
  assert.equal(bus.calls.filter((member) => member === 'Get').length, 6);
  await systemd.look();
  assert.equal(bus.calls.filter((member) => member === 'Get').length, 6, 'dates of what did not change stay');
  systemd.close();
});

test('it stirs when a control group comes or goes, and looks again after the bus was away', async (t) => {
  const { source, bus, slice } = await withSystemd(t);
  // Some file systems do not count folders among the links; the kernel's does.
  const counted = new Files(join(slice, '../../..'));
  mkdirSync(join(slice, 'one.service'));
  const counts = (counted.links('fs/cgroup/system.slice') ?? 0) > 2;
  rmdirSync(join(slice, 'one.service'));
  counted.close();
  const systemd = source()!;
  await systemd.look();
  assert.equal(systemd.stirred(), false);
  mkdirSync(join(slice, 'nginx.service'));
  assert.equal(systemd.stirred(), counts);
  bus.cut();
  assert.ok((await systemd.look().catch(() => systemd.look())).length > 0);
  assert.equal(systemd.stirred(), false);
  bus.answer = (member) => recordedMessage(member === 'Hello' ? 'hello' : 'nobody');
  await assert.rejects(systemd.look(), /ServiceUnknown/);
  systemd.close();
});

test('who listens to systemd hears of logind that the machine sleeps, wakes and goes off', async (t) => {
  const { source, bus, power } = await withSystemd(t);
  const systemd = source()!;
  await systemd.look();
  await systemd.look();
  assert.equal(bus.calls.filter((member) => member === 'AddMatch').length, 1);
  const fromLogind = (said: 'sleep' | 'awake' | 'shutdown') =>
    Buffer.from(
      recordedMessage(said)
        .toString('latin1')
        .replace(/:1\.\d\0/, ':1.1\0'),
      'latin1',
    );
  // As recorded they are somebody else's, who only pretends.
  for (const said of ['nobody', 'sleep', 'shutdown'] as const) bus.say(recordedMessage(said));
  for (const said of ['sleep', 'awake', 'shutdown'] as const) bus.say(fromLogind(said));
  await eventually('all of it', () => power.length === 3, { everyMs: 5 });
  assert.deepEqual(power, ['sleep', 'awake', 'shutdown']);
  systemd.close();
});

test('a unit that goes while it is asked about has no date, and the others are told', async (t) => {
  const { source, bus } = await withSystemd(t);
  const usual = bus.answer;
  bus.answer = (member) => (member === 'Get' ? recordedMessage('nobody') : usual(member));
  const services = await source()!.look();
  assert.equal(services.length, 6);
  assert.ok(services.every(({ sinceMs }) => sinceMs === undefined));
});

test('a list that breaks off is an error, never half a list', async (t) => {
  const { source, bus } = await withSystemd(t);
  const whole = recordedMessage('units');
  const short = Buffer.from(whole);
  // A name that claims to be longer than the message.
  short.writeUInt32LE(0x7fff_ffff, short.indexOf('alpha.service') - 4);
  bus.answer = (member) => (member === 'Hello' ? recordedMessage('hello') : short);
  await assert.rejects(source()!.look(), RangeError);
});

test('each pair of states of systemd has its word', () => {
  const words = [
    ['active', 'running', 'running'],
    ['active', 'exited', 'done'],
    ['reloading', 'reload', 'running'],
    ['activating', 'start-pre', 'starting'],
    ['activating', 'auto-restart', 'restarting'],
    ['deactivating', 'stop-sigterm', 'stopping'],
    ['inactive', 'dead', 'stopped'],
    ['failed', 'failed', 'failed'],
  ] as const;
  for (const [active, sub, word] of words) assert.equal(stateOf({ active, sub }), word, `${active} ${sub}`);
});

test('OpenRC is read from its folders', async (t) => {
  const { folder, source } = aMachine(t);
  const put = (path: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), '');
  };
  for (const name of ['started/sshd', 'started/crond', 'failed/crond', 'stopping/chronyd'])
    put(`run/openrc/${name}`);
  for (const name of ['sshd', 'nginx']) put(`etc/runlevels/default/${name}`);
  const openrc = source()!;
  const seen = async () => (await openrc.look()).sort(byName).map(({ name, state }) => `${name} ${state}`);
  assert.deepEqual(await seen(), ['chronyd stopping', 'crond failed', 'nginx stopped', 'sshd running']);
  assert.ok((await openrc.look()).find(({ name }) => name === 'sshd')!.sinceMs! > 0);
  rmSync(join(folder, 'run/openrc/started/sshd'));
  assert.ok((await seen()).includes('sshd stopped'));
});

test('a machine that has nothing of either has no services', (t) => {
  assert.equal(aMachine(t).source(), undefined);
});
