/** The line that /get shows, typed on another computer: installed, admitted without digits, measured, and removed again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { shownNode, smallPackages } from '../helpers/agent-packages.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Host, Lan } from '../helpers/lan.ts';
import { tester } from '../helpers/machine.ts';
import { Sandbox } from '../helpers/sandbox.ts';

const missing = (await Lan.missing()) || (await Sandbox.missing());
let lan: Lan;
let box: Appliance;
let here: Host;
let folder: string;

before(async () => {
  if (missing) return;
  folder = await mkdtemp(join(tmpdir(), 'nm-packages-'));
  await smallPackages(folder);
  lan = await Lan.create();
  const { prefix } = await lan.addHost();
  box = await Appliance.start({
    ...{ daemons: ['store', 'ingest', 'web'], prefix, announce: true, packagesDir: folder },
    flags: { store: ['--clock', 'trusted'] },
  });
  here = await lan.addHost();
});
after(async () => {
  if (missing) return;
  await box.stop();
  await lan.remove();
  await rm(folder, { recursive: true, force: true });
});

const newComputer = () =>
  Sandbox.create({ network: here.namespace, shown: { [process.execPath]: shownNode } });

/** The line for Linux as a person copies it from the page, without the sudo that root does not need. */
async function lineOf(computer: Sandbox): Promise<string> {
  const url = `https://10.77.0.1:${box.ports.https}/get`;
  const page = await computer.shell(`curl -fsSk -A 'Mozilla/5.0 (X11; Linux x86_64)' ${url}`);
  assert.equal(page.code, 0, page.err);
  const [, line = ''] = /<code>(curl [^<]+)<\/code>/.exec(page.out) ?? [];
  return line.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replace('| sudo sh', '| sh');
}

/** As the unit starts it: the user of the package, and a folder for the socket. */
async function startAgent(computer: Sandbox) {
  await computer.shell(
    'mkdir -p /run/netmonitor-agent && chown netmonitor-agent:netmonitor-agent /run/netmonitor-agent',
  );
  const user = ['setpriv', '--reuid=netmonitor-agent', '--regid=netmonitor-agent', '--clear-groups'];
  const [command = '', ...args] = [...computer.prefix, ...user, '/usr/lib/netmonitor/agent/run'];
  const child = spawn(command, args, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    end(): Promise<unknown> {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** What a package manager notes about itself. */
const notes =
  /^\/var\/(lib\/dpkg|log|cache)\/|^\/etc\/((passwd|group|shadow|gshadow|subuid|subgid)-|\.pwd\.lock)$/;
const left = async (computer: Sandbox) => (await computer.changes()).filter((path) => !notes.test(path));

for (const [kind, option] of [
  ['the Debian package', ''],
  ['the archive for other systems', ' --package=tar'],
] as const)
  test(`the line of /get brings ${kind}, the machine is admitted without digits, and leaves nothing behind`, {
    skip: missing,
  }, async (t) => {
    const name = kind === 'the Debian package' ? 'till' : 'kiosk';
    const computer = await newComputer();
    t.after(() => computer.remove());
    const { token } = await box.ingest.createToken({ uses: 1, hours: 1, label: name }, tester);
    const line = await lineOf(computer);
    const installed = await computer.shell(`${line} --token=${token} --name=${name} --interval=1s${option}`);
    assert.equal(installed.code, 0, `${installed.out}\n${installed.err}`);
    const config = await computer.read('/etc/netmonitor/agent.toml');
    assert.match(config, new RegExp(`^box_hash = "${(await box.ingest.door()).id}"$`, 'm'));

    const agent = await startAgent(computer);
    t.after(() => agent.end());
    const machine = await eventually('the machine is admitted and measured', async () => {
      const found = (await box.store.machines()).find((one) => one.name === name);
      return found?.state === 'up' && (await box.store.latest(found.machine)).length > 0 && found;
    });
    assert.equal(machine.local, false);
    const status = await computer.shell('netmonitor-agent status --json');
    assert.equal((JSON.parse(status.out) as { state: string }).state, 'sending', status.err);
    await agent.end();

    const kept = await computer.shell('netmonitor-agent uninstall --keep --yes');
    assert.equal(kept.code, 0, kept.err);
    const rest = await left(computer);
    assert.ok(rest.includes('/var/lib/netmonitor/agent/identity.pem'), rest.join('\n'));
    assert.ok(!rest.some((path) => /^\/usr\//.test(path)), rest.join('\n'));

    const again = await computer.shell(`${line}${option}`);
    assert.equal(again.code, 0, again.err);
    const removed = await computer.shell('netmonitor-agent uninstall --yes');
    assert.equal(removed.code, 0, removed.err);
    assert.deepEqual(await left(computer), []);
  });

test('a page with another key gets nothing to run, also with --insecure', { skip: missing }, async (t) => {
  const computer = await newComputer();
  t.after(() => computer.remove());
  const line = await lineOf(computer);
  const wrong = line.replace(/sha256\/\/[^']+/, `sha256//${Buffer.alloc(32, 7).toString('base64')}`);
  const [fetch = ''] = wrong.split(' | ');
  const answer = await computer.shell(fetch);
  assert.deepEqual([answer.code, answer.out], [90, ''], answer.err);
  await computer.shell(wrong);
  assert.deepEqual(await left(computer), []);
});
