// Tokens and the open house from the command line, against the real store and door.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Appliance } from '../../helpers/appliance.ts';
import { netmonitor } from '../../helpers/console-call.ts';
import { eventually } from '../../helpers/eventually.ts';
import { WireAgent } from '../../helpers/wire-agent.ts';

let box: Appliance;
before(async () => {
  box = await Appliance.start({ daemons: ['store', 'ingest'], flags: { store: ['--clock', 'trusted'] } });
});
after(() => box.stop());
const call = (...args: string[]) => netmonitor([...args, '--run', box.runDir]);

test('a token is made, shown once, used and revoked', async () => {
  // The door learns what time it is a moment after it answers; until then it makes none.
  const made = await eventually('a token', async () => {
    const tried = await call('token', 'create', '--uses', '2', '--label', 'room 12');
    return tried.code === 0 && tried;
  });
  const token = /^ +([0-9a-f]{32})$/m.exec(made.said)?.[1] ?? '';
  const agent = await WireAgent.greet({ port: box.ports.door }, { token });
  assert.equal(agent.welcome?.state, 'admitted');
  const listed = await call('token');
  assert.match(listed.said, /room 12 +1\/2/);
  assert.ok(!listed.said.includes(token));
  const { tokens } = JSON.parse((await call('token', 'list', '--json')).said);
  assert.equal((await call('token', 'revoke', tokens[0].id)).code, 0);
  assert.equal((await WireAgent.greet({ port: box.ports.door }, { token })).welcome?.state, 'waiting');
  assert.equal((await call('token', 'revoke', tokens[0].id)).code, 1);
  assert.equal((await call('token', 'sell')).code, 2);
});

test('admit --all opens the house and --stop closes it', async () => {
  assert.match((await call('admit', '--all')).said, /ten minutes/);
  assert.equal((await box.ingest.openHouse())?.by !== undefined, true);
  assert.equal((await call('admit', '--all')).code, 1);
  assert.equal((await call('admit', '--stop')).code, 0);
  assert.equal(await box.ingest.openHouse(), null);
});
