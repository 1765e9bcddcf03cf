import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besideEn, besideFr } from '../../appliance/web/assets/language/beside.table.ts';
import { en as english } from '../../appliance/web/assets/language/en.table.ts';
import { fr as french } from '../../appliance/web/assets/language/fr.table.ts';
import { peopleEn } from '../../appliance/web/assets/language/people.en.table.ts';
import { peopleFr } from '../../appliance/web/assets/language/people.fr.table.ts';
import { seldomEn } from '../../appliance/web/assets/language/seldom.en.table.ts';
import { seldomFr } from '../../appliance/web/assets/language/seldom.fr.table.ts';
import { watchEn } from '../../appliance/web/assets/language/watch.en.table.ts';
import { watchFr } from '../../appliance/web/assets/language/watch.fr.table.ts';
import { chooseLanguage, loadWords } from '../../appliance/web/assets/language/words.ts';

const en = { ...english, ...peopleEn, ...seldomEn, ...besideEn, ...watchEn };
const fr = { ...french, ...peopleFr, ...seldomFr, ...besideFr, ...watchFr };
const keys = Object.keys(en) as (keyof typeof en)[];

test('both languages fill the same placeholders', () => {
  const names = (text: string): string[] =>
    [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
  for (const key of keys) assert.deepEqual(names(fr[key]), names(en[key]), key);
});

test('every plural has both forms', () => {
  for (const key of keys.filter((one) => one.endsWith('.other'))) {
    assert.ok(key.replace(/other$/, 'one') in en, key);
  }
});

test('French puts no ordinary space before its double punctuation', () => {
  for (const key of keys) assert.doesNotMatch(fr[key], / [;:?!»]|« /, key);
});

test('no text is left empty but the hint on an empty password', () => {
  for (const key of keys.filter((one) => one !== 'strength.empty')) {
    assert.notEqual(en[key].trim(), '', key);
    assert.notEqual(fr[key].trim(), '', key);
  }
});

test('counts as each language does: French says zero in the singular', async () => {
  assert.equal((await loadWords('en')).count('tally.well', 0, { total: 3 }), '0 of 3 machines are well');
  assert.equal((await loadWords('en')).count('tally.well', 1, { total: 3 }), '1 of 3 machines is well');
  assert.equal((await loadWords('fr')).count('tally.well', 0, { total: 3 }), '0 machine sur 3 va bien');
  assert.equal(
    (await loadWords('fr')).count('tally.well', 38, { total: 38 }),
    '38 machines sur 38 vont bien',
  );
});

test('says it as a caretaker would on the phone', async () => {
  const text = (await loadWords('fr')).say('problem.vanished', { name: 'ACCOUNTS-2', since: '10 h 42' });
  assert.equal(text, 'ACCOUNTS-2 ne répond plus depuis 10 h 42.');
});

test('takes the stored wish, then the browser, then the box, then English', () => {
  assert.equal(chooseLanguage('fr', ['en-GB'], 'en'), 'fr');
  assert.equal(chooseLanguage(null, ['de', 'fr-CA', 'en'], 'en'), 'fr');
  assert.equal(chooseLanguage('xx', ['de'], 'fr'), 'fr');
  assert.equal(chooseLanguage(null, [], undefined), 'en');
});
