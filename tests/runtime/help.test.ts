import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  bytes,
  type ConfigTable,
  durationMs,
  filePath,
  flag,
  oneOf,
} from '../../appliance/runtime/config.ts';
import { type DaemonSpec, live } from '../../appliance/runtime/daemon.ts';
import { version } from '../../appliance/runtime/version.ts';
import { FakeClock } from '../helpers/clock.ts';

const table = {
  commit_interval: {
    type: durationMs(),
    default: 30_000,
    about: 'how long samples wait at most before they are on disk',
  },
  limit: { type: bytes(), default: 2 ** 20, about: 'how much waits' },
  announce: { type: flag(), default: true, about: 'whether the network hears of it' },
  clock: {
    type: oneOf(['auto', 'trusted', 'untrusted', 'something-much-longer']),
    default: 'auto',
    about: 'what to believe',
  },
  door_file: { type: filePath(), default: '', about: 'where the door is written' },
} as const satisfies ConfigTable;

const spec: DaemonSpec<typeof table> = {
  name: 'demo',
  about: 'Keeps what was measured, and gives it back.',
  table,
  build: () => assert.fail('help builds nothing'),
};

async function said(...argv: string[]) {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await live(spec, {
    environment: { home: '/h', runDir: '/r', journald: false, argv },
    clock: new FakeClock(),
    asked: new AbortController().signal,
    print: (text) => printed.push(text),
    complain: (line) => complained.push(line),
    guard: () => () => undefined,
  });
  return { code, printed: printed.join(''), complained };
}

test('--help is the table, aligned, with units and defaults', async () => {
  const { code, printed } = await said('--help');
  assert.equal(code, 0);
  assert.equal(
    printed,
    `Usage: netmonitor-demo [OPTION]...
Keeps what was measured, and gives it back.

Options:
  --commit-interval=DURATION        how long samples wait at most before they are on disk (default:
                                    30s)
  --limit=SIZE                      how much waits (default: 1MiB)
  --[no-]announce                   whether the network hears of it (default: true)
  --clock=auto|trusted|untrusted|something-much-longer
                                    what to believe (default: auto)
  --door-file=PATH                  where the door is written (default: none)
  --log-level=error|warn|info|debug
                                    the least important level that is logged (default: info)
  --print-config                    print the effective configuration and where each value comes
                                    from
  --help                            print this text
  --version                         print the version

An option wins over the same key (with underscores) in the configuration file.
Configuration file: /h/config/demo.toml
State:              /h/state/demo
Sockets:            /r
`,
  );
});

test('--version is the version of the package', async () => {
  const { code, printed } = await said('--version');
  assert.equal(code, 0);
  assert.equal(printed, `netmonitor-demo ${version}\n`);
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(version, manifest.version);
});

test('--print-config prints TOML with the source of each value, and starts nothing', async () => {
  const { code, printed } = await said('--limit', '2MiB', '--print-config');
  assert.equal(code, 0);
  assert.match(printed, /^# file: \/h\/config\/demo\.toml\n# state: \/h\/state\/demo\n# sockets: \/r\n/);
  assert.match(printed, /^limit = "2MiB" +# --limit$/m);
  assert.match(printed, /^announce = true +# default$/m);
});

test('--print-config of a wrong configuration is the same failure as a start', async () => {
  const { code, printed, complained } = await said('--print-config', '--limt=1MiB');
  assert.equal(code, 78);
  assert.equal(printed, '');
  assert.deepEqual(complained, ['netmonitor-demo: unknown option --limt; did you mean --limit?']);
});
