/** A process of its own for whoever floods the box, so that what is measured beside it is the box's doing. */

import type { WireIdentity } from '../../helpers/wire-agent.ts';
import { HostileMachine } from './hostile.ts';
import { type Doors, SlowConnections } from './slow.ts';

export type AttackTask = {
  doors: Doors;
  slow: number;
  addresses: number;
  identity: WireIdentity;
  localAddress: string;
};
/** What it did, told when it is asked to stop. */
export type Attacked = { opened: number; mostOpen: number; messages: number; connections: number };

const task = JSON.parse(process.argv[2]!) as AttackTask;
const slow = new SlowConnections(task.doors, task.addresses);
const { identity, localAddress } = task;
const hostile = new HostileMachine({ port: task.doors.door, identity, localAddress });
slow.hold(task.slow);
process.once('message', async () => {
  slow.stop();
  await hostile.stop();
  const { opened, mostOpen } = slow;
  const { messages, connections } = hostile;
  process.send!({ opened, mostOpen, messages, connections } satisfies Attacked);
  process.disconnect();
});
