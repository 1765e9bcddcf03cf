/** Every attack is refused while others are served; and the judge of attacks can tell that one succeeds. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { repository } from '../helpers/programs.ts';
import { sayingMisuse } from '../misuse.ts';
import { type Attack, carryOut } from './attack.ts';
import { chosenOf } from './chosen.ts';
import { doorAttacks } from './door/index.ts';
import { attacks, inOrder } from './index.ts';
import { Scene } from './scene.ts';
import { webAttacks } from './web/index.ts';

let scene: Scene | undefined;
before(async () => {
  scene = await Scene.open();
});
after(async () => {
  await scene?.close();
});

const judged = (name: string, attack: Attack) => {
  assert.ok(scene, 'there is a box to attack');
  return carryOut(name, attack, scene);
};

for (const [name, attack] of inOrder.filter(([, one]) => one.heavy !== true)) {
  test(`refuses ${name}: ${attack.about}`, async () => {
    const { result, how } = await judged(name, attack);
    assert.notEqual(result, 'SUCCEEDED', how);
  });
}

test('each attack has a name of its own, and names a guard that is there', () => {
  const tables = [doorAttacks, webAttacks].flatMap((table) => Object.keys(table));
  assert.equal(Object.keys(attacks).length, tables.length);
  const gone = inOrder
    .filter(([, { guard }]) => !readFileSync(`${repository}/${guard.file}`, 'utf8').includes(guard.name))
    .map(([name]) => name);
  assert.deepEqual(gone, []);
});

const harmless: Attack = {
  ...{ threat: 0, about: 'nothing', by: 'A1', guard: { file: 'package.json', name: 'netmonitor' } },
  control: async () => undefined,
  attack: async () => 'nothing happened',
};

test('an attack that nothing stops, that leaves no entry, or whose control fails, is no refusal', async () => {
  const wrong = async () => {
    throw new Error('it worked');
  };
  const absent = async () => 'there is no such route';
  assert.equal((await judged('plain', harmless)).result, 'refused');
  assert.equal((await judged('through', { ...harmless, attack: wrong })).how, 'it worked');
  assert.equal((await judged('broken', { ...harmless, control: wrong })).result, 'SUCCEEDED');
  assert.equal((await judged('unbuilt', { ...harmless, missing: absent, attack: wrong })).result, 'absent');
});

test('attacks are chosen by name, and one that there is none of is said in words', async () => {
  const names = (...argv: string[]) => chosenOf(argv).chosen.map(([name]) => name);
  assert.deepEqual(names('replayed', '--only', 'rogue-box'), names('--only=rogue-box', '--only=replayed'));
  assert.equal(names('replayed').length, 1);
  assert.equal(names('--json').length, inOrder.length);
  const said: string[] = [];
  for (const wrong of [['replayed', 'nothing'], ['--only', 'nothing'], ['--nothing']]) {
    const choose = async () => chosenOf(wrong).chosen.length;
    assert.equal(await sayingMisuse('usage: …\n', choose, (text) => said.push(text)), 2);
  }
  assert.equal(said[0], 'usage: …\n\nThere is no attack "nothing".\n');
  assert.equal(said[1], said[0]);
  assert.match(said[2]!, /^usage: …\n\nUnknown option '--nothing'/);
});
