/** What a web server answers to a probe, in pieces of any size. */
import assert from 'node:assert/strict';
import { Answer } from '../../../../agent/probes/http-wire.ts';
import { Fault, mostAnswerBytes } from '../../../../agent/probes/probe.ts';
import type { FuzzedParser } from '../parser.ts';

const heads = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n10\r\n, and some more.\r\n0\r\n\r\n',
  'HTTP/1.0 404 Not Found\r\nServer: x\r\n\r\nto the end',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 301 Moved\r\nLocation: http://nas.test/\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 204 No Content\n\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nto the end, too',
];
const refused = [
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20),
  `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(17_000)}`,
  'HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n',
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1'.repeat(300)}`,
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`1;${'x'.repeat(200)}\r\na\r\n`.repeat(2_800)}`,
];

/** The first byte says how large the pieces are. */
const inPieces = (size: number) => (text: string) => Buffer.concat([Buffer.of(size), Buffer.from(text)]);

export const pageAnswers: FuzzedParser = {
  about: 'answers of web servers to probes',
  sources: ['agent/probes/http-wire.ts'],
  leftOut: ['question'],
  seeds: () => [...heads.map(inPieces(0)), ...heads.map(inPieces(7))],
  nearMisses: refused.map(inPieces(255)),
  textFrom: 1,
  parse(input) {
    const answer = new Answer();
    const size = (input[0] ?? 0) + 1;
    // The first pieces as small as that; the rest of a long one at once.
    const few = Math.min(input.length, 1 + 64 * size);
    for (let at = 1; at < few; at += size)
      answer.take(Buffer.from(input.subarray(at, Math.min(few, at + size))));
    if (few < input.length) answer.take(Buffer.from(input.subarray(few)));
    answer.ended();
    assert.ok(answer.page.length <= mostAnswerBytes);
    if (answer.head === undefined) throw new Fault('CLOSED', 'no head');
    assert.ok(answer.head.status >= 200 && answer.head.status < 600);
  },
  isRefusal: (error) => error instanceof Fault,
};
