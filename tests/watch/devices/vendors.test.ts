import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog } from '../../../appliance/runtime/log.ts';
import { openVendors } from '../../../appliance/watch/devices/joined.ts';
import { isMadeUp, Vendors } from '../../../appliance/watch/devices/vendors.ts';
import { buildVendors, shortName } from '../../../image/vendors.ts';

const folder = mkdtempSync(join(tmpdir(), 'nm-'));
const path = join(folder, 'vendors.bin');
const registry = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('oui-data'), 'utf8'),
) as Record<string, string>;

before(() => buildVendors(path));
after(() => rmSync(folder, { recursive: true, force: true }));

test('every tenth entry of the registry is found by an address below it, the longest prefix first', () => {
  const vendors = new Vendors(path);
  const prefixes = Object.keys(registry);
  let looked = 0;
  for (let at = 0; at < prefixes.length; at += 10) {
    const prefix = prefixes[at]!.toLowerCase();
    const digits = prefix.padEnd(12, '0');
    const mac = digits.match(/../g)!.join(':');
    if (isMadeUp(mac)) continue;
    const longest = [9, 7, 6].map((length) => registry[digits.slice(0, length).toUpperCase()]).find(Boolean)!;
    const name = shortName(longest);
    if (name === '' || name === 'Private') continue;
    assert.equal(vendors.nameOf(mac), name, mac);
    looked++;
  }
  assert.ok(looked > 4_000, `${looked}`);
  vendors.close();
});

test('nobody made an address that was made up, and what nobody registered has no maker', () => {
  const vendors = new Vendors(path);
  assert.equal(vendors.nameOf('b8:27:eb:00:00:01'), 'Raspberry Pi Foundation');
  assert.deepEqual(
    ['da:a1:19:00:00:01', '00:00:00:00:00:00', 'fc:ff:ff:00:00:01'].map((mac) => vendors.nameOf(mac)),
    [null, shortName(registry['000000'] ?? '') || null, null],
  );
  vendors.close();
});

test('a box without a table says once which file is missing, and names nobody', () => {
  const lines: string[] = [];
  const log = createLog({ name: 'watch', level: 'info', write: (line) => void lines.push(line) });
  assert.equal(openVendors(join(folder, 'none.bin'), log), null);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /level=warn .*makers.*vendors_file=\S*none\.bin error="ENOENT/);
});

test('names are short, as people call their makers', () => {
  assert.equal(shortName('Apple, Inc.\n1 Infinite Loop\nCupertino'), 'Apple');
  assert.equal(shortName('Brother Industries, LTD.'), 'Brother Industries');
  assert.equal(shortName('HUAWEI TECHNOLOGIES CO.,LTD'), 'HUAWEI TECHNOLOGIES');
  assert.equal(shortName('AVM GmbH'), 'AVM');
});

test('a table is small, and one that is torn or of something else is refused', () => {
  assert.ok(statSync(path).size < 1_200_000);
  const bytes = readFileSync(path);
  const torn = join(folder, 'torn.bin');
  writeFileSync(torn, bytes.subarray(0, 30));
  assert.throws(() => new Vendors(torn), /ends too soon/);
  writeFileSync(torn, bytes.subarray(0, -1));
  assert.throws(() => new Vendors(torn), /ends too soon/);
  writeFileSync(torn, Buffer.from('something else that is long enough to be read'));
  assert.throws(() => new Vendors(torn), /no table of makers/);
  assert.throws(() => new Vendors(join(folder, 'none.bin')), { code: 'ENOENT' });
});
