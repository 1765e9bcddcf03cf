/** The scripts of the packages, as far as they can be looked at without installing anything. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { macosTree } from '../../image/agents/macos.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { repository } from '../helpers/programs.ts';

const folder = join(repository, 'agent/install');
const scripts = globSync('**/*', { cwd: folder, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => /^#!\/(bin\/sh|sbin\/openrc-run)\n/.test(readFileSync(path, 'utf8')));

test('every script is one that a plain shell understands', () => {
  assert.ok(scripts.length >= 9, scripts.join('\n'));
  for (const script of scripts) {
    const { status, stderr } = spawnSync('sh', ['-n', script]);
    assert.equal(status, 0, `${script}: ${stderr}`);
  }
});

test('a script that comes only in part runs nothing', () => {
  const text = readFileSync(join(folder, 'get/install.sh'), 'utf8');
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.at(-1), 'main "$@"');
  for (let end = 10; end < lines.length; end += 7) {
    const { stdout, stderr } = spawnSync('sh', ['-s', '--'], { input: lines.slice(0, end).join('\n') });
    assert.doesNotMatch(`${stdout}${stderr}`, /Fetching|root|Téléch/, `after ${end} lines`);
  }
});

test('whoever is not root is told so, and what the box has no package for', () => {
  const text = readFileSync(join(folder, 'get/install.sh'), 'utf8').replace('@PACKAGES@', '');
  const told = (id: number, language: string) =>
    spawnSync('sh', ['-s'], {
      // A shell function stands before the program of the same name.
      input: `id() { echo ${id}; }\n${text}`,
      env: { PATH: '/usr/bin:/bin', LANG: language },
    }).stderr.toString();
  assert.match(told(1000, 'C'), /sudo/);
  assert.match(told(1000, 'fr_FR.UTF-8'), /Il faut être root/);
  assert.match(told(0, 'C'), /The box has no agent for this system: Linux/);
});

const uname = 'if [ "$1" = -s ]; then echo Linux; else echo x86_64; fi';

test('help is no installation, and a slip of the keyboard is told before one', () => {
  const text = readFileSync(join(folder, 'get/install.sh'), 'utf8');
  const said = (...options: string[]) =>
    spawnSync('sh', ['-s', '--', ...options], { input: text, encoding: 'utf8' });
  assert.deepEqual([said('--help').status, said('--help').stderr], [0, '']);
  assert.match(said('--help').stdout, /--box-hash=HEX/);
  for (const slip of ['--boxhash=ab', '--name', 'till'])
    assert.match(said('--box=10.0.0.1', slip).stderr, new RegExp(`(There is no|pas d’) ?option ${slip}`));
  const PATH = '/usr/bin:/bin';
  for (const system of ['linux', 'macos']) {
    const script = readFileSync(join(folder, system, 'install.sh'), 'utf8');
    const wanted = script.split('\n')[2]?.replace(/^# +/, '') ?? '?';
    const { stdout } = spawnSync('sh', [join(folder, system, 'install.sh'), '--help'], { env: { PATH } });
    assert.ok(stdout.toString().includes(wanted), system);
  }
});

test('the package is the one for the programs of this system, as dpkg tells where it manages them', (t) => {
  const lines = ['deb', 'tar.xz'].map((kind) => `linux x64 ${kind} agent.${kind} 00`).join('\n');
  const text = readFileSync(join(folder, 'get/install.sh'), 'utf8')
    .replace('@PACKAGES@', lines)
    .replace('\nmain "$@"\n', '\nfetch() { echo "$1"; exit 0; }\n$&');
  const managing = (arch: string) => `if [ "$1" = --print-architecture ]; then echo ${arch}; fi`;
  for (const [dpkg, told] of [
    [managing('amd64'), /^agent\.deb$/m],
    // A Fedora or an Alpine on which somebody wanted to look into a .deb.
    ['if [ "$1" = --print-architecture ]; then echo amd64; else exit 1; fi', /^agent\.tar\.xz$/m],
    [managing('i386'), /no agent for this system: Linux i386/],
  ] as const) {
    const PATH = pathWith(t, { id: 'echo 0', dpkg, uname });
    const { stdout, stderr } = spawnSync('sh', ['-s'], { input: text, env: { PATH } });
    assert.match(`${stdout}${stderr}`, told);
  }
});

test('a token in front of the script, or behind its line, is handed on in a file that only root reads', (t) => {
  const text = readFileSync(join(folder, 'get/install.sh'), 'utf8')
    .replace('@PACKAGES@', `linux x64 tar.xz agent.tar.xz ${'0'.repeat(64)}`)
    // Everything but the package, which is not there.
    .replace(
      '\nmain "$@"\n',
      '\nfetch() { :; }\ninstall_archive() { shift; echo "$@"; ls -l "$work/token"; cat "$work/token"; }\n$&',
    );
  const PATH = pathWith(t, {
    id: 'echo 0',
    uname: 'if [ "$1" = -s ]; then echo Linux; else echo x86_64; fi',
  });
  for (const [before, options] of [
    ['netmonitor_token=feed', []],
    ['', ['--token=feed']],
  ] as const) {
    const args = ['-s', '--', ...options, '--package=tar', '--name=till one'];
    const { stdout, stderr } = spawnSync('sh', args, { input: `${before}\n${text}`, env: { PATH } });
    const [handed = '', listed = '', token] = stdout.toString().split('\n').slice(1);
    assert.match(
      handed,
      /^--set=box_seen=@SEEN@ --name=till one --token-file=\/\S+\/token$/,
      stderr.toString(),
    );
    assert.match(listed, /^-rw-------/);
    assert.equal(token, 'feed');
  }
});

/** A PATH on which these programs stand before those of the system. */
function pathWith(t: TestContext, programs: Record<string, string>): string {
  const tools = temporaryFolder(t);
  for (const [name, text] of Object.entries(programs))
    writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return `${tools}:/usr/bin:/bin`;
}

test('whoever is not root changes nothing of an installation, and is told why', (t) => {
  const PATH = pathWith(t, { id: 'echo 1000' });
  for (const system of ['linux', 'macos'])
    for (const verb of ['user', 'start', 'restart', 'stop', 'uninstall']) {
      const script = join(folder, system, 'service');
      const { status, stderr } = spawnSync('sh', [script, verb], { env: { PATH, LANG: 'C' } });
      assert.deepEqual([status, stderr.toString()], [77, 'This needs root: put sudo before it.\n'], verb);
    }
});

test('launchd is given the agent again when the one before has ended', (t) => {
  const state = join(temporaryFolder(t), 'ending');
  writeFileSync(state, '2');
  const PATH = pathWith(t, {
    id: 'echo 0',
    // Each second of waiting brings the end nearer.
    sleep: `read -r left <'${state}'; echo $((left - 1)) >'${state}'`,
    launchctl: `read -r left <'${state}'
case "$1 $2" in
print*) [ "$left" -gt 0 ] ;;
bootout*) exit 36 ;;
bootstrap*) if [ "$left" -gt 0 ]; then exit 5; fi; echo "$@" ;;
esac`,
    // Who has the screen.
    stat: 'echo 501',
  });
  const { status, stdout } = spawnSync('sh', [join(folder, 'macos/service'), 'start'], { env: { PATH } });
  const plist = '/Library/LaunchDaemons/net.netmonitor.agent.plist';
  const notice = '/Library/LaunchAgents/net.netmonitor.notice.plist';
  const [service, session] = [`bootstrap system ${plist}\n`, `bootstrap gui/501 ${notice}\n`];
  assert.deepEqual([status, stdout.toString()], [0, `${service}${session}`]);
});

test('on a Mac nothing stays of an installation, nor of its user and group', async (t) => {
  t.diagnostic('not run on the platform');
  const home = temporaryFolder(t);
  const there = (text: string) =>
    text
      .replaceAll('/usr/local', join(home, 'usr/local'))
      .replaceAll("'/Library/", `'${home}/Library/`)
      .replaceAll(/(?<=[= ]|")\/Library\//g, `${home}/Library/`);
  const source = async (path: string) => readFileSync(join(repository, path), 'utf8');
  const script = Buffer.from('#!/bin/sh\necho "$NETMONITOR_HOME: $*"\n');
  const tree = await macosTree({
    ...{
      version: '1',
      license: script,
      nodeLicense: script,
      bundle: new Map([['main.mjs', script]]),
      source,
    },
    node: { version: '24', binary: script, license: script },
  });
  for (const { path, mode, content } of tree) {
    const file = join(home, 'archive', path);
    if (path.endsWith('/')) mkdirSync(file, { recursive: true });
    else writeFileSync(file, there(Buffer.from(content).toString()), { mode });
  }
  const users = join(home, 'users');
  for (const folder of [users, 'Library/LaunchDaemons', 'Library/LaunchAgents'])
    mkdirSync(join(home, folder.replace(home, '')), { recursive: true });
  const PATH = pathWith(t, {
    id: 'echo 0',
    stat: 'echo 0',
    launchctl: 'if [ "$1" = print ]; then exit 1; fi',
    chown: '',
    install: 'shift 6; cp "$1" "$2"; chmod +x "$2"',
    // dscl . VERB RECORD [KEY VALUE]: a record is a file.
    dscl: `file="${users}/$(echo "$3" | tr / _)"
case "$2" in
-list) ;;
-read) [ -e "$file" ] ;;
-create) echo "$4 $5" >>"$file" ;;
-delete) rm "$file" ;;
esac`,
  });
  const run = (...args: string[]) => spawnSync('sh', args, { env: { PATH, LANG: 'C' }, encoding: 'utf8' });
  const before = listed(home);
  const installed = run(join(home, 'archive/netmonitor-agent/install.sh'), '--box=10.0.0.9');
  assert.equal(installed.status, 0, installed.stderr);
  assert.match(installed.stdout, /NetMonitor: .*cli\.mjs configure --no-restart --box=10\.0\.0\.9$/m);
  assert.match(
    readFileSync(join(users, '_Users__netmonitor'), 'utf8'),
    /^UniqueID 400\n(.*\n)*Password \*$/m,
  );
  const kept = run(join(home, 'usr/local/lib/netmonitor/agent/service'), 'uninstall', '--keep');
  assert.equal(kept.status, 0, kept.stderr);
  assert.ok(listed(home).includes('Library/Application Support/NetMonitor/state/agent'));
  assert.equal(run(join(home, 'archive/netmonitor-agent/install.sh')).status, 0);
  assert.equal(run(join(home, 'usr/local/lib/netmonitor/agent/service'), 'uninstall').status, 0);
  const left = listed(home).filter((path) => !before.includes(path));
  // Folders of the system, which a Mac may not have had.
  const folders = [
    'Library/Application Support',
    'Library/Logs',
    'usr',
    'usr/local',
    'usr/local/bin',
    'usr/local/lib',
  ];
  assert.deepEqual(left.sort(), folders);
});

const listed = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

test('on Windows the path of all users is changed as it stands, and accounts are named by what no language changes', () => {
  const scripts = globSync('{windows,get}/*.ps1', { cwd: folder }).map((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    return lines.filter((line) => !/^\s*#/.test(line)).join('\n');
  });
  assert.equal(scripts.length, 3);
  const text = scripts.join('\n');
  // [Environment] reads %SystemRoot% as C:\\Windows and writes it back so.
  assert.doesNotMatch(text, /EnvironmentVariable\('Path'/i);
  assert.match(
    text,
    /GetValue\('Path', '', \[Microsoft\.Win32\.RegistryValueOptions\]::DoNotExpandEnvironmentNames\)/,
  );
  assert.match(text, /SetValue\('Path', \$after, \$kind\)/);
  // A French Windows knows neither.
  assert.doesNotMatch(text, /NT AUTHORITY|BUILTIN\\/i);
});
