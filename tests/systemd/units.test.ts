import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingestRoles } from '../../appliance/ingest/client/roles.ts';
import { storeRoles } from '../../appliance/store/client/roles.ts';
import { watchRoles } from '../../appliance/watch/client/roles.ts';
import { webRoles } from '../../appliance/web/client/roles.ts';
import { displayRoles } from '../../display/client/roles.ts';
import { repository } from '../helpers/programs.ts';

const folder = join(repository, 'systemd');
const units = readdirSync(folder).filter((name) => name.endsWith('.service'));

/** Every value of a directive, in the order of the file. */
function valuesOf(unit: string, directive: string): string[] {
  const lines = readFileSync(join(folder, unit), 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith(`${directive}=`))
    .map((line) => line.slice(directive.length + 1));
}

const nameOf = (unit: string) => unit.replace(/^netmonitor-|\.service$/g, '');

function sysusersOf(file: string): string[] {
  return readFileSync(join(folder, file), 'utf8').split('\n');
}

test('every daemon has one unit, and every unit one daemon', () => {
  const listed = execFileSync('git', ['ls-files', '--', '*/main.ts'], { cwd: repository, encoding: 'utf8' });
  const daemons = listed
    .split('\n')
    .filter((path) => path !== '' && path !== 'appliance/console/main.ts')
    .map((path) => {
      const match = /^(?:appliance\/)?([a-z]+)\/main\.ts$/.exec(path);
      assert.ok(match, `${path}: only a process has a main.ts, in the folder of its name`);
      return match[1] ?? '';
    });
  assert.deepEqual(units.map(nameOf).sort(), daemons.sort());
});

for (const unit of units) {
  const name = nameOf(unit);

  test(`${unit} runs its own bundle as its own user, and is heard by systemd`, () => {
    assert.match(
      valuesOf(unit, 'ExecStart').join(),
      new RegExp(`^/\\S+/node (?:--\\S+ )*/\\S+/${name}/main\\.mjs$`),
    );
    assert.deepEqual(valuesOf(unit, 'User'), [`netmonitor-${name}`]);
    assert.deepEqual(valuesOf(unit, 'StateDirectory'), [`netmonitor/${name}`]);
    assert.deepEqual(valuesOf(unit, 'Type'), ['notify']);
    assert.deepEqual(valuesOf(unit, 'NotifyAccess'), ['main']);
    assert.equal(valuesOf(unit, 'WatchdogSec').length, 1);
  });

  test(`${unit} is not restarted when that cannot help, and always otherwise`, () => {
    assert.deepEqual(valuesOf(unit, 'Restart'), ['always']);
    assert.deepEqual(valuesOf(unit, 'RestartPreventExitStatus'), ['78']);
  });

  test(`${unit} leaves V8 its compiler, and netlink to whoever asks for interfaces`, () => {
    assert.deepEqual(valuesOf(unit, 'MemoryDenyWriteExecute'), []);
    const families = valuesOf(unit, 'RestrictAddressFamilies').join(' ').split(' ');
    assert.equal(families.includes('AF_INET'), families.includes('AF_NETLINK'));
    if (!families.includes('AF_INET')) assert.deepEqual(valuesOf(unit, 'PrivateNetwork'), ['yes']);
  });

  test(`the user of ${unit} is made by sysusers, and only the appliance is in the group of the sockets`, () => {
    const file = name === 'agent' ? 'netmonitor-agent.sysusers.conf' : 'netmonitor.sysusers.conf';
    const line = sysusersOf(file).find((one) => one.startsWith(`u netmonitor-${name} `)) ?? '';
    const group = name === 'agent' ? 'netmonitor-agent' : 'netmonitor';
    assert.match(line, name === 'agent' ? /^u \S+ +- / : /^u \S+ +-:netmonitor /);
    assert.deepEqual(valuesOf(unit, 'Group'), [group]);
    // Of the groups that open the inner sockets each has its own only, and the store none.
    const callers = valuesOf(unit, 'SupplementaryGroups')
      .join(' ')
      .split(' ')
      .filter((one) => one.startsWith('netmonitor'));
    assert.deepEqual(callers, name === 'agent' || name === 'store' ? [] : [`netmonitor-${name}`]);
    const writable = valuesOf(unit, 'ReadWritePaths').join().includes('/run/netmonitor');
    assert.equal(writable, name !== 'agent');
  });

  const analyze = '/usr/bin/systemd-analyze';
  test(`${unit} is exposed 2.0 of 10 at most`, {
    skip: existsSync(analyze) ? false : 'needs systemd',
  }, () => {
    const args = ['security', '--offline=yes', '--threshold=20', '--no-pager', join(folder, unit)];
    execFileSync(analyze, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  });
}

test('only web may bind ports below 1024, only what the agent starts may send pings, and nobody has another capability', () => {
  const capabilities: Record<string, string> = { web: 'CAP_NET_BIND_SERVICE', agent: 'CAP_NET_RAW' };
  for (const unit of units) {
    const wanted = capabilities[nameOf(unit)] ?? '';
    assert.deepEqual(valuesOf(unit, 'CapabilityBoundingSet'), [wanted], unit);
    assert.deepEqual(valuesOf(unit, 'AmbientCapabilities'), [wanted], unit);
  }
});

test('each inner socket has a folder that only its daemon writes and only its caller enters', () => {
  const lines = sysusersOf('netmonitor.tmpfiles.conf').map((line) => line.split(/\s+/).slice(0, 5).join(' '));
  const groups = sysusersOf('netmonitor.sysusers.conf');
  const pairs = [
    ...storeRoles.map((role) => ['store', role]),
    ...ingestRoles.map((role) => ['ingest', role]),
    ...watchRoles.map((role) => ['watch', role]),
    ...webRoles.map((role) => ['web', role]),
    ...displayRoles.map((role) => ['display', role]),
  ] as const;
  const folders = lines.filter((line) => line.startsWith('d /run/netmonitor/'));
  assert.deepEqual(
    folders,
    pairs.map(([daemon, role]) => {
      const group = `netmonitor-${role === 'console' ? 'admin' : role}`;
      assert.ok(
        groups.some((line) => line.startsWith(`g ${group} `)),
        group,
      );
      return `d /run/netmonitor/${daemon}-${role} 2750 netmonitor-${daemon} ${group}`;
    }),
  );
});

const fping = '/usr/bin/fping';
test('what the unit of the agent leaves to fping is enough for a ping', {
  skip:
    process.getuid?.() !== 0
      ? 'needs root, to become somebody with these capabilities only'
      : existsSync(fping)
        ? false
        : `${fping} is missing (Debian package fping)`,
}, () => {
  const set = (directive: string) => {
    const [list = ''] = valuesOf('netmonitor-agent.service', directive);
    const named = list.split(' ').filter((one) => one !== '');
    return ['-all', ...named.map((one) => `+${one.replace('CAP_', '').toLowerCase()}`)].join();
  };
  const ambient = set('AmbientCapabilities');
  const args = [
    ...['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs'],
    `--bounding-set=${set('CapabilityBoundingSet')}`,
    ...[`--inh-caps=${ambient}`, `--ambient-caps=${ambient}`],
  ];
  execFileSync('setpriv', [...args, fping, '-q', '-c1', '127.0.0.1'], { stdio: 'ignore' });
});
