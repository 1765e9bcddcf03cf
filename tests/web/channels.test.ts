// Channels and deliveries over REST, in front of the real watch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MailServer } from '../helpers/mail-server.ts';
import { boxWithWatch } from '../helpers/served-watch.ts';
import { addPerson } from '../helpers/web-people.ts';

type Refused = { error: { path: string } };
type Tested = { delivered: boolean; words: string; fingerprint: string | null };

test('an admin makes a channel, hears what its server says, and nobody is told its password again', async (t) => {
  const { box, ask, admin } = await boxWithWatch(t);
  const server = await MailServer.open(t);
  const options = {
    ...{ host: 'localhost', port: server.port, security: 'starttls', username: 'box' },
    ...{ from: 'box@school.example', to: ['anne@school.example'] },
  };
  const channel = {
    ...{
      kind: 'mail',
      name: 'Office',
      enabled: true,
      language: 'fr',
      zone: 'Europe/Paris',
      digestAt: '08:00',
    },
    ...{ takes: { least: 'medium', groups: [] }, options },
  };
  const unfit = { ...channel, options: { ...options, to: ['anne'] }, secrets: { password: 'correct' } };
  const refused = await ask('POST', '/channels', unfit);
  assert.deepEqual([refused.status, (refused.json as Refused).error.path], [400, 'options.to[0]']);
  const made = await ask('POST', '/channels', { ...channel, secrets: { password: 'correct' } });
  assert.equal(made.status, 200, JSON.stringify(made.json));
  const { id, secrets } = made.json as { id: string; secrets: string[] };
  assert.deepEqual(secrets, ['password']);
  const tried = (await ask('POST', `/channels/${id}/test`)).json as Tested;
  assert.deepEqual([tried.delivered, tried.fingerprint], [false, server.fingerprint]);
  assert.match(tried.words, /certificate/);
  const trusting = { ...channel, options: { ...options, fingerprint: server.fingerprint } };
  const between = await ask('PUT', `/channels/${id}`, { ...trusting, secrets: undefined });
  assert.deepEqual([between.status, (between.json as Refused).error.path], [400, 'secrets.password']);
  assert.equal(
    (await ask('PUT', `/channels/${id}`, { ...trusting, secrets: { password: 'correct' } })).status,
    200,
  );
  const tested = (await ask('POST', `/channels/${id}/test`)).json as Tested;
  assert.deepEqual([tested.delivered, server.arrived[0]?.user], [true, 'box']);
  const elsewhere = { ...trusting, secrets: undefined, options: { ...trusting.options, host: '127.0.0.1' } };
  const stolen = await ask('PUT', `/channels/${id}`, elsewhere);
  assert.deepEqual([stolen.status, (stolen.json as Refused).error.path], [400, 'secrets.password']);
  const listed = await ask('GET', '/channels');
  assert.ok(!JSON.stringify(listed.json).includes('correct'));
  const operator = await addPerson(box, admin, 'Olga', 'operator');
  assert.equal((await ask('GET', '/channels', undefined, operator)).status, 403);
  assert.equal((await ask('POST', `/channels/${id}/test`, {}, operator)).status, 403);
  assert.deepEqual((await ask('GET', '/deliveries?limit=5', undefined, operator)).json, { deliveries: [] });
  assert.equal((await ask('DELETE', `/channels/${id}`)).status, 204);
});
