import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { configure } from '../../agent/configure.ts';
import { type House, logs, powerShellOf, uninstall } from '../../agent/installation.ts';
import { installationWords } from '../../agent/installation-words.table.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';

/** A person who gives these answers, and an installation that notes what it was told. */
function house(t: TestContext, answers: string[] = [], installed = true) {
  const home = temporaryFolder(t);
  const printed: string[] = [];
  const ran: string[][] = [];
  const terminal = { print: (text: string) => void printed.push(text), ask: async () => answers.shift() };
  const run = async (...args: readonly string[]) => ran.push([...args]) - ran.length;
  const installation: House['installation'] = installed ? { run } : undefined;
  const environment = { home, journald: false, argv: [] };
  const file = join(home, 'config', 'agent.toml');
  return {
    house: { installation, terminal, words: installationWords(false), environment },
    home,
    file,
    printed,
    ran,
  };
}

test('flags are checked, written, and the agent is started again', async (t) => {
  const { house: h, file, ran } = house(t);
  const hash = 'ab'.repeat(32);
  assert.equal(
    await configure(h, [
      '--box=10.0.0.9:7412',
      `--box-hash=${hash}`,
      '--interval=60s',
      '--set',
      'discover=false',
    ]),
    0,
  );
  assert.equal(
    readFileSync(file, 'utf8'),
    `box = "10.0.0.9:7412"\ninterval = "1min"\nbox_hash = "${hash}"\ndiscover = false\n`,
  );
  assert.equal(statSync(file).mode & 0o777, 0o644);
  assert.deepEqual(ran, [['restart']]);
  // What is as usual need not be written.
  assert.equal(await configure(h, ['--box=', '--interval', '5s', '--no-restart']), 0);
  assert.equal(readFileSync(file, 'utf8'), `box_hash = "${hash}"\ndiscover = false\n`);
  assert.equal(ran.length, 1);
});

test('what would not start is refused before anything is written', async (t) => {
  const { house: h, file, ran } = house(t);
  mkdirSync(dirname(file));
  writeFileSync(file, 'name = "till"\n');
  for (const flag of [
    '--interval=1ms',
    '--box=a b',
    '--box-hash=12',
    '--set=intervall=5s',
    '--set=discover=maybe',
  ])
    await assert.rejects(configure(h, [flag]), { code: 'CONFIG_INVALID' }, flag);
  await assert.rejects(configure(h, ['--set=x']), TypeError);
  await assert.rejects(configure(h, ['--nothing']), TypeError);
  assert.equal(readFileSync(file, 'utf8'), 'name = "till"\n');
  assert.deepEqual(ran, []);
});

test('a person is asked until each answer fits; Enter keeps, a dash takes away', async (t) => {
  const { house: h, file, printed } = house(t, ['-', 'soon', '10s', '']);
  mkdirSync(dirname(file));
  writeFileSync(file, 'box = "10.0.0.1"\nname = "till"\n');
  assert.equal(await configure(h, []), 0);
  assert.equal(readFileSync(file, 'utf8'), 'name = "till"\ninterval = "10s"\n');
  assert.ok(
    printed.some((text) => text.includes('must be a duration')),
    printed.join(''),
  );
});

test('whoever may not write is told what would help', {
  skip: process.getuid?.() !== 0 && 'only root can become somebody else',
}, async (t) => {
  const { house: h, home, file } = house(t);
  chmodSync(home, 0o755);
  try {
    process.seteuid?.(12_345);
    await assert.rejects(configure(h, ['--interval=10s']), {
      code: 'FORBIDDEN',
      message: /put sudo before it/,
    });
  } finally {
    process.seteuid?.(0);
  }
  assert.throws(() => statSync(file));
});

test('where nobody answers nothing is written', async (t) => {
  const { house: h, file, printed } = house(t);
  assert.equal(await configure(h, []), 1);
  assert.throws(() => statSync(file));
  assert.match(printed.join(''), /--help/);
});

test('a token can come in a file, where a list of processes does not show it', async (t) => {
  const { house: h, home } = house(t);
  const stateDir = join(home, 'state', 'agent');
  mkdirSync(stateDir, { recursive: true });
  const file = join(home, 'beside');
  await assert.rejects(configure(h, [`--token-file=${file}`]), { code: 'NOT_FOUND' });
  writeFileSync(file, `${'ab'.repeat(16)}\n`);
  assert.equal(await configure(h, [`--token-file=${file}`]), 0);
  assert.equal(readFileSync(join(stateDir, 'token'), 'utf8'), `${'ab'.repeat(16)}\n`);
});

test('whose user the agent is gets the token and nothing else, whatever that user does to its folder', {
  skip: process.getuid?.() !== 0 && 'only root gives files away',
}, async (t) => {
  const { house: h, home } = house(t);
  const [stateDir, secret] = [join(home, 'state', 'agent'), join(home, 'secret')];
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(secret, '');
  chownSync(stateDir, 12_345, 12_345);
  const token = join(stateDir, 'token');
  assert.equal(await configure(h, [`--token=${'ab'.repeat(16)}`]), 0);
  assert.deepEqual([statSync(token).uid, statSync(token).gid], [12_345, 12_345]);
  let swapped = 0;
  const watcher = watch(stateDir, () => {
    if (lstatSync(token, { throwIfNoEntry: false })?.isFile() !== true) return;
    unlinkSync(token);
    symlinkSync(secret, token);
    swapped++;
  });
  t.after(() => watcher.close());
  await configure(h, [`--token=${'cd'.repeat(16)}`]);
  await eventually('the user was there in time', () => swapped > 0);
  assert.equal(statSync(secret).uid, 0);
});

test('a token is for the agent alone, beside its key', async (t) => {
  const { house: h, home } = house(t);
  const token = '0123456789abcdef'.repeat(2);
  await assert.rejects(configure(h, [`--token=${token}`]), { code: 'STATE_UNWRITABLE' });
  mkdirSync(join(home, 'state', 'agent'), { recursive: true });
  await assert.rejects(configure(h, ['--token=abc']), { code: 'BAD_REQUEST' });
  assert.equal(await configure(h, [`--token=${token}`]), 0);
  const file = join(home, 'state', 'agent', 'token');
  assert.equal(readFileSync(file, 'utf8'), `${token}\n`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('nothing is removed without a yes', async (t) => {
  const { house: h, ran } = house(t, ['n', 'y']);
  assert.equal(await uninstall(h, []), 1);
  assert.deepEqual(ran, []);
  assert.equal(await uninstall(h, ['--keep']), 0);
  assert.equal(await uninstall(h, ['--yes']), 0);
  assert.equal(await uninstall(h, []), 1, 'nobody answers');
  assert.deepEqual(ran, [['uninstall', '--keep'], ['uninstall']]);
});

test('the log is asked of the system that keeps it', async (t) => {
  const { house: h, ran } = house(t);
  assert.equal(await logs(h, ['-n', '7', '-f']), 0);
  assert.equal(await logs(h, []), 0);
  await assert.rejects(logs(h, ['--lines=x']), TypeError);
  assert.deepEqual(ran, [
    ['logs', '7', 'follow'],
    ['logs', '200'],
  ]);
});

test('an agent that no package brought is left to whoever started it', async (t) => {
  const { house: h, printed } = house(t, [], false);
  assert.equal(await uninstall(h, ['--yes']), 1);
  assert.equal(await logs(h, []), 1);
  assert.equal(await configure(h, ['--name=x']), 0);
  assert.equal(printed.filter((text) => text.includes('not installed')).length, 2);
});

test('PowerShell is handed words without dashes, which it would take for parameters of the script', () => {
  const [, args] = powerShellOf('C:\\agent\\service.ps1', ['uninstall', '--keep']);
  assert.deepEqual(args.slice(args.indexOf('-File')), [
    '-File',
    'C:\\agent\\service.ps1',
    'uninstall',
    'keep',
  ]);
});
