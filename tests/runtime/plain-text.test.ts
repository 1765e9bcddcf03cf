import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasControls, replaceControls } from '../../appliance/runtime/plain-text.ts';

test('tells exactly the characters that Unicode calls controls', () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (hasControls(character) !== /\p{Cc}/u.test(character)) assert.fail(`U+${code.toString(16)}`);
  }
});

test('replaces a run of controls once and leaves all else, also half a pair', () => {
  assert.equal(replaceControls('a\u0000\u001b\u0085b é 🖥 \ud800\n', '·'), 'a·b é 🖥 \ud800·');
});
