import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openIdentity, renewIdentity } from '../../agent/identity.ts';
import { Token } from '../../agent/token.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { LinkedAgent } from '../helpers/linked-agent.ts';
import { WireBox } from '../helpers/wire-box.ts';

const secret = '0123456789abcdef'.repeat(2);

test('a token is shown to the trusted box, and removed once the machine is admitted', async (t) => {
  const file = join(temporaryFolder(t), 'token');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const [ours, stranger] = [await WireBox.start(), await WireBox.start({ admitted: 'all' })];
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const token = new Token({ file, log });
  const blind = await LinkedAgent.start({ box: `127.0.0.1:${stranger.port}`, token });
  const agent = await LinkedAgent.start({ box: `127.0.0.1:${ours.port}`, boxHash: ours.hash, token });
  t.after(async () => {
    for (const one of [blind, agent, ours, stranger]) await one.stop();
  });
  assert.equal((await stranger.session(0)).hello?.token, undefined, 'nobody here trusts that box');
  const session = await ours.session(0);
  assert.equal(session.hello?.token, secret);
  await agent.state('waiting');
  assert.ok(existsSync(file), 'it waits: the token may be needed again');
  session.admit();
  await eventually('it has served', () => !existsSync(file));
  assert.ok(![...lines, ...agent.lines].join().includes(secret), 'it is in no log');
});

test('a token that others can read, or that is none, is not used and not said', async (t) => {
  const file = join(temporaryFolder(t), 'token');
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const token = new Token({ file, log });
  assert.equal(await token.read(), undefined);
  writeFileSync(file, secret, { mode: 0o600 });
  assert.equal(await token.read(), secret);
  chmodSync(file, 0o644);
  assert.equal(await token.read(), undefined);
  chmodSync(file, 0o600);
  writeFileSync(file, `${secret}0`);
  assert.equal(await new Token({ file, log }).read(), undefined);
  assert.ok(lines.length > 0 && !lines.join().includes(secret));
});

test('a copied machine gets a key of its own', async (t) => {
  const folder = temporaryFolder(t);
  const before = await openIdentity(folder);
  await renewIdentity(folder);
  const after = await openIdentity(folder);
  assert.notEqual(after.hash, before.hash);
});
