import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
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
});
after(async () => {
  if (missing) return;
  for (const computer of computers) await computer.remove();
  await names.stop();
  await box.stop();
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

async function newComputer(name: string, dropped: readonly string[], domain?: string): Promise<Computer> {
  const host = await lan.addHost();
  await withFirewall(host, dropped);
  if (domain !== undefined) await lan.setResolver(host, { server: boxHost.address, search: domain });
  const computer = await Computer.create({ name, prefix: host.prefix });
  computers.push(computer);
  computer.start();
  return computer;
}

const rungOf = async (computer: Computer) => (await computer.status()).rung;

for (const { name, dropped, domain, rung } of [
  { name: 'multicast', dropped: [beacon, dns], domain: undefined, rung: 'mdns' },
  { name: 'dns', dropped: [mdns, beacon], domain: 'office.test', rung: 'dns-sd' },
  { name: 'name', dropped: [mdns, beacon], domain: 'house.test', rung: 'name' },
  { name: 'broadcast', dropped: [mdns, dns], domain: undefined, rung: 'beacon' },
  { name: 'scan', dropped: [mdns, dns, beacon], domain: undefined, rung: 'scan' },
]) {
  test(`finds the box by ${rung} where nothing else gets through`, { skip: missing }, async () => {
    const computer = await newComputer(name, dropped, domain);
    await waitingMachine(box, name);
    assert.equal(await rungOf(computer), rung);
  });
}

test('the doctor names the way that works, and says what the others lack', { skip: missing }, async () => {
  const computer = computers.find((one) => one.name === 'dns');
  const program = computer?.command('doctor', '--json');
  assert.equal(await program?.ended, 0);
  const { reached, steps } = JSON.parse(program?.said() ?? '') as {
    reached: boolean;
    steps: { rung: string; places: { host: string; open: boolean }[]; reasons: string[] }[];
  };
  assert.equal(reached, true);
  const found = steps.filter(({ places }) => places.length > 0).map(({ rung }) => rung);
  assert.deepEqual(found, ['dns-sd', 'scan']);
  const { places = [] } = steps.find(({ rung }) => rung === 'dns-sd') ?? {};
  assert.deepEqual(
    places.map(({ host, open }) => ({ host, open })),
    [{ host: boxHost.address, open: true }],
  );
  const name = steps.find(({ rung }) => rung === 'name');
  assert.match(name?.reasons.join() ?? '', /netmonitor/);
});

test('a box whose address changes is found again, without multicast, by the machine that trusts it', {
  skip: missing,
}, async (t) => {
  const computer = computers.find((one) => one.name === 'broadcast');
  assert.ok(computer !== undefined);
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
