import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '../../appliance/web/client/passwords.ts';

test('takes what is long and not known to everybody, whatever characters it has', () => {
  for (const good of [
    'correct horse',
    'cheval agrafe pile',
    'tr0mbone-lilas',
    'ŝafoj kaj ĉevaloj',
    'marie aime les longues promenades',
    '漢字でも十文字以上ならよい',
  ])
    assert.equal(problemOf(good, 'Marie'), null, good);
});

test('refuses what is tried first', () => {
  for (const [bad, why] of [
    ['short pwd', 'badPassword'],
    ['x'.repeat(257), 'badPassword'],
    ['password123', 'commonPassword'],
    ['P@ssw0rd2026!', 'commonPassword'],
    ['motdepasse2026', 'commonPassword'],
    ['azertyuiop', 'commonPassword'],
    ['NetMonitor1', 'commonPassword'],
    ['passwordpassword', 'commonPassword'],
    ['admin-admin-', 'commonPassword'],
    ['1q2w3e4r5t', 'commonPassword'],
    ['1234567890', 'plainPassword'],
    ['aaaaaaaaaaab', 'plainPassword'],
    ['abcdefghijkl', 'plainPassword'],
    ['Marie-2026!!', 'nameInPassword'],
    ['mariemarie', 'nameInPassword'],
    ['xMarieMarie12', 'nameInPassword'],
  ] as const)
    assert.equal(problemOf(bad, 'Marie'), why, bad);
});
