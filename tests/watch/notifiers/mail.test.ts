// Mail to a real SMTP server: what arrives, whom it trusts, and what it says when something is refused.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Malformed } from '../../../appliance/protocol/malformed.ts';
import { type MailOptions, mail } from '../../../appliance/watch/notifiers/mail.ts';
import { mailHtml, mailSubject, mailText } from '../../../appliance/watch/notifiers/mail-words.ts';
import { type Letter, Undelivered } from '../../../appliance/watch/notifiers/notifier.ts';
import { makeCertificate } from '../../helpers/certificates.ts';
import { closedPort, MailServer, type Trouble } from '../../helpers/mail-server.ts';
import { ReachInRam } from '../../helpers/notices.ts';

const letter: Letter = {
  ...{ messageId: 'abc.1', thread: 'incident-7', severity: 'critical', isGood: false },
  subject: 'Salle 3 : disque à 97 % <b>',
  items: [
    {
      incident: 7,
      severity: 'critical',
      isGood: false,
      label: 'Critical',
      when: '14:02',
      text: 'disque & <script>',
    },
  ],
  link: { url: 'https://192.0.2.7/incidents/7', text: 'Voir' },
  times: 'heures : Europe/Paris',
  notes: ['en retard de 14 min'],
  ...{ atMs: Date.UTC(2026, 0, 15, 12), saidMs: Date.UTC(2026, 0, 15, 12, 14), isTest: false },
};

const optionsFor = (server: MailServer, more: Partial<MailOptions> = {}): MailOptions => ({
  ...{ host: 'localhost', port: server.port, security: 'starttls', fingerprint: server.fingerprint },
  ...{ from: 'box@school.example', to: ['anne@school.example', 'luc@school.example'], ...more },
});

const send = (
  options: MailOptions,
  more: { left?: string[]; timeoutMs?: number; signal?: AbortSignal } = {},
) =>
  mail.send({
    ...{ options, letter, left: null, reach: new ReachInRam(), timeoutMs: 5_000 },
    ...{ signal: new AbortController().signal, ...more },
  });

const refusedBy = async (sending: Promise<unknown>): Promise<Undelivered> => {
  const error = await sending.then(
    () => assert.fail('it was delivered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Undelivered, String(error));
  return error;
};

test('a mail arrives once for all receivers, as text and HTML, in its thread, with nothing that a reader would run', async (t) => {
  const server = await MailServer.open(t);
  const options = optionsFor(server, { username: 'box', password: 'correct' });
  const { left } = await send(options);
  assert.deepEqual(left, []);
  const [{ from, to, user, raw } = assert.fail('nothing arrived'), ...more] = server.arrived;
  assert.deepEqual([from, to, user, more], ['box@school.example', options.to, 'box', []]);
  assert.match(raw, /^Message-ID: <abc\.1@school\.example>\r$/m);
  assert.match(raw, /^References: <incident-7@school\.example>\r$/m);
  assert.match(raw, /^Subject: =\?UTF-8\?/m);
  assert.match(raw, /^Date: Thu, 15 Jan 2026 12:14:00 \+0000\r$/m);
  assert.match(raw, /^Auto-Submitted: auto-generated\r$/m);
  assert.match(raw, /Content-Type: text\/plain/);
  const html = raw.slice(raw.indexOf('Content-Type: text/html'));
  assert.ok(!html.includes('<script>') && html.includes('&lt;script&gt;'));
});

test('nothing is said to a server whose certificate nobody vouches for, and a person may trust it by its fingerprint', async (t) => {
  const server = await MailServer.open(t);
  const untrusted = await refusedBy(send(optionsFor(server, { fingerprint: undefined })));
  assert.match(untrusted.message, /DEPTH_ZERO_SELF_SIGNED_CERT|self.signed/i);
  assert.equal(untrusted.fingerprint, server.fingerprint);
  const other = await refusedBy(
    send(optionsFor(server, { fingerprint: 'ab'.repeat(32), username: 'box', password: 'correct' })),
  );
  assert.equal(other.fingerprint, server.fingerprint);
  assert.deepEqual(server.arrived, []);
  await send(optionsFor(server));
  assert.equal(server.arrived.length, 1);
});

test('a certificate of another name is not trusted, with TLS from the beginning neither', async (t) => {
  const certificate = makeCertificate({ name: 'other', dns: ['other.example'] });
  const server = await MailServer.open(t, { certificate, secure: true });
  const options = optionsFor(server, { security: 'tls' });
  const wrong = await refusedBy(send({ ...options, fingerprint: undefined }));
  assert.match(wrong.message, /localhost/);
  assert.equal(wrong.fingerprint, server.fingerprint);
  await send(options);
  assert.equal(server.arrived.length, 1);
});

test('a server that offers no encryption gets nothing, unless a person wants it so', async (t) => {
  const server = await MailServer.open(t, { plain: true });
  await refusedBy(send(optionsFor(server)));
  assert.deepEqual(server.arrived, []);
  await send(optionsFor(server, { security: 'none' }));
  assert.equal(server.arrived.length, 1);
  assert.throws(
    () => mail.assertFits?.(optionsFor(server, { security: 'none', username: 'box', password: 'correct' })),
    Malformed,
  );
});

test("what is refused is told in the server's own words, and only what is said of the message is final", async (t) => {
  const server = await MailServer.open(t);
  const options = optionsFor(server, { username: 'box', password: 'correct' });
  const cases: [Trouble, RegExp, boolean][] = [
    [{ at: 'greeting', how: 'refuse' }, /554 no greeting today/, false],
    [{ at: 'auth', how: 'refuse' }, /535 no auth today/, false],
    [{ at: 'mail', how: 'busy' }, /451 no mail today/, false],
    [{ at: 'rcpt', how: 'refuse' }, /554 no rcpt today/, true],
    [{ at: 'data', how: 'refuse' }, /554 no data today/, true],
    [{ at: 'data', how: 'busy' }, /451 no data today/, false],
  ];
  for (const [trouble, words, isFinal] of cases) {
    server.trouble = trouble;
    const error = await refusedBy(send(options));
    assert.match(error.message, words);
    assert.equal(error.isFinal, isFinal, error.message);
  }
  assert.deepEqual(server.arrived, []);
});

test('a server that hangs or dies at any step is given up, and is not final', async (t) => {
  const server = await MailServer.open(t);
  const options = optionsFor(server, { username: 'box', password: 'correct' });
  for (const at of ['greeting', 'auth', 'mail', 'rcpt', 'data'] as const) {
    server.trouble = { at, how: 'hang' };
    assert.equal((await refusedBy(send(options, { timeoutMs: 150 }))).isFinal, false, `hangs at ${at}`);
  }
  for (const at of ['greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data'] as const) {
    server.trouble = { at, how: 'die' };
    assert.equal((await refusedBy(send(options))).isFinal, false, `dies at ${at}`);
  }
  assert.equal(server.arrived.length, 1, 'the one that was accepted without an answer');
  await refusedBy(send({ ...options, port: await closedPort() }));
});

test('those who cannot get it now are left, those who never can are not', async (t) => {
  const server = await MailServer.open(t);
  const to = ['anne@school.example', 'busy@school.example', 'gone@school.example'];
  server.refused.set('busy@school.example', 450).set('gone@school.example', 550);
  const { words, left } = await send(optionsFor(server, { to }));
  assert.deepEqual(left, ['busy@school.example']);
  assert.match(words, /550 not gone@school\.example/);
  server.refused.clear();
  await send(optionsFor(server, { to }), { left: [...left] });
  assert.deepEqual(
    server.arrived.map((one) => one.to),
    [['anne@school.example'], ['busy@school.example']],
  );
});

test('a sending that is called off ends at once', async (t) => {
  const server = await MailServer.open(t);
  server.trouble = { at: 'mail', how: 'hang' };
  const calledOff = new AbortController();
  server.onStep = (step) => {
    if (step === 'mail') calledOff.abort();
  };
  const { message } = await refusedBy(send(optionsFor(server), { signal: calledOff.signal }));
  assert.match(message, /given up/);
});

function fails(check: (value: unknown) => unknown, value: unknown): void {
  assert.throws(() => check(value), Malformed, JSON.stringify(value));
}

test('addresses and servers that would be more than one, or more than a name, are refused', (_: TestContext) => {
  const { from, to, host } = mail.fields;
  for (const bad of [
    'anne@x\r\nBcc: all@x',
    'anne@x, luc@x',
    'Anne <anne@x>',
    'anne',
    '"a b"@x',
    'anne@[10.0.0.1]',
    '-f@x -oQ',
  ]) {
    fails(from.check, bad);
    fails(to.check, [bad]);
  }
  for (const bad of ['mail example', 'mail\n', '-oProxy', 'http://mail', '']) fails(host.check, bad);
  assert.deepEqual(to.check(['a@x', 'a@x']), ['a@x']);
  assert.equal(host.check('2001:db8::1'), '2001:db8::1');
});

test('no text of a machine, a person or a record becomes a header or a receiver', async (t) => {
  const server = await MailServer.open(t);
  const evil = 'x\r\nBcc: all@thief.example\r\n\r\nX-Evil: 1\nRCPT TO:<all@thief.example>\r.\r\n\0\u2028y';
  const item = letter.items[0]!;
  await mail.send({
    ...{ options: optionsFor(server), left: null, reach: new ReachInRam(), timeoutMs: 5_000 },
    signal: new AbortController().signal,
    letter: {
      ...{ ...letter, messageId: evil, thread: evil, subject: evil, notes: [evil] },
      items: [{ ...item, label: evil, when: evil, text: evil, more: evil }],
    },
  });
  const [{ from, to, raw } = assert.fail('nothing arrived'), ...more] = server.arrived;
  assert.deepEqual([from, to, more], ['box@school.example', optionsFor(server).to, []]);
  const names = raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .split('\r\n')
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  const usual = ['auto-submitted', 'importance', 'x-priority', 'from', 'to', 'message-id', 'references'];
  const others = ['content-type', 'subject', 'date', 'mime-version'];
  assert.deepEqual(names.sort(), [...usual, ...others].sort());
  const { fields } = mail;
  for (const field of ['host', 'from', 'username', 'password'] as const)
    assert.throws(() => {
      const given = { host: 'a', from: 'a@b', username: 'a', password: 'a' }[field];
      fields[field].check(`${given}\r\nRCPT TO:<all@thief.example>`);
    }, Malformed);
});

test('a server that never comes to the end of what it says holds nobody up', {
  timeout: 20_000,
}, async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 patience\r\n');
    socket.once('data', () => {
      const dripping = setInterval(() => socket.write('250-x\r\n'), 20);
      socket.once('close', () => clearInterval(dripping));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const options: MailOptions = {
    ...{ host: '127.0.0.1', port, security: 'none' },
    ...{ from: 'box@school.example', to: ['anne@school.example'] },
  };
  const { message, isFinal } = await refusedBy(send(options, { timeoutMs: 300 }));
  // Where this machine itself stands still for a moment, the pause was too long already.
  assert.match(message, /^(no answer in time|Timeout)$/);
  assert.equal(isFinal, false);
});

test('what a list of mails and a telephone show says it: sign and sentence, what to do, the page; text in 72 columns', () => {
  const long = `SALLE-3 : ${'mot '.repeat(60)}97 % !`;
  const item = { ...letter.items[0]!, text: long, more: 'PC-1, PC-2', next: 'Faites de la place <vite>.' };
  const one: Letter = { ...letter, items: [item] };
  assert.ok(mailSubject(one).startsWith('● Salle 3 : disque'));
  assert.equal(mailSubject({ ...one, severity: 'low' }), one.subject);
  const text = mailText(one);
  const [first = '', , sign = ''] = text.split('\n');
  assert.deepEqual([first, sign], ['en retard de 14 min', '● Critical · 14:02']);
  assert.ok(
    text.split('\n').every((line) => line.length <= 76 && !/^[%!:;]/.test(line)),
    text,
  );
  assert.match(text, /→ Faites de la place <vite>\.\n\nVoir\nhttps:\/\/192\.0\.2\.7\/incidents\/7\n/);
  assert.match(text, /NetMonitor · #7 · heures : Europe\/Paris\n$/);
  const html = mailHtml(one);
  assert.match(html, /<a class="deed" href="https:\/\/192\.0\.2\.7\/incidents\/7"/);
  const body = html.slice(html.indexOf('<body'));
  const shown = body.replaceAll(/<[^>]*>/g, '').trim();
  assert.ok(
    shown.startsWith('en retard de 14 min · Critical, 14:02 · PC-1, PC-2 · Faites de la place'),
    shown,
  );
  const many = mailHtml({ ...one, items: Array.from({ length: 100 }, () => item) });
  assert.ok((/display:none[^>]*>([^<]*)</.exec(many)?.[1]?.length ?? 999) <= 200, 'of many, too');
  // Nothing is fetched, nobody is counted.
  assert.doesNotMatch(html, /<img|<link|<script|url\(|@import|src=/);
});
