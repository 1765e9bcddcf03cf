/** What the wire keeps room for and nobody understands yet: orders, files. Both sides are asked. */
import assert from 'node:assert/strict';
import { encodeFrame } from '../../../appliance/protocol/frame.ts';
import { eventually } from '../../helpers/eventually.ts';
import { LinkedAgent } from '../../helpers/linked-agent.ts';
import { WireBox } from '../../helpers/wire-box.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const reserved = [11, 12, 13];
const body = Buffer.from(
  JSON.stringify({
    order: 'run',
    argv: ['/bin/sh', '-c', 'id'],
    name: '../../etc/passwd',
    target: '127.0.0.1:22',
  }),
);

/** A machine says all of it to the box: heard are only answers to what comes behind. */
async function askBox(scene: Scene): Promise<string | null> {
  const { agent } = await scene.admitted('ahead of its time');
  for (const type of reserved) agent.raw(encodeFrame(type, body));
  const before = agent.heard.length;
  agent.send('ping', { id: 1 });
  await agent.until('it is answered', () => agent.of('pong').length === 1 || agent.closed);
  const heard = agent.heard.slice(before).map(({ kind }) => kind);
  return heard.join() === 'pong' ? `the box passes over types ${reserved[0]} to ${reserved.at(-1)}` : null;
}

/** The box that a machine trusts says all of it to the machine. */
async function askMachine(): Promise<string | null> {
  const box = await WireBox.start({ admitted: 'all' });
  const machine = await LinkedAgent.start({ box: `127.0.0.1:${box.port}`, boxHash: box.hash });
  try {
    const session = await box.session(0);
    await machine.state('sending');
    const before = session.heard.length;
    for (const type of reserved) session.sendRaw(encodeFrame(type, body));
    session.send('ping', { id: 1 });
    await eventually('it answers', () => session.heard.includes('pong') || session.closed, { everyMs: 5 });
    const heard = session.heard.slice(before).filter((kind) => kind !== 'facts');
    const same = heard.join() === 'pong';
    return same ? `a machine passes over types ${reserved[0]} to ${reserved.at(-1)} of its own box` : null;
  } finally {
    await machine.stop();
    await box.stop();
  }
}

/** An attack that waits for its surface: once the wire understands one of these words it must be written. */
function unbuilt(
  o: Pick<Attack, 'threat' | 'about' | 'by'>,
  ask: (scene: Scene) => Promise<string | null>,
): Attack {
  const now = async () => assert.fail('the wire understands it now, and nobody attacks it yet');
  return {
    ...o,
    guard: { file: 'appliance/protocol/messages.ts', name: 'isReservedType' },
    missing: ask,
    control: now,
    attack: now,
  };
}

export const filesByWire = unbuilt(
  { threat: 16, about: 'names of files that lead elsewhere, from a machine', by: 'A3' },
  askBox,
);
export const ordersByWire = unbuilt(
  { threat: 19, about: 'commands in the parameters of an order, to a machine', by: 'A1' },
  askMachine,
);
export const staleOrders = unbuilt(
  { threat: 5, about: 'an old order, played back to a machine', by: 'A1' },
  askMachine,
);
export const stolenBoxOrders = unbuilt(
  { threat: 20, about: 'orders of a stolen box to all its machines', by: 'A4' },
  askMachine,
);
