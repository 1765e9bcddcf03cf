// alerts and ack against the watch, in the process of the test.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../../../appliance/console/command.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createFakeTerminal } from '../../helpers/console-call.ts';
import { eventually } from '../../helpers/eventually.ts';
import { anne } from '../../helpers/incident-parts.ts';
import { closedPort, MailServer } from '../../helpers/mail-server.ts';
import { repository } from '../../helpers/programs.ts';
import { servedWatch } from '../../helpers/served-watch.ts';

async function consoleOverWatch(t: TestContext, o: Parameters<typeof servedWatch>[1] = {}) {
  const { folder, duty, mailroom, store } = await servedWatch(t, o);
  const call = async (args: string[], locale?: string) => {
    const terminal = createFakeTerminal([]);
    const code = await runCommand({
      environment: { argv: [...args, '--run', folder], journald: false, ...(locale ? { locale } : {}) },
      ...{ terminal, clone: repository, nowMs: systemClock.wallMs(), user: 'anne' },
      signal: new AbortController().signal,
    });
    return { code, said: terminal.said.join('\n') };
  };
  return { call, duty, mailroom, store };
}

test('alerts lists what is wrong, and ack takes note of it for a while', async (t) => {
  const { call, duty, store } = await consoleOverWatch(t);
  assert.deepEqual(await call(['alerts']), { code: 0, said: 'Nothing is wrong.' });
  await duty.library.changeRule('cpu', 'all', { options: { forMs: 0, clearMs: 0 } }, anne);
  const measure = async (value: number) => {
    await eventually('the past was read', async () => duty.isWarm);
    store.live(1, duty.time.wallMs() - 1, [{ name: 'system.cpu.utilization', value }]);
    await duty.settled();
  };
  await measure(0.97);
  assert.match((await call(['alerts'])).said, /1 {2}▲ medium +open +\d\d:\d\d +pc-1: CPU at 97 %/);
  assert.match((await call(['alerts'], 'fr_FR.UTF-8')).said, /moyenne +ouverte .*pc-1 : Processeur à 97 %/);
  const acked = await call(['ack', '1', 'a', 'render', 'job', '--for', '2h']);
  assert.equal(acked.said, 'Acknowledged: pc-1: CPU at 97 % (limit 90 %)');
  assert.match((await call(['alerts'])).said, /acknowledged .*\(anne: a render job\)/);
  const { untilMs } = duty.incidents.get(1)!.acknowledged!;
  assert.ok(Math.abs(untilMs! - systemClock.wallMs() - 7_200_000) < 60_000);
  assert.match((await call(['ack', '1', '--release'])).said, /^Open again/);
  await measure(0.1);
  assert.deepEqual(await call(['alerts']), { code: 0, said: 'Nothing is wrong.' });
  assert.match((await call(['alerts', '--all'])).said, /over/);
  assert.equal(JSON.parse((await call(['alerts', '--all', '--json'])).said).incidents.length, 1);
});

test('what another alert explains is counted there, and listed where somebody asks for it', async (t) => {
  const { call, duty, store } = await consoleOverWatch(t);
  for (const id of ['disk', 'disk-full'])
    await duty.library.changeRule(id, 'all', { options: { forMs: 0, clearMs: 0 } }, anne);
  await eventually('the past was read', async () => duty.isWarm);
  const name = 'system.filesystem.utilization:/';
  store.live(1, duty.time.wallMs() - 1, [{ name, value: 0.97 }]);
  await duty.settled();
  const [cause, explained] = duty.incidents.list().sort((a) => (a.rule === 'disk-full' ? -1 : 1));
  const { said } = await call(['alerts']);
  assert.equal(said.split('\n').length, 2, said);
  assert.match(said, new RegExp(`\\(explains 1: alerts --under ${cause?.id}\\)`));
  const under = await call(['alerts', '--under', String(cause?.id)]);
  assert.match(under.said, new RegExp(`^ *${explained?.id} .*explained by no\\. ${cause?.id}`, 'm'));
  assert.equal(JSON.parse((await call(['alerts', '--json'])).said).incidents.length, 2);
});

test('what cannot be acknowledged is said', async (t) => {
  const { call } = await consoleOverWatch(t);
  assert.equal((await call(['ack'])).code, 2);
  assert.equal((await call(['ack', 'cpu'])).code, 2);
  assert.equal((await call(['ack', '1', '--for', 'ever'])).code, 2);
  const missing = await call(['ack', '1']);
  assert.equal(missing.code, 1);
  assert.match(missing.said, /no incident 1 is open/);
  assert.match((await call(['ack', '1'], 'fr_FR.UTF-8')).said, /^aucun incident 1 n’est ouvert$/);
});

test('test-mail --find says how a server is spoken to, and what to choose', async (t) => {
  const server = await MailServer.open(t);
  const silent = await closedPort();
  const mailDoors = [
    { port: silent, secure: false },
    { port: server.port, secure: false },
  ];
  const mailQuestions = { announced: async () => ['localhost'], exchangers: async () => [] };
  const { call } = await consoleOverWatch(t, { mailDoors, mailQuestions });
  const { code, said } = await call(['test-mail', '--find', 'localhost']);
  assert.equal(code, 0);
  assert.match(said, new RegExp(`^port ${silent}: nothing \\(.*ECONNREFUSED`));
  assert.match(
    said,
    new RegExp(`\nport ${server.port}: starttls, certificate of localhost · nobody vouches`),
  );
  assert.match(
    said,
    new RegExp(`\nChoose: port ${server.port}, security starttls\nand trust .* ${server.fingerprint}$`),
  );
  const ofAddress = await call(['test-mail', '--find', 'anne@nowhere.invalid']);
  assert.equal(ofAddress.said, `Server: localhost\n${said}`);
  const refused = await call(['test-mail', '--find', 'a host']);
  assert.equal(refused.code, 1);
  assert.match(refused.said, /the name or address of a server/);
});

test('test-mail sends one, and shows what the server says', async (t) => {
  const { call, mailroom } = await consoleOverWatch(t);
  assert.equal((await call(['test-mail'])).code, 2);
  const server = await MailServer.open(t);
  const options = {
    ...{ host: 'localhost', port: server.port, security: 'starttls' },
    ...{ from: 'box@school.example', to: ['anne@school.example'] },
  };
  const channel = {
    ...{ kind: 'mail', name: 'Office', enabled: true, language: 'fr' as const, zone: 'UTC', digestAt: null },
    ...{ takes: { least: 'low' as const, groups: [] }, options },
  };
  const { id } = await mailroom.create(channel, anne);
  const refused = await call(['test-mail', 'Office'], 'fr_FR.UTF-8');
  assert.equal(refused.code, 1);
  assert.match(refused.said, /^Non envoyé par « Office » : le certificat n’inspire pas confiance/);
  assert.ok(refused.said.endsWith(`SHA-256 ${server.fingerprint}`));
  const trusting = { ...options, fingerprint: server.fingerprint };
  await mailroom.change(id, { ...channel, options: trusting }, anne);
  const sent = await call(['test-mail']);
  assert.equal(sent.code, 0);
  assert.match(sent.said, /^Sent through “Office”: 250 /);
  assert.match(server.arrived[0]?.raw ?? '', /Ce canal fonctionne/);
});
