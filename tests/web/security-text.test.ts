import assert from 'node:assert/strict';
import { test } from 'node:test';
import { securityText } from '../../appliance/web/security-text.ts';
import { startWebBox } from '../helpers/web-box.ts';

const nowMs = Date.UTC(2026, 10, 20);

test('security.txt is there for anybody and has not expired', async (t) => {
  const box = await startWebBox(t);
  const answer = await box.ask('/.well-known/security.txt');
  assert.equal(answer.status, 200);
  assert.match(String(answer.headers['content-type']), /^text\/plain/);
  const expires = /^Expires: (\S+)$/m.exec(answer.text)?.[1] ?? '';
  const leftDays = (Date.parse(expires) - Date.now()) / 86_400_000;
  assert.ok(leftDays > 30 && leftDays < 365, expires);
  assert.match(answer.text, new RegExp(`^Contact: https://localhost:${box.https}/privacy$`, 'm'));
});

test('names the address of the owner where there is one, and invents none', () => {
  const text = securityText({ contact: 'mailto:it@school.example', host: 'box', nowMs });
  assert.match(text, /^Contact: mailto:it@school\.example$/m);
  assert.match(text, /^Expires: 2027-02-18T00:00:00Z$/m);
  assert.doesNotMatch(securityText({ contact: '', host: 'box', nowMs }), /mailto/);
});
