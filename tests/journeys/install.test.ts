/** The line that /get shows, typed on another computer: installed, admitted without digits, measured, and removed again. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { shownNode, smallPackages } from '../helpers/agent-packages.ts';
import { Appliance } from '../helpers/appliance.ts';
import { leftBehind, lineOf, measured, startInstalled, tokenOf } from '../helpers/installed-machine.ts';
import { type Host, Lan } from '../helpers/lan.ts';
import { Sandbox } from '../helpers/sandbox.ts';

const missing = (await Lan.missing()) || (await Sandbox.missing());
let lan: Lan;
let box: Appliance;
let page: string;
let address: string;
let here: Host;
let folder: string;

before(async () => {
  if (missing) return;
  folder = await mkdtemp(join(tmpdir(), 'nm-packages-'));
  await smallPackages(folder);
  lan = await Lan.create();
  const boxHost = await lan.addHost();
  address = boxHost.address;
  box = await Appliance.start({
    ...{ daemons: ['store', 'ingest', 'web'], prefix: boxHost.prefix, announce: true, packagesDir: folder },
    flags: { store: ['--clock', 'trusted'] },
  });
  page = `https://${address}:${box.ports.https}/get`;
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

const kinds = [
  { kind: 'the Debian package', name: 'till', option: '' },
  { kind: 'the archive for other systems', name: 'kiosk', option: ' --package=tar' },
];
for (const { kind, name, option } of kinds)
  test(`the line of /get brings ${kind}, the machine is admitted without digits, and leaves nothing behind`, {
    skip: missing,
  }, async (t) => {
    const computer = await newComputer();
    t.after(() => computer.remove());
    const token = await tokenOf(box, name);
    const line = await lineOf(computer, page);
    // As the page writes it beside a new token.
    const piped = `{ echo netmonitor_token=${token}; ${line.replace(' | ', '; } | ')}`;
    const installed = await computer.shell(`${piped} --name=${name} --interval=1s${option}`);
    assert.equal(installed.code, 0, `${installed.out}\n${installed.err}`);
    const config = await computer.read('/etc/netmonitor/agent.toml');
    assert.match(config, new RegExp(`^box_hash = "${(await box.ingest.door()).id}"$`, 'm'));
    assert.match(config, new RegExp(`^box_seen = "${address}:${box.ports.door}"$`, 'm'));

    const agent = await startInstalled(computer);
    t.after(() => agent.end());
    await measured(computer, box, name);
    await agent.end();

    const old = '/usr/lib/netmonitor/agent/part-OLD.mjs';
    if (option !== '') {
      await computer.shell(`touch ${old} && echo ${old.slice(1)} >>/usr/lib/netmonitor/agent/files`);
      assert.equal((await computer.shell(`${line}${option}`)).code, 0);
      await assert.rejects(computer.read(old), { code: 'ENOENT' }, 'a piece of an earlier version is gone');
    }

    const kept = await computer.shell('netmonitor-agent uninstall --keep --yes');
    assert.equal(kept.code, 0, kept.err);
    const rest = await leftBehind(computer);
    assert.ok(rest.includes('/var/lib/netmonitor/agent/identity.pem'), rest.join('\n'));
    assert.ok(!rest.some((path) => /^\/usr\//.test(path)), rest.join('\n'));

    const again = await computer.shell(`${line}${option}`);
    assert.equal(again.code, 0, again.err);
    const removed = await computer.shell('netmonitor-agent uninstall --yes');
    assert.equal(removed.code, 0, removed.err);
    assert.deepEqual(await leftBehind(computer), []);
  });

test('a page with another key gets nothing to run, also with --insecure', { skip: missing }, async (t) => {
  const computer = await newComputer();
  t.after(() => computer.remove());
  const line = await lineOf(computer, page);
  const wrong = line.replace(/sha256\/\/[^']+/, `sha256//${Buffer.alloc(32, 7).toString('base64')}`);
  const [fetch = ''] = wrong.split(' | ');
  const answer = await computer.shell(fetch);
  assert.deepEqual([answer.code, answer.out], [90, ''], answer.err);
  await computer.shell(wrong);
  assert.deepEqual(await leftBehind(computer), []);
});

test('where neither Node runs nothing of it stays', { skip: missing }, async (t) => {
  const computer = await Sandbox.create({ network: here.namespace });
  t.after(() => computer.remove());
  const line = await lineOf(computer, page);
  const old = "mkdir /tmp/old && printf '#!/bin/sh\\nexit 1\\n' >/tmp/old/node && chmod +x /tmp/old/node";
  const tried = await computer.shell(`${old} && export PATH=/tmp/old:$PATH && ${line} --package=tar`);
  assert.equal(tried.code, 1, tried.out);
  assert.match(tried.err, /Install Node 24 or newer/);
  await computer.shell('rm -r /tmp/old');
  assert.deepEqual(await leftBehind(computer), []);
});

test('what stopped halfway can be removed, and dpkg knows of it', { skip: missing }, async (t) => {
  const computer = await newComputer();
  t.after(() => computer.remove());
  const line = await lineOf(computer, page);
  const tried = await computer.shell(`${line} --interval=soon`);
  assert.notEqual(tried.code, 0);
  assert.match(tried.err, /interval must be/);
  const removed = await computer.shell('netmonitor-agent uninstall --yes');
  assert.equal(removed.code, 0, removed.err);
  assert.notEqual((await computer.shell('dpkg -s netmonitor-agent')).code, 0);
  assert.deepEqual(await leftBehind(computer), []);
});
