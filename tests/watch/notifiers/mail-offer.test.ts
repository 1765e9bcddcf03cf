// What mail servers offer, by knocking at real ones on loopback.
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { type MailQuestions, serversFor } from '../../../appliance/watch/notifiers/mail-names.ts';
import { type MailDoor, mailOffer } from '../../../appliance/watch/notifiers/mail-offer.ts';
import { alone } from '../../../appliance/watch/notifiers/reach.ts';
import { makeCertificate } from '../../helpers/certificates.ts';
import { closedPort, MailServer } from '../../helpers/mail-server.ts';
import { ReachInRam } from '../../helpers/notices.ts';

const look = (doors: MailDoor[], limits = { stepMs: 5_000, allMs: 10_000 }) =>
  mailOffer({ host: 'localhost', clock: systemClock, reach: new ReachInRam(), doors, limits });

/** Something that is no mail server. */
async function strange(t: TestContext, greet: (socket: Socket) => void): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as { port: number }).port;
}

test('the encrypted door is suggested, with the fingerprint that a person would have to trust; nothing is sent', async (t) => {
  const certificate = makeCertificate({ name: 'mail', dns: ['mail.example', 'localhost'] });
  const tls = await MailServer.open(t, { secure: true, certificate });
  const starttls = await MailServer.open(t);
  const plain = await MailServer.open(t, { plain: true });
  const doors = [
    { port: plain.port, secure: false },
    { port: tls.port, secure: true },
    { port: starttls.port, secure: false },
    { port: await closedPort(), secure: false },
  ];
  const { answers, suggestion } = await look(doors);
  assert.deepEqual(
    answers.map(({ security, answers: isThere }) => [security, isThere]),
    [
      ['none', true],
      ['tls', true],
      ['starttls', true],
      [null, false],
    ],
  );
  assert.deepEqual(suggestion, { port: tls.port, security: 'tls', fingerprint: tls.fingerprint });
  assert.deepEqual(answers[1]?.names, ['mail.example', 'localhost', 'mail']);
  assert.match(answers[1]?.doubt ?? '', /SELF_SIGNED|self.signed/i);
  assert.match(answers[3]?.words ?? '', /ECONNREFUSED/);
  assert.deepEqual((await look([doors[0]!])).suggestion, {
    port: plain.port,
    security: 'none',
    fingerprint: null,
  });
  for (const server of [tls, starttls, plain]) assert.deepEqual(server.arrived, []);
});

test('who is silent, babbles without an end or hangs up is nobody, and soon', async (t) => {
  const doors = await Promise.all([
    strange(t, () => undefined),
    strange(t, (socket) => {
      const babble = () => {
        while (socket.writable && socket.write('x'.repeat(65_536)));
      };
      socket.on('drain', babble);
      babble();
    }),
    strange(t, (socket) => socket.end()),
    strange(t, (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    strange(t, (socket) => socket.write('220-wait\r\n'.repeat(10))),
  ]);
  const both = doors.flatMap((port) => [
    { port, secure: false },
    { port, secure: true },
  ]);
  const { answers, suggestion } = await look(both, { stepMs: 300, allMs: 600 });
  assert.equal(suggestion, null);
  for (const { answers: isThere, words } of answers) {
    assert.equal(isThere, false);
    assert.ok(words !== '' && words.length <= 500 && !/[\r\n]/.test(words), words);
  }
});

const askedOf = (announced: string[], exchangers: string[]): MailQuestions => ({
  announced: () => Promise.resolve(announced),
  exchangers: () => Promise.resolve(exchangers),
});

test('of a mail address the servers are asked that its domain announces, then the usual ones, and names only', async () => {
  const hostile = ['127.0.0.1', '0x7f.1', '-oProxy', 'a b.example', '', 'x'.repeat(300)];
  const servers = await serversFor(
    'Anne@School.example',
    askedOf([...hostile, 'Submit.School.example.'], ['mx1.school.example', 'mx2.school.example']),
  );
  const usual = ['smtp.school.example', 'mail.school.example', 'mx1.school.example', 'school.example'];
  assert.deepEqual(servers, ['submit.school.example', ...usual]);
  const bound = await serversFor('a@b.example', askedOf(['c1', 'c2', 'c3', 'c4', 'c5', 'c6'], []));
  assert.equal(bound.length, 5);
});

test('the best server of an address is suggested, and one that leads to the box itself is refused with words', async (t) => {
  const server = await MailServer.open(t);
  const questions = askedOf(['silent.invalid', 'localhost'], []);
  const o = { clock: systemClock, doors: [{ port: server.port, secure: false }], questions };
  const limits = { stepMs: 5_000, allMs: 10_000 };
  const found = await mailOffer({ ...o, limits, host: 'anne@nowhere.invalid', reach: new ReachInRam() });
  assert.deepEqual([found.host, found.suggestion?.port], ['localhost', server.port]);
  assert.deepEqual(found.tried.slice(0, 2), ['silent.invalid', 'localhost']);
  const none = await mailOffer({ ...o, limits, host: 'anne@nowhere.invalid', reach: alone });
  assert.deepEqual([none.suggestion, none.answers.length], [null, 1]);
  assert.match(none.answers[0]?.words ?? '', /was not found|no answer/);
  await assert.rejects(mailOffer({ ...o, limits, host: 'localhost', reach: alone }), {
    code: 'BAD_REQUEST',
    path: 'host',
  });
  const nobodys = `a@${'1.'.repeat(125)}1`;
  await assert.rejects(mailOffer({ ...o, questions: askedOf([], []), host: nobodys, reach: alone }), {
    code: 'BAD_REQUEST',
    path: 'host',
  });
  assert.equal(server.dialogues, 1);
});
