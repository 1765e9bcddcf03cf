/** Leads a machine that knows its box to another one, which poses as it. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../helpers/eventually.ts';
import { Computer } from '../../helpers/machine.ts';
import { WireBox } from '../../helpers/wire-box.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { Between } from './between.ts';

const name = 'led-astray';

/** A real agent that was installed with the key of this box, and that reaches it by way of somebody. */
async function installed({ box, token }: Scene) {
  const between = await Between.start(box.ports.door);
  const { id } = await box.ingest.door();
  const computer = await Computer.create({
    name,
    flags: ['--box', `127.0.0.1:${between.port}`, '--box-hash', id, '--no-discover'],
  });
  const stateDir = join(computer.home, 'state/agent');
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  await writeFile(join(stateDir, 'token'), token, { mode: 0o600 });
  computer.start();
  const stop = async () => {
    await computer.remove();
    await between.stop();
  };
  return { between, computer, stop };
}

const lastSampleMs = async ({ box }: Scene) =>
  (await box.store.machines()).find((machine) => machine.name === name)?.lastSampleMs ?? 0;

async function goesOn(scene: Scene): Promise<void> {
  const before = await lastSampleMs(scene);
  await eventually('its samples come in', async () => (await lastSampleMs(scene)) > before);
}

export const rogueBox: Attack = {
  threat: 1,
  about: 'another box in the place of the one that a machine knows',
  by: 'A1',
  guard: { file: 'agent/link.ts', name: 'pin.hash === connection.peerHash' },
  async control(scene) {
    await scene.prop(name, () => installed(scene));
    await goesOn(scene);
  },
  async attack(scene) {
    const { between, computer } = await scene.prop(name, () => installed(scene));
    const rogue = await WireBox.start({ admitted: 'all', acknowledge: true });
    try {
      between.leadTo(rogue.port);
      const over = () => rogue.sessions.some(({ hello }) => hello !== undefined);
      const warned = () => /another key than the trusted one/.test(computer.program.said());
      await eventually(
        'the machine meets the other box',
        () => rogue.connections > 0 && (warned() || over()),
      );
      for (const { bytes } of rogue.sessions) assert.equal(bytes, 0, 'the other box was told something');
      assert.ok(warned(), 'the machine says nothing');
      between.leadTo(scene.box.ports.door);
      await goesOn(scene);
      return `0 bytes to the other box in ${rogue.connections} connections, warned, back at the box by itself`;
    } finally {
      await rogue.stop();
    }
  },
};
