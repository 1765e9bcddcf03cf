/** The gateway dies, and fifty things behind it with it: one message that says so, and one when it is back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { alwaysOnIds } from '../../appliance/watch/probes/always.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import type { Host } from '../helpers/lan.ts';
import { Lan } from '../helpers/lan.ts';
import { NameServer } from '../helpers/name-server.ts';
import { type Program, startProgram } from '../helpers/programs.ts';
import { missing } from '../helpers/real-servers.ts';
import { Uplink } from '../helpers/uplink.ts';

const skip = (await Lan.missing()) || (await NameServer.missing()) || missing('fping', 'fping');
const by = { who: 'Marie', role: 'admin', from: 'the page' };
const targets = 50;
const page = 80;
const outside = 443;
const receiverPort = 8_025;
const often = 5_000;
let network: Uplink;
let names: NameServer;
let far: Program;
let receiver: Program;
let box: Appliance;

type Letter = {
  id: string;
  title: string;
  state: 'open' | 'resolved';
  items: { text: string }[];
  notes: string[];
};
const letters = (): Letter[] =>
  receiver
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Letter);

async function pagesIn(host: Host, ...ports: number[]): Promise<Program> {
  const program = startProgram({
    main: 'tests/helpers/far-side.ts',
    args: ports.map(String),
    prefix: host.prefix,
  });
  await eventually('pages are served', () => program.said().split('listening').length > ports.length);
  return program;
}

before(async () => {
  if (skip) return;
  network = await Uplink.create();
  const home = await network.addHost();
  const neighbour = await network.addHost();
  names = await NameServer.start(network.gateway, ['--host-record=a.root-servers.net,198.41.0.4']);
  await network.lan.setResolver(home, { server: network.gateway.address, search: 'test' });
  far = await pagesIn(network.far, page, outside);
  receiver = await pagesIn(neighbour, receiverPort);
  box = await Appliance.start({
    daemons: ['store', 'ingest', 'watch', 'agent'],
    prefix: home.prefix,
    flags: { watch: ['--look-interval', '500ms', '--always-on'] },
  });
  await box.watch.createChannel(
    {
      ...{
        kind: 'webhook',
        name: 'The desk',
        enabled: true,
        language: 'en',
        zone: 'Etc/UTC',
        digestAt: null,
      },
      takes: { least: 'low', groups: [] },
      options: {},
      secrets: { url: `http://${neighbour.address}:${receiverPort}/` },
    },
    by,
  );
  for (const id of Object.values(alwaysOnIds)) await box.watch.changeProbe(id, { intervalMs: often }, by);
  for (let number = 1; number <= targets; number++) {
    const host = Uplink.targetOf(number);
    const common = { name: `Printer ${number}`, intervalMs: often };
    const kinds = [
      { ...common, kind: 'icmp', options: { host } },
      { ...common, kind: 'http', options: { url: `http://${host}:${page}/` } },
      { ...common, kind: 'tcp', options: { host, port: outside } },
    ] as const;
    await box.watch.createProbe(kinds[number % kinds.length]!, by);
  }
  await box.watch.createProbe(
    { name: 'The desk', kind: 'icmp', intervalMs: often, options: { host: neighbour.address } },
    by,
  );
});
after(async () => {
  if (skip) return;
  await box?.stop();
  for (const program of [far, receiver]) await program?.end();
  await names?.stop();
  await network?.remove();
});

const verdicts = async () => {
  const counts = { good: 0, bad: 0, unknown: 0 };
  for (const { verdict } of await box.watch.probes()) counts[verdict] += 1;
  return counts;
};
const slowly = { everyMs: 500, withinMs: 180_000 };

test('fifty targets behind a gateway that goes away are one message that names the cause, and one when it is back', {
  skip,
}, async () => {
  await eventually('all is well', async () => (await verdicts()).good === targets + 5, slowly);
  assert.deepEqual(letters(), []);

  await network.turn('off');
  const told = await eventually('a message', () => letters()[0] ?? false, slowly);
  assert.equal(told.state, 'open');
  assert.match(told.title, /gateway/i);
  await eventually('all fifty have failed', async () => (await verdicts()).bad >= targets + 4, slowly);
  await eventually(
    'all is judged',
    async () => {
      const { incidents } = await box.watch.incidents();
      return incidents.filter(({ cause }) => cause !== null && cause !== undefined).length >= targets;
    },
    slowly,
  );
  assert.equal(letters().length, 1, JSON.stringify(letters(), null, 1));

  await network.turn('on');
  const back = await eventually('the recovery', () => letters()[1] ?? false, slowly);
  assert.equal(back.state, 'resolved', JSON.stringify(letters(), null, 1));
  const words = JSON.stringify(back);
  for (let number = 1; number <= targets; number++) assert.match(words, new RegExp(`Printer ${number}\\b`));
  await eventually('all is well again', async () => (await verdicts()).good === targets + 5, slowly);
  await eventually(
    'nothing is open',
    async () => (await box.watch.incidents()).incidents.length === 0,
    slowly,
  );
  assert.equal(letters().length, 2, JSON.stringify(letters(), null, 1));
});
