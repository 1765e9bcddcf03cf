// What a form of the watch brings and is refused is told in the language of who typed it.
import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { test } from 'node:test';
import { servedWatch } from '../helpers/served-watch.ts';
import { askOver, startWebBox } from '../helpers/web-box.ts';

const mail = {
  ...{ host: 'mail.example', security: 'starttls', from: 'box@school.example', to: ['anne@school.example'] },
};
const channel = (options: object, more: object = {}) => ({
  ...{ kind: 'mail', name: 'Office', enabled: true, language: 'fr', zone: 'Europe/Paris', digestAt: null },
  ...{ takes: { least: 'low', groups: [] }, options, ...more },
});
const probe = (options: object, more: object = {}) => ({ kind: 'icmp', name: 'Printer', options, ...more });
const rule = (options: object, more: object = {}) => ({
  ...{ kind: 'threshold', name: 'Hot', severity: 'high', enabled: true, cooldownMs: 0, repeatMs: 0 },
  ...{ options: { metric: 'hw.temperature:*', side: 'above', limit: 80, forMs: 0, ...options }, ...more },
});
const night = { days: [1], from: '22:00', to: '06:00', zone: 'Europe/Paris' };
const quiet = (more: object) => ({ name: 'Night', kind: 'quiet', scopes: ['all'], weekly: night, ...more });

const forms: readonly (readonly [string, string, object])[] = [
  ['POST', '/channels', channel({ ...mail, host: '127.0.0.1' })],
  ['POST', '/channels', channel({ ...mail, host: 'mail example' })],
  ['POST', '/channels', channel({ ...mail, from: 'box' })],
  ['POST', '/channels', channel({ ...mail, to: [] })],
  ['POST', '/channels', channel({ ...mail, port: 70_000 })],
  ['POST', '/channels', channel({ ...mail, security: 'none', username: 'box' })],
  ['POST', '/channels', channel({ ...mail, username: 'box' })],
  ['POST', '/channels', channel({ ...mail, fingerprint: 'abc' })],
  ['POST', '/channels', channel({ ...mail, colour: 'red' })],
  ['POST', '/channels', channel(mail, { kind: 'pigeon' })],
  ['POST', '/channels', channel(mail, { zone: 'Europe/Nowhere' })],
  ['POST', '/channels', channel({}, { kind: 'desktop' })],
  ['POST', '/channels', channel({}, { kind: 'webhook', secrets: { url: 'ftp://x.example' } })],
  [
    'POST',
    '/channels',
    channel({ template: '{{x}}' }, { kind: 'webhook', secrets: { url: 'https://x.example' } }),
  ],
  ['POST', '/channels', channel({ server: 'https://a:b@x.example', topic: 'a b' }, { kind: 'ntfy' })],
  ['PUT', '/channels/abcdefgh', channel(mail)],
  ['POST', '/channels/mail-offer', { host: '127.0.0.1' }],
  ['POST', '/probes', probe({ host: 'a b' })],
  ['POST', '/probes', probe({ host: '127.0.0.1' })],
  ['POST', '/probes', probe({ host: '203.0.113.7' })],
  ['POST', '/probes', probe({ host: '192.168.1.7', colour: 'red' })],
  ['POST', '/probes', probe({ host: '192.168.1.7' }, { vantages: [99] })],
  ['POST', '/probes', probe({ host: '192.168.1.7' }, { groups: ['nobody'] })],
  ['POST', '/probes', probe({ host: '192.168.1.7' }, { parent: 'abcdefgh' })],
  ['POST', '/probes', probe({ host: '192.168.1.7' }, { intervalMs: 1 })],
  ['POST', '/probes', probe({ url: 'https://a:b@x.example/' }, { kind: 'https' })],
  ['PUT', '/probes/abcdefgh', { name: 'x' }],
  ['PUT', '/probes/boxroute', { name: 'x' }],
  ['DELETE', '/probes/boxroute', {}],
  ['POST', '/rules', rule({ limit: 'hot' })],
  ['POST', '/rules', rule({ forMs: -1 })],
  ['POST', '/rules', rule({ metric: 'a b' })],
  ['POST', '/rules', rule({ side: 'beside' })],
  ['POST', '/rules', rule({}, { kind: 'guess' })],
  ['PUT', '/rules/cpu/group:nobody', { enabled: false }],
  ['PUT', '/rules/nothing/all', { enabled: false }],
  ['DELETE', '/rules/cpu', {}],
  ['POST', '/schedules', quiet({ weekly: undefined })],
  ['POST', '/schedules', quiet({ weekly: undefined, once: { fromMs: 2, toMs: 1 } })],
  ['POST', '/schedules', quiet({ weekly: { ...night, from: '25:00' } })],
  ['POST', '/schedules', quiet({ weekly: { ...night, zone: 'Mars' } })],
  ['DELETE', '/schedules/abcdefgh', {}],
  ['PUT', '/groups/A B', { name: 'x', machines: [] }],
  ['PUT', '/groups/room', { name: '', machines: [] }],
  ['PUT', '/groups/room', { name: 'x', machines: [], parent: 'abcdefgh' }],
  ['POST', '/incidents/7/acknowledge', { note: '', untilMs: null }],
];

type Refused = { error: { message: string; path?: string } };

test('each refusal of a form of the watch says in French what it says in English, and not that something does not fit', async (t) => {
  const { folder } = await servedWatch(t);
  const box = await startWebBox(t, { folder });
  const cookie = await box.signIn();
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const ask = askOver(box.https, box.identity, { agent });
  const general = /^(Cette demande ne convient pas\.|Il n’y a rien ici|Cela ne va pas)/;
  for (const [method, path, body] of forms) {
    const said = async (language: string): Promise<Refused['error']> => {
      const headers = { 'accept-language': language };
      const answer = await ask(`/api/v1${encodeURI(path)}`, { method, cookie, body, headers });
      const name = `${method} ${path} ${JSON.stringify(body)}: ${answer.text}`;
      assert.ok(answer.status >= 400 && answer.status < 500, name);
      return (answer.json as Refused).error;
    };
    const [en, fr] = [await said('en'), await said('fr')];
    assert.notEqual(fr.message, en.message, en.message);
    assert.doesNotMatch(fr.message, general, en.message);
    assert.doesNotMatch(
      fr.message,
      /\b(the|is|not|there|wanted|must|with|has)\b/,
      `${en.message} / ${fr.message}`,
    );
    assert.equal(fr.path, en.path);
  }
});
