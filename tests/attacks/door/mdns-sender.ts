/**
 * A program for a host of the test's LAN. `flood OWN PER_SECOND SECONDS NAME`: sends mDNS packets to everybody, some broken,
 * some asking, some posing as the box of this name, and says how many. `ask OWN SOURCE BOX`: asks the box twenty times from
 * this source, listens at its own address, and says how many answers everybody heard.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';

const group = '224.0.0.251';
const port = 5353;
const questions = 20;

const label = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const domain = (...labels: string[]) => Buffer.concat([...labels.map(label), Buffer.from([0])]);
const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const service = domain('_netmonitor', '_tcp', 'local');
const query = Buffer.concat([u16(0, 0, 1, 0, 0, 0), service, u16(12, 1)]);

function posingAs(name: string): Buffer {
  const instance = domain(name, '_netmonitor', '_tcp', 'local');
  const target = domain('rogue', 'local');
  const pointer = [service, u16(12, 1, 0, 120, instance.length), instance];
  const where = [instance, u16(33, 0x8001, 0, 120, 6 + target.length), u16(0, 0, 9), target];
  return Buffer.concat([u16(0, 0x8400, 0, 2, 0, 0), ...pointer, ...where]);
}

function kindsOf(name: string): ((at: number) => Buffer)[] {
  const posing = posingAs(name);
  const loop = Buffer.concat([u16(0, 0, 1, 0, 0, 0), Buffer.from([0xc0, 12]), u16(12, 1)]);
  const broken = (at: number) => Buffer.from(query).fill(at & 255, 4 + (at % 20), 6 + (at % 20));
  return [() => query, () => posing, () => loop, broken];
}

async function open(address: string, from: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve) => socket.bind(from, address, resolve));
  return socket;
}

const send = (socket: Socket, packet: Uint8Array, to: string) =>
  new Promise<void>((resolve) => socket.send(packet, port, to, () => resolve()));

async function flood(own: string, perSecond: number, seconds: number, name: string): Promise<string> {
  const socket = await open(own, port);
  socket.setMulticastInterface(own);
  const kinds = kindsOf(name);
  const startedMs = performance.now();
  const total = perSecond * seconds;
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, ((performance.now() - startedMs) / 1_000) * perSecond);
    const packets: Promise<void>[] = [];
    for (; sent < due; sent++) packets.push(send(socket, kinds[sent % kinds.length]!(sent), group));
    await Promise.all(packets);
    await pause(5);
  }
  socket.close();
  return `sent ${sent}`;
}

async function ask(own: string, source: string, box: string): Promise<string> {
  const listener = await open('0.0.0.0', port);
  listener.addMembership(group, own);
  let answers = 0;
  listener.on('message', (message, from) => {
    if (from.address === box && (message[2] ?? 0) >= 0x80) answers += 1;
  });
  const asking = await open(source, 0);
  for (let at = 0; at < questions; at++) {
    await send(asking, query, box);
    await pause(100);
  }
  await pause(1_000);
  asking.close();
  listener.close();
  return `asked ${questions} answers ${answers}`;
}

const [what, own = '', second = '', third = '', name = ''] = process.argv.slice(2);
const said =
  what === 'flood' ? await flood(own, Number(second), Number(third), name) : await ask(own, second, third);
process.stdout.write(`${said}\n`);
