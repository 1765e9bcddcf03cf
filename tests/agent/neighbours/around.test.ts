import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Neighbour, Neighbours } from '../../../appliance/protocol/neighbours.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Host, Lan } from '../../helpers/lan.ts';

const skip = await Lan.missing();
let lan: Lan;
const children: ChildProcess[] = [];

before(async () => {
  if (skip === false) lan = await Lan.create();
});
after(async () => {
  await Promise.all(
    children.map(async (child) => {
      child.stdin?.end();
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    }),
  );
  await lan?.remove();
});

function run(host: Host, program: string, ...args: string[]): { said: string[]; child: ChildProcess } {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const [command = '', ...prefix] = host.prefix;
  const child = spawn(command, [...prefix, process.execPath, path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const said: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines);
  });
  return { said, child };
}

test('a search finds who announces itself and who says nothing at all', { skip }, async () => {
  const [machine, printer, silent] = [await lan.addHost(), await lan.addHost(), await lan.addHost()];
  const ready = run(printer, 'printer.ts', printer.address);
  await eventually('the printer serves', () => ready.said.includes('ready'));
  const looker = run(machine, 'looker.ts', machine.address, printer.address, silent.address, '10.77.0.99');
  const found = new Map<string, Neighbour>();
  await eventually('the search is over', () => {
    const news = looker.said.map((line) => JSON.parse(line) as Neighbours);
    for (const { neighbours } of news) for (const one of neighbours) found.set(one.addresses[0]!, one);
    return news.some(({ searched }) => searched === 7);
  });
  assert.deepEqual([...found.keys()].sort(), [printer.address, silent.address]);
  const { mac, names, services } = found.get(printer.address)!;
  assert.match(mac ?? '', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  assert.deepEqual([names, services], [['hall-printer'], ['_ipp._tcp', 'upnp:Printer']]);
  assert.deepEqual([found.get(silent.address)?.names, found.get(silent.address)?.services], [[], []]);
});
