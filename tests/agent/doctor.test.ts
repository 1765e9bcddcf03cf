import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { doctor } from '../../agent/doctor.ts';
import { wordsFor } from '../../agent/words.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { WireBox } from '../helpers/wire-box.ts';

/** The doctor of a machine whose agent does not run, at one address. */
async function ask(
  t: TestContext,
  box: string,
  o: { config?: string; json?: boolean; locale?: string; refused?: boolean } = {},
) {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'config'));
  writeFileSync(join(home, 'config', 'agent.toml'), o.config ?? '');
  const client = createLocalClient({ path: join(home, 'run', 'agent.sock') });
  t.after(() => client.close());
  if (o.refused === true)
    t.mock.method(client, 'get', () => Promise.reject(new Failure('FORBIDDEN', 'not yours')));
  const printed: string[] = [];
  const code = await doctor(
    {
      ...{ client, words: wordsFor(o.locale) },
      environment: { home, journald: false, argv: ['doctor'], ...(o.locale && { locale: o.locale }) },
      terminal: { print: (text) => void printed.push(text), ask: async () => undefined },
    },
    { json: o.json ?? false, forget: false, box },
  );
  return { code, said: printed.join('') };
}

test('the doctor looks at the key that a door shows, and says whether it is the trusted one', async (t) => {
  const ours = await WireBox.start();
  t.after(() => ours.stop());
  const address = `127.0.0.1:${ours.port}`;
  const stranger = await ask(t, address, { config: `box_hash = "${'ab'.repeat(32)}"\n` });
  assert.equal(stranger.code, 0);
  assert.match(stranger.said, new RegExp(`\\+ 127\\.0\\.0\\.1 ${ours.port}  key .*  not the trusted box`));
  const config = `box_hash = "${ours.hash.toUpperCase()}"\n`;
  // Whoever may not open the socket of the agent is told as much.
  const known = await ask(t, address, { config, json: true, refused: true });
  const { reached, steps } = JSON.parse(known.said) as {
    reached: boolean;
    steps: { rung: string; taken: boolean; places: { key: string; trusted: boolean }[] }[];
  };
  assert.equal(reached, true);
  assert.deepEqual(
    steps.map(({ rung, taken, places }) => [
      rung,
      taken,
      ...places.map(({ key, trusted }) => [key, trusted]),
    ]),
    [['typed', true, [ours.hash, true]]],
  );
  assert.ok(
    ours.sessions.every((session) => session.hello === undefined),
    'nothing is said to it',
  );
});

test('whoever listens there and is no box is no box, and a configuration that nothing starts with is named', async (t) => {
  // What is not read is never seen to end.
  const other = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('220 mail.example\r\n'),
  );
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const { code, said } = await ask(t, `127.0.0.1:${port}`, {
    config: 'intervall = "5s"\n',
    locale: 'fr_FR.UTF-8',
  });
  assert.equal(code, 1);
  assert.match(said, /^! .*intervall.*interval/m);
  assert.match(said, new RegExp(`^  ! 127\\.0\\.0\\.1 ${port}  `, 'm'));
  assert.match(said, /Aucune porte de boîtier n’y répond/);
});
