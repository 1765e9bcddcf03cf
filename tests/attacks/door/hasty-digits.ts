/** Has digits drawn over and over for a machine, at the box itself, and tries to admit it with guessed ones. */
import assert from 'node:assert/strict';
import { tester } from '../../helpers/machine.ts';
import type { Attack } from '../attack.ts';

export const hastyDigits: Attack = {
  threat: 4,
  about: 'admission with guessed digits, and digits drawn without end',
  by: 'A1',
  guard: { file: 'appliance/ingest/waiting-room.ts', name: '#draws.take' },
  async control(scene) {
    const agent = await scene.stranger({ name: 'patient' });
    await scene.box.ingest.select(agent.identity.id, tester);
    await agent.until('the machine has digits', () => agent.digits !== null);
    await scene.box.ingest.deselect();
  },
  async attack(scene) {
    const { ingest } = scene.box;
    const agent = await scene.stranger({ name: 'hasty' });
    const { id } = agent.identity;
    await assert.rejects(ingest.admit(id, '000000', tester), { code: 'CONFLICT' }, 'before any draw');
    let draws = 0;
    const drawOnce = async (): Promise<boolean> => {
      try {
        const { digits } = await ingest.select(id, tester);
        draws += 1;
        const wrong = String((Number(digits) + 1) % 1_000_000).padStart(6, '0');
        await assert.rejects(ingest.admit(id, wrong, tester), { code: 'CONFLICT' }, 'wrong digits');
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === 'TOO_MANY') return false;
        throw error;
      }
    };
    while (draws < 20 && (await drawOnce()));
    assert.ok(draws <= 6, `${draws} draws in a row`);
    await ingest.deselect();
    return `CONFLICT for wrong digits, TOO_MANY after ${draws} more draws`;
  },
};
