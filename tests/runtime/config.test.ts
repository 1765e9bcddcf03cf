import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import {
  bytes,
  type ConfigTable,
  durationMs,
  flag,
  integer,
  loadConfig,
  oneOf,
  showConfig,
  text,
} from '../../appliance/runtime/config.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { temporaryFolder } from '../helpers/folder.ts';

const table = {
  commit_interval: {
    type: durationMs({ min: 1000 }),
    default: 30_000,
    about: 'how often the disk is synced',
  },
  commit_bytes: { type: bytes(), default: 2 ** 20, about: 'how much waits at most' },
  workers: { type: integer({ min: 1, max: 8 }), default: 2, about: 'how many' },
  announce: { type: flag(), default: true, about: 'whether the box is announced' },
  clock: { type: oneOf(['auto', 'trusted']), default: 'auto', about: 'what to believe' },
  label: { type: text(), default: '', about: 'a label' },
} as const satisfies ConfigTable;

function load(t: TestContext, toml: string | undefined, ...argv: string[]) {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'config'));
  if (toml !== undefined) writeFileSync(join(home, 'config', 'demo.toml'), toml);
  return loadConfig({ daemon: 'demo', table, environment: { home, journald: false, argv } });
}

const invalid = (message: RegExp, path?: string) => (error: unknown) => {
  assert.ok(error instanceof Failure && error.code === 'CONFIG_INVALID', String(error));
  assert.match(error.message, message);
  if (path !== undefined) assert.equal(error.path, path);
  return true;
};

test('without a file and flags everything is as in the table', (t) => {
  const { config, sources } = load(t, undefined);
  assert.deepEqual(config, {
    commit_interval: 30_000,
    commit_bytes: 1_048_576,
    workers: 2,
    announce: true,
    clock: 'auto',
    label: '',
  });
  assert.deepEqual(new Set(Object.values(sources)), new Set(['default']));
});

test('a flag wins over the file, the file over the default', (t) => {
  const toml = 'commit_interval = "10s"\nworkers = 3\nannounce = false\n';
  const { config, sources } = load(t, toml, '--workers', '4', '--commit-bytes=2MiB');
  assert.equal(config.commit_interval, 10_000);
  assert.equal(config.workers, 4);
  assert.equal(config.commit_bytes, 2 ** 21);
  assert.equal(config.announce, false);
  assert.deepEqual(sources, {
    commit_interval: 'file',
    commit_bytes: 'flag',
    workers: 'flag',
    announce: 'file',
    clock: 'default',
    label: 'default',
  });
});

test('a switch needs no value, and has a negative', (t) => {
  assert.equal(load(t, 'announce = false', '--announce').config.announce, true);
  assert.equal(load(t, undefined, '--no-announce').config.announce, false);
  assert.equal(load(t, undefined, '--announce=false').config.announce, false);
});

test('the value of an option may look like an option, and contain = and newlines', (t) => {
  assert.equal(load(t, undefined, '--label', '--x').config.label, '--x');
  assert.equal(load(t, undefined, '--label=a=b').config.label, 'a=b');
  assert.throws(() => load(t, undefined, '--label=a\nb'), invalid(/--label must not contain control/));
});

test('an unknown key is refused with the nearest one and the file', (t) => {
  assert.throws(
    () => load(t, 'comit_interval = "10s"'),
    invalid(/demo\.toml: unknown key "comit_interval"; did you mean commit_interval\?/, 'comit_interval'),
  );
  assert.throws(() => load(t, '[workers_section]\nx = 1'), invalid(/unknown key "workers_section"/));
  assert.throws(() => load(t, 'zzzzzzzzzzzzzzzz = 1'), invalid(/known are commit_interval, commit_bytes/));
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.throws(() => load(t, `${name} = 1`), invalid(/unknown key|not valid TOML/));
  }
});

test('an unknown option is refused with the nearest one', (t) => {
  assert.throws(
    () => load(t, undefined, '--comit-interval', '1s'),
    invalid(/did you mean --commit-interval\?/),
  );
  assert.throws(() => load(t, undefined, '--no-workers'), invalid(/unknown option --no-workers/));
  assert.throws(() => load(t, undefined, 'stray'), invalid(/unexpected argument "stray": see --help/));
  assert.throws(() => load(t, undefined, '--workers'), invalid(/--workers needs a value/));
});

test('a wrong value is refused with file, key and reason', (t) => {
  assert.throws(
    () => load(t, 'workers = 9'),
    invalid(/demo\.toml: workers must be at most 8, is 9/, 'workers'),
  );
  assert.throws(
    () => load(t, 'commit_interval = 30'),
    invalid(/commit_interval must be a duration such as "30s"/),
  );
  assert.throws(() => load(t, 'workers = {a = 1}'), invalid(/must be a whole number, is a table/));
  assert.throws(
    () => load(t, undefined, '--commit-interval', '10ms'),
    invalid(/--commit-interval must be at least 1s/),
  );
});

test('a file that is not TOML is refused with the place, in one line', (t) => {
  assert.throws(
    () => load(t, 'workers = 3\nannounce = maybe\n'),
    (error) =>
      invalid(/demo\.toml is not valid TOML in line 2, column \d+: /)(error) &&
      !/\n/.test((error as Error).message),
  );
});

test('a file that cannot be read is a failure, not an empty configuration', (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'config', 'demo.toml'), { recursive: true });
  const environment = { home, journald: false, argv: [] };
  assert.throws(
    () => loadConfig({ daemon: 'demo', table, environment }),
    invalid(/cannot read .*demo\.toml/),
  );
});

test('what --print-config prints is a file that gives the same configuration', (t) => {
  const loaded = load(t, 'commit_interval = "90s"\nlabel = "q\\"\\\\é#"', '--workers=5');
  const printed = showConfig(table, loaded);
  assert.match(printed, /^commit_interval = "90s" +# file$/m);
  assert.match(printed, /^workers = 5 +# --workers$/m);
  assert.match(printed, /^clock = "auto" +# default$/m);
  assert.deepEqual(load(t, printed).config, loaded.config);
});

test('whatever is in the file, the answer is a configuration or a Failure', (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'config'));
  const line = fc
    .tuple(
      fc.constantFrom(...Object.keys(table), 'x', '[a]', ''),
      fc.constantFrom('=', ' = ', ''),
      fc.string(),
    )
    .map((pieces) => pieces.join(''));
  const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.double());
  const entry = fc
    .tuple(fc.constantFrom(...Object.keys(table)), value)
    .map(([key, given]) => `${key} = ${JSON.stringify(given)}`);
  fc.assert(
    fc.property(fc.array(fc.oneof(line, entry), { maxLength: 4 }), (lines) => {
      writeFileSync(join(home, 'config', 'demo.toml'), lines.join('\n'));
      try {
        const { config } = loadConfig({
          daemon: 'demo',
          table,
          environment: { home, journald: false, argv: [] },
        });
        assert.ok(config.workers >= 1 && config.workers <= 8 && Number.isInteger(config.workers));
        assert.ok(config.commit_interval >= 1000);
      } catch (error) {
        assert.ok(error instanceof Failure && error.code === 'CONFIG_INVALID', String(error));
      }
    }),
  );
});
