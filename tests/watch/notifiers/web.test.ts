// Webhook and ntfy to a real HTTP server: what arrives, signed, and what it says.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Malformed } from '../../../appliance/protocol/malformed.ts';
import { type Letter, Undelivered } from '../../../appliance/watch/notifiers/notifier.ts';
import { ntfy } from '../../../appliance/watch/notifiers/ntfy.ts';
import { webhook } from '../../../appliance/watch/notifiers/webhook.ts';
import { closedPort } from '../../helpers/mail-server.ts';
import { ReachInRam } from '../../helpers/notices.ts';

const letter: Letter = {
  ...{
    messageId: 'abc1',
    thread: null,
    severity: 'critical',
    isGood: false,
    subject: 'PC "7": disk \\ full',
  },
  items: [
    {
      incident: 7,
      severity: 'critical',
      isGood: false,
      label: 'Critical',
      when: '14:02',
      text: 'PC "7": disk \\ full',
    },
  ],
  ...{ link: { url: 'https://192.0.2.7/incidents/7', text: 'See it' }, times: 'times: UTC' },
  ...{ notes: ['late\nby 3 min'], atMs: Date.UTC(2026, 0, 15, 12), saidMs: 0, isTest: false },
};
const order = {
  letter,
  left: null,
  reach: new ReachInRam(),
  timeoutMs: 1_000,
  signal: new AbortController().signal,
};

type Got = { url: string; headers: IncomingHttpHeaders; body: string };

async function service(t: TestContext, answer: (response: ServerResponse) => void) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      got.push({ url: request.url ?? '', headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const ok = (response: ServerResponse) => response.end('thanks');

async function refusedBy(sending: Promise<unknown>): Promise<Undelivered> {
  const error = await sending.then(
    () => assert.fail('it was delivered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Undelivered, String(error));
  return error;
}

test('a webhook is JSON, signed with the key, or a text of one’s own that no text of a machine can break', async (t) => {
  const { got, url } = await service(t, ok);
  const key = 'a key of somebody';
  const { words } = await webhook.send({ ...order, options: { url, key } });
  assert.equal(words, '200 OK thanks');
  const [{ headers, body } = assert.fail()] = got;
  const signature = createHmac('sha256', key).update(body).digest('hex');
  assert.equal(headers['x-netmonitor-signature'], `sha256=${signature}`);
  assert.equal(headers['idempotency-key'], 'abc1');
  const { title, state, items } = JSON.parse(body) as Record<string, unknown>;
  assert.deepEqual([title, state, items], [letter.subject, 'open', letter.items]);
  await webhook.send({
    ...order,
    options: { url, template: '{"text": "{{severity}}: {{title}} {{text}}"}' },
  });
  assert.deepEqual(JSON.parse(got[1]?.body ?? ''), {
    text: `critical: ${letter.subject} late\nby 3 min\n${letter.subject}`,
  });
});

test('a template that would be no JSON, or names what there is not, is refused when it is written', () => {
  const { check } = webhook.fields.template;
  for (const bad of ['{"a": {{title}}}', '{"a": "{{host}}"}', 'hello', '{"a": "{{title}}"'])
    assert.throws(() => check(bad), Malformed, bad);
  for (const bad of ['ftp://x/y', 'https://anne:pw@x/', 'javascript:alert(1)', 'mailto:anne@x'])
    assert.throws(() => webhook.fields.url.check(bad), Malformed, bad);
});

test('ntfy gets a title, a priority and its token, and good news is no alarm', async (t) => {
  const { got, url } = await service(t, ok);
  const options = { server: url, topic: 'box', token: 'tk_1' };
  await ntfy.send({ ...order, options });
  await ntfy.send({ ...order, options, letter: { ...letter, isGood: true } });
  const [bad, good] = got.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  assert.deepEqual([bad?.topic, bad?.title, bad?.priority, good?.priority], ['box', letter.subject, 5, 3]);
  assert.equal(got[0]?.headers.authorization, 'Bearer tk_1');
});

test('what a service answers is told in its words; only what is wrong with the message is final', async (t) => {
  const answers: [number, boolean][] = [
    [400, true],
    [404, false],
    [429, false],
    [500, false],
    [302, false],
  ];
  let at = 0;
  const { got, url } = await service(t, (response) => {
    response.writeHead(answers[at]?.[0] ?? 200, { location: '/elsewhere' }).end('no such hook\r\n\u001b[31m');
  });
  for (const [status, isFinal] of answers) {
    const error = await refusedBy(webhook.send({ ...order, options: { url } }));
    assert.equal(error.isFinal, isFinal, String(status));
    assert.match(error.message, new RegExp(`^${status} .*no such hook \\[31m$`));
    at++;
  }
  assert.equal(got.length, answers.length, 'no redirect was followed');
});

test('a service that hangs, talks without end or is not there is given up', async (t) => {
  const hanging = await service(t, () => undefined);
  const slow = await refusedBy(webhook.send({ ...order, timeoutMs: 100, options: { url: hanging.url } }));
  assert.match(slow.message, /no answer in time|aborted/);
  const endless = await service(t, (response) => {
    const more = () => {
      if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
    };
    more();
  });
  const { words } = await webhook.send({ ...order, options: { url: endless.url } });
  assert.ok(words.length <= 500);
  const nobody = `http://127.0.0.1:${await closedPort()}/`;
  assert.match(
    (await refusedBy(webhook.send({ ...order, options: { url: nobody } }))).message,
    /ECONNREFUSED/,
  );
});

test('a service that has said that it took it has it, though its words stall or break off', async (t) => {
  const stalling = await service(t, (response) => response.write('tha'));
  const stalled = await webhook.send({ ...order, options: { url: stalling.url } });
  assert.match(stalled.words, /^200 OK/);
  const breaking = (status: number) =>
    service(t, (response) => {
      response.writeHead(status, { 'content-length': 100 });
      response.write('tha', () => response.destroy());
    });
  const taken = await breaking(200);
  assert.match((await webhook.send({ ...order, options: { url: taken.url } })).words, /^200 OK/);
  const broken = await breaking(500);
  await refusedBy(webhook.send({ ...order, options: { url: broken.url } }));
});
