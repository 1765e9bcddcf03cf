/** An agent's outbox and link as a program of their own, in a hurry; each line that it says is a promise: on disk from here on. */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatedMachine } from './machine.ts';

const [folder = '', port = '0', hash = '', ticks = '0'] = process.argv.slice(2);
const machine = await SimulatedMachine.create({ folder, number: 0, agoMs: 86_400_000 });
await machine.begin();
const say = (what: unknown) => writeSync(1, `${JSON.stringify(what)}\n`);
let promised = '';

function promise(): void {
  const now = JSON.stringify(machine.outbox.onDisk);
  if (now !== promised) say({ kept: machine.outbox.onDisk });
  promised = now;
}

promise();
// Measuring while the box is away, and going on while it is back; for ever, unless a number is given.
const most = ticks === '0' ? Number.POSITIVE_INFINITY : Number(ticks);
if (hash !== '') await machine.reach({ port: Number(port), hash });
for (let done = 0; done < most; done += 4) {
  await machine.measure(4);
  promise();
  await sleep(3);
}
while (!machine.empty) {
  await sleep(50);
  promise();
}
say({ empty: true });
process.on('SIGTERM', () => void machine.end().then(() => process.exit(0)));
