/** Floods a LAN of network namespaces with mDNS, while the box must stay idle and a machine must find it. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Appliance } from '../../helpers/appliance.ts';
import { cpuSeconds } from '../../helpers/cpu.ts';
import { type Host, Lan } from '../../helpers/lan.ts';
import { Computer, waitingMachine } from '../../helpers/machine.ts';
import { type Program, startProgram } from '../../helpers/programs.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const seconds = 6;
const perSecond = 2_000;
/** Of one core, beyond what it takes at rest. */
const mostShare = 0.05;

/** A LAN with a box, somebody hostile, and a computer that looks for the box. */
async function network() {
  const lan = await Lan.create();
  try {
    const [boxHost, hostile, pc] = [await lan.addHost(), await lan.addHost(), await lan.addHost()];
    const box = await Appliance.start({
      daemons: ['store', 'ingest'],
      announce: true,
      prefix: boxHost.prefix,
    });
    const stop = async () => {
      await box.stop();
      await lan.remove();
    };
    return { lan, box, boxHost, hostile, pc, stop };
  } catch (error) {
    await lan.remove();
    throw error;
  }
}

const lanOf = (scene: Scene) => scene.prop('a LAN', network);

function sender(host: Host, ...args: (string | number)[]): Program {
  const main = 'tests/attacks/door/mdns-sender.ts';
  return startProgram({ main, args: args.map(String), prefix: host.prefix });
}

async function finds(box: Appliance, host: Host, name: string): Promise<void> {
  const computer = await Computer.create({ name, prefix: host.prefix });
  try {
    computer.start();
    await waitingMachine(box, name);
  } finally {
    await computer.remove();
  }
}

export const mdnsFlood: Attack = {
  threat: 2,
  about: 'thousands of broken, asking and lying mDNS packets a second',
  by: 'A1',
  guard: { file: 'appliance/ingest/mdns-socket.ts', name: '#questions.take' },
  heavy: true,
  missing: async () => (await Lan.missing()) || null,
  async control(scene) {
    const { box, pc } = await lanOf(scene);
    await finds(box, pc, 'found it in peace');
  },
  async attack(scene) {
    const { box, hostile, pc } = await lanOf(scene);
    const { name } = await box.ingest.door();
    const { pid } = box.program('ingest');
    const at = () => cpuSeconds(pid).own;
    const restFrom = at();
    await pause(2_000);
    const rest = (at() - restFrom) / 2;
    const from = at();
    const startedMs = performance.now();
    const flood = sender(hostile, 'flood', hostile.address, perSecond, seconds, name);
    await finds(box, pc, 'found it in the flood');
    await flood.ended;
    const tookS = (performance.now() - startedMs) / 1_000;
    const share = (at() - from) / tookS - rest;
    const sent = Number(/sent (\d+)/.exec(flood.said())?.[1] ?? 0);
    assert.ok(sent >= perSecond * seconds, flood.said());
    assert.equal((await box.ingest.door()).name, name, 'the box has changed its name');
    const percent = `${(share * 100).toFixed(1)} % of a core for ${Math.round(sent / tookS)} packets a second`;
    assert.ok(share <= mostShare, percent);
    return `${percent}; the box keeps its name and is found`;
  },
};

/** How many answers everybody hears when this source asks the box directly. */
async function answers(
  { boxHost, hostile }: Awaited<ReturnType<typeof network>>,
  source: string,
): Promise<number> {
  const asks = sender(hostile, 'ask', hostile.address, source, boxHost.address);
  await asks.ended;
  return Number(/answers (\d+)/.exec(asks.said())?.[1] ?? Number.NaN);
}

export const mdnsFromOutside: Attack = {
  threat: 2,
  about: 'mDNS questions from an address that is not of this network',
  by: 'A6',
  guard: { file: 'appliance/ingest/mdns-socket.ts', name: '#neighbours.check' },
  heavy: true,
  missing: async () => (await Lan.missing()) || null,
  async control(scene) {
    const lan = await lanOf(scene);
    const heard = await answers(lan, lan.hostile.address);
    assert.ok(heard >= 5, `${heard} answers to a neighbour`);
  },
  async attack(scene) {
    const lan = await lanOf(scene);
    const outside = '192.0.2.7';
    await lan.lan.addAddress(lan.hostile, outside);
    const heard = await answers(lan, outside);
    // The box may announce itself meanwhile.
    assert.ok(heard <= 2, `${heard} answers`);
    return `20 questions, ${heard} answers`;
  },
};
