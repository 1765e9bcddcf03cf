/** An admin's page in the wrong hands points mail elsewhere, writes headers into it, and lets the box knock at doors; others try to, too. */
import assert from 'node:assert/strict';
import { MailServer } from '../../helpers/mail-server.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { invite, removePerson, visiting, visitorAt } from './visitor.ts';

type Refused = { error?: { path?: string } };

const injected = ['\r\nBcc: thief@evil.example', '\nSubject: other', '\r\n\r\nother text', '\0'];
const hosts = [
  ...['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::', '127.1', '2130706433', '0x7f.1'],
  ...['169.254.169.254', 'fd00:ec2::254', '224.0.0.1', '255.255.255.255', 'ff02::1', '127.0.0.1%lo'],
  ...['-oProxyCommand=id', 'a.example;id', '$(id)', 'a.example\r\nRCPT TO:<thief@evil.example>', ''],
];

/** A mail server of the school, and the admin's channel to it. */
const office = (scene: Scene) =>
  scene.prop('mail', async () => {
    const undo: (() => Promise<void>)[] = [];
    const server = await MailServer.open({ after: (work) => void undo.push(work) });
    const thief = await MailServer.open({ after: (work) => void undo.push(work) });
    const options = {
      ...{ host: 'localhost', port: server.port, security: 'starttls', fingerprint: server.fingerprint },
      ...{ from: 'box@school.example', to: ['anne@school.example'], username: 'box' },
    };
    const channel = {
      ...{ kind: 'mail', name: 'Office', enabled: true, language: 'en', zone: 'UTC', digestAt: null },
      ...{ takes: { least: 'low', groups: [] }, options },
    };
    const { status, json, text } = await scene.ask('/api/v1/channels', {
      ...{ method: 'POST', cookie: scene.cookie, body: { ...channel, secrets: { password: 'correct' } } },
    });
    assert.equal(status, 200, text);
    const { id } = json as { id: string };
    const stop = async () => {
      await scene.ask(`/api/v1/channels/${id}`, { method: 'DELETE', cookie: scene.cookie });
      for (const work of undo) await work();
    };
    return { server, thief, channel, id, stop };
  });

const tested = async ({ ask, cookie }: Scene, id: string): Promise<boolean> => {
  const { status, json } = await ask(`/api/v1/channels/${id}/test`, { method: 'POST', cookie, body: {} });
  return status === 200 && (json as { delivered: boolean }).delivered;
};

export const testMail: Attack = {
  threat: 24,
  about: 'a test mail to another server, headers in every text, offers of the box itself and of clouds',
  by: 'A3',
  guard: { file: 'appliance/watch/outbox/channels.ts', name: 'assertRetyped(kind, before.options, channel' },
  async control(scene) {
    const { server, id } = await office(scene);
    assert.ok(await tested(scene, id), 'a test arrives');
    assert.equal(server.arrived.at(-1)?.user, 'box');
  },
  async attack(scene) {
    const { server, thief, channel, id } = await office(scene);
    let refused = 0;
    // On one connection that stays: who knocks too often is another attack.
    const page = visitorAt(scene, '127.4.24.2');
    const isRefused = async (path: string, method: string, body: object, at?: string) => {
      const { status, json } = await page.ask(`/api/v1${path}`, { method, cookie: scene.cookie, body });
      assert.equal(status, 400, `${path} ${JSON.stringify(body)} was answered ${status}`);
      if (at !== undefined)
        assert.equal((json as Refused).error?.path?.endsWith(at), true, JSON.stringify(json));
      refused++;
    };
    const { options } = channel;
    const to = (more: object) => ({ ...channel, options: { ...options, ...more } });
    try {
      for (const more of [
        ...[
          { host: 'evil.example' },
          { port: thief.port },
          { port: thief.port, fingerprint: thief.fingerprint },
        ],
        ...[{ fingerprint: thief.fingerprint }, { security: 'tls' }, { username: 'other' }],
      ])
        await isRefused(`/channels/${id}`, 'PUT', to(more), 'secrets.password');
      for (const text of injected) {
        const secrets = { password: 'correct' };
        await isRefused(`/channels/${id}`, 'PUT', { ...channel, name: `Office${text}` });
        for (const [field, value] of Object.entries({ ...options, to: options.to[0] })) {
          const bad = `${value}${text}`;
          await isRefused(`/channels/${id}`, 'PUT', {
            ...to({ [field]: field === 'to' ? [bad] : bad }),
            secrets,
          });
        }
      }
      for (const host of hosts) {
        await isRefused('/channels/mail-offer', 'POST', { host });
        await isRefused(`/channels/${id}`, 'PUT', { ...to({ host }), secrets: { password: 'correct' } });
      }
    } finally {
      page.leave();
    }
    refused += await refusedToOthers(scene, id);
    const before = server.arrived.length;
    assert.ok(await tested(scene, id), 'the channel is as it was');
    const [mail] = server.arrived.slice(before);
    assert.deepEqual(mail?.to, ['anne@school.example']);
    assert.doesNotMatch(mail?.raw ?? '', /evil\.example/);
    assert.equal(thief.dialogues, 0, 'nobody spoke to the thief');
    return `400 or 403 to ${refused} such requests`;
  },
};

/** Who only looks, and who only answers for incidents. */
async function refusedToOthers(scene: Scene, id: string): Promise<number> {
  let refused = 0;
  for (const role of ['viewer', 'operator'] as const) {
    const { id: person, join } = await invite(scene, `Mail ${role}`, role);
    await visiting(scene, '127.4.24.1', async ({ ask }) => {
      const { cookie } = await join(ask);
      for (const [path, body] of [
        [`/channels/${id}/test`, {}],
        ['/channels/mail-offer', { host: 'mail.invalid' }],
      ] as const) {
        const { status } = await ask(`/api/v1${path}`, { method: 'POST', cookie, body });
        assert.equal(status, 403, `${role}: ${path} was answered ${status}`);
        refused++;
      }
    });
    await removePerson(scene, person);
  }
  return refused;
}
