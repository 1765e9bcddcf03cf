import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCookie, setCookie } from '../../appliance/web/cookie.ts';

const token = 'A'.repeat(43);

test('finds its cookie among others and nothing else', () => {
  assert.equal(readCookie(`__Host-netmonitor=${token}`), token);
  assert.equal(readCookie(`a=b; __Host-netmonitor=${token}; c=d`), token);
  for (const header of [
    undefined,
    '',
    'a=b',
    `netmonitor=${token}`,
    '__Host-netmonitor=',
    '__Host-netmonitor=x y',
  ])
    assert.equal(readCookie(header), null, header);
});

test('sets a cookie that only this host gets, over https, unread by scripts, never from another site', () => {
  assert.equal(setCookie(token), `__Host-netmonitor=${token}; Path=/; Secure; HttpOnly; SameSite=Strict`);
});
