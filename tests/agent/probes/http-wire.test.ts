import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Answer, question } from '../../../agent/probes/http-wire.ts';
import { Fault, mostAnswerBytes } from '../../../agent/probes/probe.ts';

/** The bytes in pieces, whose sizes come round again; then the end of the connection. */
function taken(bytes: Buffer | string, sizes: readonly number[] = [65_536]): Answer {
  const answer = new Answer();
  const all = Buffer.from(bytes);
  for (let at = 0, nth = 0; at < all.length; nth++) {
    const size = sizes[nth % sizes.length]!;
    answer.take(all.subarray(at, at + size));
    at += size;
  }
  answer.ended();
  return answer;
}
const told = ({ head, page, isWhole }: Answer) => [head?.status, page.toString('latin1'), isWhole];
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

test('a page is read in pieces of any size: by its length, in chunks, or up to the end', () => {
  const page = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const chunked = (body: Buffer, size: number) => {
    const parts: Buffer[] = [];
    for (let at = 0; at < body.length; at += size) {
      const part = body.subarray(at, at + size);
      parts.push(Buffer.from(`${part.length.toString(16)};name="a"\r\n`), part, Buffer.from('\r\n'));
    }
    return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: x\r\n\r\n')]);
  };
  fc.assert(
    fc.property(page, pieces, fc.integer({ min: 1, max: 60 }), (body, sizes, size) => {
      const plain = body.toString('latin1');
      const forms: [string, Buffer][] = [
        [`Content-Length: ${body.length}\r\n`, body],
        ['Transfer-Encoding: gzip, chunked\r\n', chunked(body, size)],
        ['', body],
      ];
      for (const [fields, bytes] of forms) {
        const early = 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n';
        const head = Buffer.from(`${early}HTTP/1.0 404 Not Found\r\nServer: x\r\n${fields}\r\n`);
        assert.deepEqual(told(taken(Buffer.concat([head, bytes]), sizes)), [404, plain, true], fields);
      }
    }),
    { numRuns: 60 },
  );
});

test('a page that ends too soon is not whole, and no more is kept of it than a probe reads', () => {
  const cut = taken('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab');
  assert.deepEqual(told(cut), [200, 'ab', false]);
  assert.equal(taken('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab').isWhole, false);
  assert.equal(taken('HTTP/1.1 204 No Content\r\n\r\n').isWhole, true);
  const much = 'y'.repeat(3 * mostAnswerBytes);
  for (const fields of ['', `Content-Length: ${much.length}\r\n`, 'Transfer-Encoding: chunked\r\n']) {
    const body = fields.startsWith('T') ? `${much.length.toString(16)}\r\n${much}\r\n0\r\n\r\n` : much;
    const answer = taken(`HTTP/1.1 200 OK\r\n${fields}\r\n${body}`, [1_000]);
    assert.deepEqual([answer.page.length, answer.isWhole], [mostAnswerBytes, true], fields);
  }
});

test('what is no answer is a fault with a reason, and never more than that', () => {
  const refused: [string, string][] = [
    ['GARBLED', '220 mail.test ESMTP\r\n'],
    ['GARBLED', 'HTTP/1.1 099 Low\r\n\r\n'],
    ['GARBLED', 'HTTP/2 200\r\n\r\n'],
    ['GARBLED', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'],
    ['GARBLED', 'HTTP/1.1 200 OK\r\nno field\r\n\r\n'],
    ['GARBLED', 'HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n'],
    ['GARBLED', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['GARBLED', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['GARBLED', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1'.repeat(500)}`],
    ['GARBLED', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(17)],
    ['TOO_LARGE', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`],
    [
      'TOO_LARGE',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`1;${'x'.repeat(200)}\r\na\r\n`.repeat(4_000)}`,
    ],
  ];
  for (const [code, text] of refused)
    assert.throws(() => taken(text, [4_096]), { name: 'Fault', code }, text.slice(0, 60));
  const alphabet = fc.constantFrom(
    'HTTP/1.1 ',
    '200',
    '\r\n',
    '\n',
    ':',
    'Content-Length',
    'chunked',
    '5',
    'ff',
    ';',
    '\0',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 60 }), pieces, (words, sizes) => {
      try {
        taken(words.join(''), sizes);
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

test('a question is one, whatever stands in the address', () => {
  const asked = question(new URL('http://nas.test:8080/a b?c=d\r\nX: y#fragment'));
  assert.equal(asked.split('\r\n')[0], 'GET /a%20b?c=dX:%20y HTTP/1.1');
  assert.match(asked, /\r\nHost: nas\.test:8080\r\n/);
  assert.equal(asked.split('\r\n\r\n').length, 2);
});
