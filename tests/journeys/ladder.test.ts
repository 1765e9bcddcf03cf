import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type RungName, rungs } from '../../agent/find/index.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Host, Lan } from '../helpers/lan.ts';
import { admitAtTheBox, Computer, waitingMachine } from '../helpers/machine.ts';
import { NameServer } from '../helpers/name-server.ts';

/** Each rung of the ladder alone: the firewall of the computer takes the others away. The box is at the usual port. */
const missing = (await Lan.missing()) || (await NameServer.missing()) || (await firewallMissing());
const run = promisify(execFile);
const mdns = 'udp dport 5353';
const beacon = 'udp dport 7411';
const dns = 'udp dport 53';
let lan: Lan;
let box: Appliance;
let boxHost: Host;
let names: NameServer;
const computers: Computer[] = [];

const alone = [
  { name: 'multicast', dropped: [beacon, dns], rung: 'mdns' },
  { name: 'dns', dropped: [mdns, beacon], domain: 'office.test', rung: 'dns-sd' },
  { name: 'name', dropped: [mdns, beacon], domain: 'house.test', rung: 'name' },
  { name: 'broadcast', dropped: [mdns, dns], rung: 'beacon' },
  { name: 'installed', dropped: [mdns, dns, beacon], seen: true, rung: 'installer' },
  { name: 'scan', dropped: [mdns, dns, beacon], rung: 'scan' },
] as const satisfies {
  name: string;
  dropped: readonly string[];
  domain?: string;
  seen?: true;
  rung: RungName;
}[];

before(async () => {
  if (missing) return;
  lan = await Lan.create();
  boxHost = await lan.addHost();
  box = await Appliance.start({
    daemons: ['store', 'ingest'],
    prefix: boxHost.prefix,
    announce: true,
    doorPort: 7411,
  });
  const { id } = await box.ingest.door();
  const instance = 'box._netmonitor._tcp.office.test';
  names = await NameServer.start(boxHost, [
    `--ptr-record=_netmonitor._tcp.office.test,${instance}`,
    `--srv-host=${instance},server-room.office.test,7411`,
    `--txt-record=${instance},v=1,id=${id}`,
    `--host-record=server-room.office.test,${boxHost.address}`,
    `--host-record=netmonitor.house.test,${boxHost.address}`,
  ]);
  // They look at the same time: each rung takes seconds before the next one has its turn.
  for (const one of alone) await startComputer(one);
});
after(async () => {
  if (missing) return;
  await Promise.all(computers.map((computer) => computer.remove()));
  await names?.stop();
  await box?.stop();
  await lan.remove();
});

async function firewallMissing(): Promise<string | false> {
  return promisify(execFile)('nft', ['--version']).then(
    () => false,
    () => 'the command nft is missing (Debian package nftables)',
  );
}

/** Both ways: the answer to another's question is heard by all. */
async function withFirewall(host: Host, dropped: readonly string[]): Promise<void> {
  const chain = (hook: string) => {
    const rules = [`type filter hook ${hook} priority 0`, ...dropped.map((rule) => `${rule} drop`)];
    return `chain ${hook} {\n${rules.join('\n')}\n}`;
  };
  const table = `table inet cut {\n${chain('output')}\n${chain('input')}\n}`;
  await run('ip', ['netns', 'exec', host.namespace, 'nft', table]);
}

async function startComputer({ name, dropped, ...one }: (typeof alone)[number]): Promise<void> {
  const host = await lan.addHost();
  await withFirewall(host, dropped);
  if ('domain' in one) await lan.setResolver(host, { server: boxHost.address, search: one.domain });
  const flags = 'seen' in one ? ['--box-seen', `${boxHost.address}:7411`] : [];
  const computer = await Computer.create({ name, flags, prefix: host.prefix });
  computers.push(computer);
  computer.start();
}

function called(name: string): Computer {
  const found = computers.find((computer) => computer.name === name);
  assert.ok(found !== undefined);
  return found;
}

for (const { name, rung } of alone) {
  test(`finds the box by ${rung} where nothing else gets through`, { skip: missing }, async () => {
    await waitingMachine(box, name);
    assert.equal((await called(name).status()).rung, rung);
  });
}

test('the doctor walks every rung, names the ways that work, and says what the others lack', {
  skip: missing,
}, async () => {
  const program = called('installed').command('doctor', '--json');
  assert.equal(await program.ended, 0);
  const { reached, steps } = JSON.parse(program.said()) as {
    reached: boolean;
    steps: {
      rung: string;
      taken: boolean;
      places: { host: string; port: number; key: string }[];
      why: string[];
      reasons: string[];
    }[];
  };
  assert.equal(reached, true);
  const ways = Object.fromEntries(steps.map((step) => [step.rung, step]));
  assert.deepEqual(Object.keys(ways), [...Object.keys(rungs)]);
  const { id } = await box.ingest.door();
  for (const rung of ['installer', 'scan'])
    assert.deepEqual(
      ways[rung]?.places.map(({ host, port, key }) => ({ host, port, key })),
      [{ host: boxHost.address, port: 7411, key: id }],
    );
  const others = steps.filter(({ places }) => places.length === 0);
  assert.deepEqual(
    others.map(({ rung, taken }) => [rung, taken]),
    [
      ['typed', false],
      ['door-file', false],
      ...['mdns', 'dns-sd', 'name', 'beacon'].map((rung) => [rung, true]),
    ],
  );
  for (const { rung, why } of others) assert.equal(why.length, 1, rung);
  assert.match(ways.mdns?.why.join() ?? '', /UDP 5353/);
  assert.match(ways.beacon?.why.join() ?? '', /UDP 7411/);
  assert.match(ways.name?.reasons.join() ?? '', /netmonitor/);
});

test('a box whose address changes is found again, without multicast, by the machine that trusts it', {
  skip: missing,
}, async (t) => {
  const computer = called('broadcast');
  const { machine } = await admitAtTheBox(box, 'broadcast');
  await computer.answer(
    await eventually('digits', async () => (await computer.status()).digits ?? false),
    true,
  );
  await eventually('samples arrive', async () => (await box.store.latest(machine)).length > 0);
  const moved = performance.now();
  await lan.moveHost(boxHost, '10.77.0.200');
  const place = await eventually('it sends to the new address', async () => {
    const { state, box: found } = await computer.status();
    return state === 'sending' && found?.address.startsWith('10.77.0.200') ? found.address : false;
  });
  t.diagnostic(`found again at ${place} after ${((performance.now() - moved) / 1000).toFixed(1)} s`);
  assert.equal((await box.store.machine(machine)).state, 'up');
});
