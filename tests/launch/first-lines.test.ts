/** What the person reads, and what a script reads. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstLines, readyLine } from '../../appliance/launch/first-lines.ts';
import { texts } from '../../appliance/launch/texts.ts';

const scene = {
  address: {
    urls: ['https://192.0.2.7:8443', 'https://localhost:8443'],
    fingerprint: 'cd23'.repeat(16),
    certificateFingerprint: 'ab01'.repeat(16),
    recovery: null,
    code: '7QK-4MD',
  },
  door: 7411,
  home: '/somewhere/a home',
  ports: { https: 8443, http: 8080, door: 7411 },
  keys: true,
};

describe('the first lines', () => {
  it('name the page, its address from elsewhere, the code, the fingerprint and the keys', () => {
    const text = firstLines(texts.en, scene);
    for (const part of [
      'https://localhost:8443',
      'https://192.0.2.7:8443',
      '7QK-4MD',
      'AB:01:AB',
      '/somewhere/a home',
    ])
      assert.ok(text.includes(part), part);
    assert.match(text, /p presses/);
    assert.equal(text.split('https://localhost:8443').length, 2, 'once');
  });

  it('fit a terminal of 80 columns', () => {
    for (const language of ['en', 'fr'] as const)
      for (const line of firstLines(texts[language], scene).split('\n'))
        assert.ok(line.length <= 80, `${line.length}: ${line}`);
  });

  it('speak French', () => {
    assert.match(firstLines(texts.fr, scene), /Code de première connexion +7QK-4MD/);
  });

  it('name no code once there is a password, and no keys without a terminal', () => {
    const text = firstLines(texts.en, { ...scene, address: { ...scene.address, code: null }, keys: false });
    assert.doesNotMatch(text, /First sign-in code|p presses/);
    assert.match(text, /password that you chose/);
  });

  it('are one line of JSON for a script', () => {
    assert.deepEqual(JSON.parse(readyLine(scene)), {
      ready: true,
      url: 'https://localhost:8443',
      door: 7411,
      code: '7QK-4MD',
      home: '/somewhere/a home',
    });
  });
});
