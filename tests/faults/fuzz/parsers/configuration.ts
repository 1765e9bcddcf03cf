/** Configuration: TOML files and flags, against a table with a key of every type. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as types from '../../../../appliance/runtime/config.ts';
import { Failure } from '../../../../appliance/runtime/errors.ts';
import type { FuzzedParser } from '../parser.ts';
import { scratchFolder } from './scratch.ts';

const table = {
  most: { type: types.integer({ min: 1, max: 100 }), default: 5, about: 'A whole number.' },
  name: { type: types.text({ max: 20, pattern: /^[a-z]*$/ }), default: '', about: 'A text.' },
  kind: { type: types.oneOf(['auto', 'on', 'off']), default: 'auto', about: 'A choice.' },
  loud: { type: types.flag(), default: false, about: 'A switch.' },
  wait: { type: types.durationMs({ max: 60_000 }), default: 1000, about: 'A duration.' },
  room: { type: types.bytes({ min: 1024 }), default: 4096, about: 'A size.' },
  door: { type: types.port(), default: 7411, about: 'A port.' },
  file: { type: types.filePath(), default: '', about: 'A path.' },
} as const;

const home = scratchFolder('config');
const file = join(home, 'config', 'fuzz.toml');
mkdirSync(join(home, 'config'));

/** The text of a file; behind a NUL the arguments of a command line, each ended by a NUL. */
export const configuration: FuzzedParser = {
  about: 'configuration files and flags',
  sources: ['config', 'config-types'].map((name) => `appliance/runtime/${name}.ts`),
  leftOut: ['showConfig', 'show'],
  seeds: () =>
    texts([
      'most = 7\nname = "box"\nkind = "on"\nloud = true\nwait = "30s"\nroom = "1MiB"\ndoor = 443\nfile = "/etc/x"\n',
      "wait = \"500ms\"\nroom = \"2048B\"\n# a comment\nname = '''\nlong'''\n\0--most\x003\0--loud\0--kind=off\0",
      '\0--no-loud\0--wait=1min\0--room\x002KiB\0--door=80\0',
      'kind = "off"\n\0--name=box\0',
    ]),
  nearMisses: texts([
    ...[
      'nmae = "x"',
      'name = 7',
      'name = "A1"',
      'file = "/a\\u0000"',
      'most = {}',
      'kidn = 1',
      'most = "7"',
      'most = 0',
      'most = 101',
      `name = "${'n'.repeat(70)}"`,
    ],
    ...['name = "a\\u0007"', 'loud = "yes"', 'file = "etc"', 'file = 7', 'wait = 2020-01-01T00:00:00Z'],
    ...[
      'room = []',
      'room = "9999999999999999TiB"',
      'room = "1B"',
      'door = 70000',
      '[most]',
      'most = ',
      'most = 1.5',
    ],
    ...[
      '\0--mots=3\0',
      '\0--most\0',
      '\0most\0',
      '\0--loud=maybe\0',
      '\0--no-most\0',
      '\0--kind=of\0',
      '\0--most=x\0',
    ],
  ]),
  parse(input) {
    const [toml = '', ...argv] = Buffer.from(input).toString('utf8').split('\0');
    if (toml === '') rmSync(file, { force: true });
    else writeFileSync(file, toml);
    const environment = { home, journald: false, argv: argv.slice(0, -1) };
    const { config } = types.loadConfig({ daemon: 'fuzz', table, environment });
    assert.ok(config.most >= 1 && config.most <= 100 && config.name.length <= 20);
    assert.ok(config.wait <= 60_000 && config.room >= 1024 && config.door >= 0 && config.door < 65_536);
    assert.deepEqual(Object.keys(config).sort(), Object.keys(table).sort());
  },
  isRefusal: (error) => error instanceof Failure && error.code === 'CONFIG_INVALID',
  textFrom: 0,
};

function texts(all: readonly string[]): Uint8Array[] {
  return all.map((text) => new Uint8Array(Buffer.from(text)));
}
