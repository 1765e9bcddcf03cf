import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMachineName, seenOf } from '../../appliance/protocol/machine-name.ts';

const takes = (name: string): boolean => {
  try {
    return checkMachineName(name, 'name') === name;
  } catch (error) {
    assert.deepEqual(
      [(error as { code: string }).code, (error as { path: string }).path],
      ['BAD_TEXT', 'name'],
    );
    return false;
  }
};

test('names that people see as they are come in', () => {
  for (const name of ['pc', 'x', 'élève 電 🖥', 'Büro (2. OG)', 'مكتب', '=cmd|1', 'a  b', 'x'.repeat(253)])
    assert.ok(takes(name), name);
});

test('a name of blanks, with blanks at its ends, or with what nobody sees is refused', () => {
  const blanks = [' ', '   ', '\u00a0', '\u3000', ' pc', 'pc ', 'pc\u2003'];
  const unseen = [
    'p\u200bc',
    'pc\u00ad',
    '\u2060',
    '\u2800',
    '\u3164',
    'pc\ufe0f',
    'pc\u{e0041}',
    'a\u200db',
  ];
  const turned = ['\u202egpj.exe', 'a\u2066b', '\u061c1', 'a\u2028b', '\ufeffpc'];
  for (const name of [...blanks, ...unseen, ...turned, '', 'a\u0007'])
    assert.ok(!takes(name), JSON.stringify(name));
});

test('every character that Unicode lets vanish is refused, and left out where a machine names itself', () => {
  const vanishing = /[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
  for (let point = 0xa0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const name = `a${String.fromCodePoint(point)}b`;
    if (!vanishing.test(name)) continue;
    assert.ok(!takes(name), point.toString(16));
    assert.equal(seenOf(name), 'ab');
  }
  assert.equal(seenOf(' \u200b\u202e '), '');
  assert.equal(seenOf('\u2800 p c\u00ad '), 'p c');
});
