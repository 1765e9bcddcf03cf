/** The packages that the owner of this project chose are used where they belong, and only there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sources, textOf } from './sources.ts';

/** Package → the folders that may and must use it. */
const homes: Record<string, string> = {
  systeminformation: 'agent/',
  onoff: 'display/',
  'i2c-bus': 'display/',
  'oled-i2c-bus': 'display/',
  'oled-font-5x7': 'display/',
  fastify: 'appliance/web/',
  level: 'appliance/store/',
};
const manifest = JSON.parse(textOf('package.json')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};
const code = sources();

/** Files that load a package by import, dynamic import or require; a mention in a comment or text does not count. */
function usersOf(name: string): string[] {
  const escaped = name.replaceAll(/[/@.-]/g, '\\$&');
  const loads = new RegExp(
    `(?:\\bfrom |^import |\\bimport\\(|\\b[rR]equire\\w*\\()\\s*['"]${escaped}(?:/[^'"]*)?['"]`,
    'm',
  );
  return code.filter((path) => loads.test(textOf(path).replaceAll(/^\s*import type .*$/gm, '')));
}

describe('the packages that the owner chose', () => {
  for (const [name, home] of Object.entries(homes)) {
    it(`${name} is loaded in ${home} and by no other process`, () => {
      const users = usersOf(name).filter((path) => !path.startsWith('tests/'));
      assert.ok(users.length > 0, `${name} is no longer used`);
      assert.deepEqual(
        users.filter((path) => !path.startsWith(home)),
        [],
      );
    });
  }

  it("node's test runner runs every test file", () => {
    const tests = code.filter((path) => path.endsWith('.test.ts'));
    const users = new Set(usersOf('node:test'));
    assert.deepEqual(
      tests.filter((path) => !users.has(path)),
      [],
    );
  });

  it('pm2 is run by the launcher as a program, never loaded', () => {
    assert.deepEqual(usersOf('pm2'), []);
    const launcher = code.filter((path) => path.startsWith('appliance/launch/'));
    assert.ok(
      launcher.some((path) => textOf(path).includes("'pm2', 'bin'")),
      'the launcher runs pm2',
    );
    assert.ok('pm2' in manifest.devDependencies && !('pm2' in manifest.dependencies));
  });
});

describe('the dependencies', () => {
  it('are exact versions', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    assert.deepEqual(
      Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
      [],
    );
  });

  it('that are shipped are all used', () => {
    assert.deepEqual(
      Object.keys(manifest.dependencies).filter((name) => usersOf(name).length === 0),
      [],
    );
  });
});
