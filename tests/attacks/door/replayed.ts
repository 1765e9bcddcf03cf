/** Plays back what a machine has said: the bytes as they were on the wire, and the ticks by a machine of its own. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { eventually } from '../../helpers/eventually.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { Between } from './between.ts';

/** Says what was recorded and waits until the door hangs up. */
function playBack(port: number, recorded: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined); // a reset is a refusal, too
    socket.on('close', () => resolve());
    socket.resume().write(Buffer.concat(recorded));
  });
}

async function lastOf({ box }: Scene, machine: number): Promise<number | undefined> {
  return (await box.store.latest(machine)).find(({ name }) => name === 'test.replayed')?.value;
}

export const replayed: Attack = {
  threat: 5,
  about: 'captured samples, played back',
  by: 'A1',
  guard: { file: 'appliance/store/samples/machine-samples.ts', name: 'this.seen.add(' },
  async control(scene) {
    const { agent, machine } = await scene.admitted('says it once');
    agent.dictionary(['test.replayed']);
    agent.tick(0, [1]);
    agent.tick(1, [2], 1_001);
    await agent.until('both are acknowledged', () => agent.acked().has(1));
    assert.equal(await lastOf(scene, machine), 2);
  },
  async attack(scene) {
    const { box } = scene;
    const between = await scene.prop('between', () => Between.start(box.ports.door));
    const { agent, identity, machine } = await scene.admitted('overheard', undefined, { port: between.port });
    agent.dictionary(['test.replayed']);
    for (let seq = 0; seq < 4; seq++) agent.tick(seq, [seq + 1], 1_000 + seq);
    await agent.until('they are acknowledged', () => agent.acked().has(3));
    const { refusedConnections } = await box.ingest.door();
    await playBack(box.ports.door, between.said[0]!);
    await eventually(
      'the door counts it',
      async () => (await box.ingest.door()).refusedConnections > refusedConnections,
    );
    agent.cut();
    const again = await scene.stranger({ name: 'overheard', run: agent.run }, { identity });
    assert.equal(again.welcome?.machine, machine);
    again.dictionary(['test.replayed']);
    for (let seq = 0; seq < 4; seq++) again.tick(seq, [666], 1_500 + seq);
    await again.until('they are acknowledged', () => again.acked(agent.run).has(3));
    assert.equal(await lastOf(scene, machine), 4);
    const nowMs = Date.now();
    const range = { fromMs: nowMs - 3_600_000, toMs: nowMs + 60_000, points: 10 };
    const { columns } = await box.store.range({ machine, names: ['test.replayed'], ...range });
    const most = Math.max(...(columns[0]?.max ?? []).map((value) => value ?? 0));
    assert.equal(most, 4, 'a tick that was known has changed');
    return 'TLS takes no old bytes; known ticks are acknowledged and change nothing';
  },
};
