import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { databaseAt, openOptions } from '../../appliance/store/database/database.ts';
import { aboutKeys } from '../../appliance/store/keys.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { type Program, startProgram } from '../helpers/programs.ts';

function start(t: TestContext, home: string, args: readonly string[] = []): Program {
  mkdirSync(home, { recursive: true });
  const run = temporaryFolder(t);
  const env = { NETMONITOR_HOME: home, NETMONITOR_RUN: run };
  const program = startProgram({ main: 'appliance/store/main.ts', args, env });
  t.after(() => program.end('SIGKILL'));
  return program;
}

const ready = (program: Program) => eventually('the store', () => program.said().includes('msg="ready"'));

/** The one line of a start that failed; everything else it says is information. */
function complaints(program: Program): string[] {
  return program
    .said()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('level=info'));
}

test('a second store on the same state folder says so in one line and exits with 78', async (t) => {
  const home = temporaryFolder(t);
  await ready(start(t, home));
  const before = readdirSync(join(home, 'state/store')).sort();
  const second = start(t, home, ['--lock-wait', '300ms']);
  assert.equal(await second.ended, 78);
  assert.equal(complaints(second).length, 1, second.said());
  assert.match(second.said(), /in use by another process/);
  assert.deepEqual(readdirSync(join(home, 'state/store')).sort(), before);
});

test('a damaged setting is put back from the copy, and the journal says so', async (t) => {
  const home = temporaryFolder(t);
  const first = start(t, home);
  await ready(first);
  assert.equal(await first.end(), 0);
  const database = databaseAt(join(home, 'state/store/db'));
  await database.open(openOptions);
  const before = await database.get(aboutKeys.nextMachine);
  await database.put(aboutKeys.nextMachine, Buffer.from('damaged'), { sync: true });
  await database.close();
  const second = start(t, home);
  await ready(second);
  assert.match(second.said(), /looked at the database/);
  assert.equal(await second.end(), 0);
  await database.open(openOptions);
  assert.deepEqual(await database.get(aboutKeys.nextMachine), before);
  await database.close();
});

test('a store in a home of 150 characters keeps what it was told over a restart', async (t) => {
  const home = join(temporaryFolder(t), 'x'.repeat(75), 'y'.repeat(75));
  const first = start(t, home);
  await ready(first);
  assert.equal(await first.end(), 0);
  const run = temporaryFolder(t);
  const second = startProgram({
    main: 'appliance/store/main.ts',
    env: { NETMONITOR_HOME: home, NETMONITOR_RUN: run },
  });
  t.after(() => second.end('SIGKILL'));
  await ready(second);
  const client = createStoreClient({ runDir: run, as: 'console' });
  t.after(() => client.close());
  assert.equal((await client.journal({ kind: 'store.started' })).length, 2);
  assert.match(readFileSync(join(home, 'state/store/created'), 'utf8'), /^netmonitor-store 2/);
});

test('an unknown key is refused with the nearest known one', async (t) => {
  const program = start(t, temporaryFolder(t), ['--comit-interval', '5s']);
  assert.equal(await program.ended, 78);
  assert.match(program.said(), /commit-interval/);
});
