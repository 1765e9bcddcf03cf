import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswords, parsePhc } from '../../appliance/web/passwords.ts';

test('keeps a password as argon2id with its parameters, never as it is', async () => {
  const passwords = createPasswords();
  const phc = await passwords.hash('correct horse');
  assert.match(phc, /^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(phc.includes('correct'), false);
  assert.notEqual(await passwords.hash('correct horse'), phc);
  assert.equal(await passwords.verify('correct horse', phc), true);
  assert.equal(await passwords.verify('correct horsf', phc), false);
});

test('agrees with the vector of the argon2 command for argon2id', async () => {
  // printf password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 24, from the test suite of the reference implementation.
  const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  const passwords = createPasswords();
  assert.equal(await passwords.verify('password', phc), true);
  assert.equal(await passwords.verify('passwore', phc), false);
});

test('takes é typed as one character or as two', async () => {
  const passwords = createPasswords();
  assert.equal(
    await passwords.verify('de\u0301ja\u0300-vu', await passwords.hash('d\u00e9j\u00e0-vu')),
    true,
  );
});

test('gives the memory of each computation back', { skip: process.platform !== 'linux' }, async () => {
  const passwords = createPasswords();
  const phc = await passwords.hash('correct horse');
  const before = process.memoryUsage.rss();
  for (let attempt = 0; attempt < 6; attempt++) await passwords.verify('wrong horse', phc);
  assert.ok(process.memoryUsage.rss() - before < 16 * 2 ** 20);
});

test('says no when there is nobody of that name', async () => {
  assert.equal(await createPasswords().verify('', null), false);
});

test('refuses to compute what a damaged record asks for', () => {
  const tail = '$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  for (const phc of [
    `$argon2id$v=19$m=9999999,t=2,p=1${tail}`,
    `$argon2id$v=19$m=19456,t=0,p=1${tail}`,
    `$argon2i$v=19$m=19456,t=2,p=1${tail}`,
    'secret',
  ])
    assert.throws(() => parsePhc(phc), { code: 'STORE_DAMAGED' }, phc);
});

/** Who waits for whom does not depend on how long: all of these ask before the first is answered. */
const quick = { memory: 512, passes: 1, parallelism: 1 };

test('computes one after the other and turns away whoever would wait too long', async () => {
  const passwords = createPasswords(quick);
  const results = await Promise.allSettled(Array.from({ length: 19 }, () => passwords.verify('x', null)));
  const refused = results.filter((result) => result.status === 'rejected');
  assert.equal(refused.length, 2);
  for (const { reason } of refused) assert.equal(reason.code, 'TOO_MANY');
  assert.equal(await passwords.verify('x', null), false);
});

test('who is known goes ahead of a queue of strangers, and has a place when theirs is full', async () => {
  const passwords = createPasswords(quick);
  const order: string[] = [];
  const strangers = Array.from({ length: 18 }, (_, at) =>
    passwords.verify('x', null).then(
      () => order.push(`stranger ${at}`),
      () => 'turned away',
    ),
  );
  const known = passwords.verify('x', null, true).then(() => order.push('known'));
  await Promise.all([...strangers, known]);
  assert.equal(order[1], 'known');
});
