import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { argumentsOf, showOnLinux } from '../../../agent/notice/linux.ts';
import type { Notice, Outside, RunOptions } from '../../../agent/notice/notice.ts';
import { showOnWindows } from '../../../agent/notice/windows.ts';
import { noticeWord } from '../../../agent/notice/words.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { repository } from '../../helpers/programs.ts';

const hostile = `--hint=x $(id) \`id\` "q" 'q' <b>b</b> &amp; \\n \\101 %s é`;
const shown = `--hint=x $(id) \`id\` "q" 'q' &lt;b&gt;b&lt;/b&gt; &amp;amp; \\\\n \\\\101 %s é`;

type Ran = { program: string; args: readonly string[]; options: RunOptions };

function aMachine(folder: string, uid: number): { outside: Outside; ran: Ran[] } {
  const ran: Ran[] = [];
  const outside: Outside = {
    ...{ runDir: folder, root: folder, uid },
    run: async (program, args, options) => void ran.push({ program, args, options }),
  };
  return { outside, ran };
}

function signedIn(folder: string, uid: number, o: { bus: boolean } = { bus: true }): void {
  mkdirSync(join(folder, 'run/user', `${uid}`), { recursive: true });
  if (o.bus) writeFileSync(join(folder, 'run/user', `${uid}`, 'bus'), '');
}

test('no word of a notice is an option, an escape or markup', () => {
  assert.deepEqual(argumentsOf({ title: '-t <i>', text: hostile }).slice(-3), ['--', '-t <i>', shown]);
});

test('an agent that runs as the person shows it in that session, root in those of people, and nobody in others', async (t) => {
  const folder = temporaryFolder(t);
  for (const uid of [0, 990, 1000, 1001]) signedIn(folder, uid);
  signedIn(folder, 1002, { bus: false });
  const notice: Notice = { title: 'T', text: 'x' };
  const own = aMachine(folder, 1001);
  await showOnLinux(notice, own.outside);
  assert.deepEqual(
    own.ran.map(({ options }) => [options.env.DBUS_SESSION_BUS_ADDRESS, options.uid]),
    [[`unix:path=${folder}/run/user/1001/bus`, undefined]],
  );
  const root = aMachine(folder, 0);
  await showOnLinux(notice, root.outside);
  const { gid } = statSync(join(folder, 'run/user/1000'));
  assert.deepEqual(root.ran.map(({ options }) => [options.uid, options.gid]).sort(), [
    [1000, gid],
    [1001, gid],
  ]);
});

test('an agent with a user of its own lays it down, and the script of the session shows it as it is', async (t) => {
  const folder = temporaryFolder(t);
  const { outside, ran } = aMachine(folder, 989);
  await showOnLinux({ title: '-t <i>', text: hostile }, outside);
  assert.deepEqual(ran, []);
  const file = join(folder, 'notice');
  assert.equal(statSync(file).mode & 0o777, 0o644);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const told = join(folder, 'told');
  writeFileSync(join(bin, 'notify-send'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${told}'\n`, { mode: 0o755 });
  const script = join(repository, 'agent/install/linux/show-notice');
  execFileSync('sh', [script, file], { env: { PATH: `${bin}:/usr/bin:/bin` } });
  assert.deepEqual(readFileSync(told, 'utf8').trimEnd().split('\n').slice(-3), ['--', '-t <i>', shown]);
  execFileSync('sh', [script, join(folder, 'none')], { env: { PATH: `${bin}:/usr/bin:/bin` } });
});

test('on Windows the words travel by the environment, and what is run is a file of ours', async (t) => {
  const { outside, ran } = aMachine(temporaryFolder(t), 0);
  await showOnWindows({ title: '-t', text: hostile }, outside);
  assert.deepEqual(ran[0]?.options.env, { NETMONITOR_TITLE: '-t', NETMONITOR_TEXT: hostile });
  assert.ok(!JSON.stringify(ran[0]?.args).includes('hint'));
  assert.match(readFileSync(ran[0]!.args.at(-1)!, 'utf8'), /CreateTextNode\(\$env:NETMONITOR_TEXT\)/);
});

test('both languages have their words, and a name of a box is no pattern', () => {
  assert.equal(noticeWord('message', '$& box', 'en_US.UTF-8'), 'Message from $& box');
  assert.equal(noticeWord('lost', '', 'fr_FR.UTF-8'), 'Le boîtier ne répond plus');
});
