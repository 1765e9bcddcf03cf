/** What counts as promised: read from the requests and answers in a trace. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answers } from './answers.ts';

const heard = (socket: string, text: string) => ({ kind: 'heard', socket, data: Buffer.from(text) }) as const;
const told = (socket: string, text: string) => ({ kind: 'told', socket, data: Buffer.from(text) }) as const;
const asks = (what: string) => `${what} HTTP/1.1\r\nHost: x\r\n\r\n`;

test('an answer belongs to what its own connection asked', () => {
  const answers = new Answers();
  answers.take(heard('a', asks('PUT /v1/records/x/k')));
  answers.take(heard('b', asks('PUT /v1/records/x/l')));
  assert.equal(answers.take(told('b', 'HTTP/1.1 204 No Content\r\n\r\n')), true);
  assert.deepEqual([...answers.done], [['PUT /v1/records/x/l', 1]]);
});

test('a refusal promises nothing', () => {
  const answers = new Answers();
  answers.take(heard('a', asks('PUT /v1/records/x/k')));
  assert.equal(answers.take(told('a', 'HTTP/1.1 503 Service Unavailable\r\n\r\n')), false);
  assert.equal(answers.done.size, 0);
});

test('a body in several pieces is one answer', () => {
  const answers = new Answers();
  answers.take(heard('a', asks('POST /v1/journal')));
  answers.take(told('a', 'HTTP/1.1 200 OK\r\n\r\n'));
  answers.take(told('a', '{"id":17,"kind":"x"}'));
  assert.equal(answers.journal, 17);
  assert.equal(answers.done.get('POST /v1/journal'), 1);
});

test('the highest position of each epoch counts', () => {
  const answers = new Answers();
  answers.take(heard('c', asks('GET /v1/commits')));
  answers.take(told('c', 'HTTP/1.1 200 OK\r\n\r\n1c\r\n{"epoch":"aa","durable":4}\n'));
  answers.take(told('c', '{"epoch":"aa","durable":9}\n{"epoch":"bb","durable":1}\n'));
  assert.deepEqual(
    [...answers.durable],
    [
      ['aa', 9],
      ['bb', 1],
    ],
  );
});
