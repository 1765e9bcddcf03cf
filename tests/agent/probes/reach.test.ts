import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, isAllowed } from '../../../agent/probes/reach.ts';

const own = ['198.51.100.9/24', '2001:db8:1::9/64'];

test('a probe goes into networks of its machine, further only where an admin said so, and never back into it', () => {
  const inside = ['10.1.2.3', '192.168.0.1', '172.31.0.1', '198.51.100.77', '2001:db8:1::77', 'fd12::1'];
  const outside = ['203.0.113.7', '172.32.0.1', '2001:db8:2::1'];
  const never = [
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    '::ffff:169.254.169.254',
  ];
  const nowhere = [
    ...never,
    '224.0.0.251',
    '255.255.255.255',
    'ff02::1',
    'fd00:ec2::254',
    'fe80::1%lo',
    'nas',
  ];
  for (const one of inside)
    assert.deepEqual([isAllowed(one, false, own), isAllowed(one, true, [])], [true, true], one);
  for (const one of outside)
    assert.deepEqual([isAllowed(one, false, own), isAllowed(one, true, own)], [false, true], one);
  for (const one of nowhere)
    assert.deepEqual([isAllowed(one, false, own), isAllowed(one, true, own)], [false, false], one);
});

test('a name is resolved once, to an address that is allowed', async () => {
  const { signal } = new AbortController();
  let asked = 0;
  const answers = [['127.0.0.1', '192.168.0.9'], ['127.0.0.1'], []];
  const reach = {
    async resolve() {
      asked += 1;
      return answers.shift() ?? Promise.reject(new Error('queryA ENOTFOUND nas.lan'));
    },
    allowed: (address: string) => isAllowed(address, false, own),
  };
  const address = () => addressOf('nas.lan', { beyond: false, reach, signal });
  assert.equal(await address(), '192.168.0.9');
  assert.equal(asked, 1);
  await assert.rejects(address(), { code: 'NOT_ALLOWED', message: /^nas.lan is 127.0.0.1, where/ });
  await assert.rejects(address(), { code: 'NAME' });
  await assert.rejects(address(), { code: 'NAME', message: 'queryA ENOTFOUND nas.lan' });
});

test('a machine that cannot even ask for a name knows nothing of it', async () => {
  const { signal } = new AbortController();
  const failing = (code: string) =>
    addressOf('nas.lan', {
      ...{ beyond: false, signal },
      reach: {
        resolve: () =>
          Promise.reject(Object.assign(new Error(`getaddrinfo ${code} nas.lan`), { code, errno: -1 })),
        allowed: () => true,
      },
    });
  await assert.rejects(failing('EMFILE'), { code: 'SPENT' });
  await assert.rejects(failing('EAI_MEMORY'), { code: 'SPENT' });
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEOUT'])
    await assert.rejects(failing(code), { code: 'NAME', message: `getaddrinfo ${code} nas.lan` });
});
