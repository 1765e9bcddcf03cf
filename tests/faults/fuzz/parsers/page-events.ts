/** Server-sent events as the page reads them: whatever comes in whatever pieces. */
import assert from 'node:assert/strict';
import { createEventParser, type ServerEvent } from '../../../../appliance/web/assets/api/events.ts';
import type { FuzzedParser } from '../parser.ts';

const texts = [
  'event: live\ndata: {"machine":1,"tMs":2,"summary":{"cpu":0.5}}\n\n',
  ': ping\n\ndata: one\ndata:two\r\n\r\nevent: stale\ndata\n\nid: 7\nretry: 1000\n\n',
];

export const pageEvents: FuzzedParser = {
  about: "the page's event stream",
  sources: ['appliance/web/assets/api/events.ts'],
  leftOut: [],
  seeds: () => texts.map((text) => new Uint8Array(Buffer.from(text))),
  parse(input) {
    const text = Buffer.from(input).toString('utf8');
    assert.deepEqual(read([text]), read(pieces(text, input)));
  },
  isRefusal: () => false,
  textFrom: 0,
};

function read(chunks: readonly string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parse = createEventParser((event) => events.push(event));
  for (const chunk of chunks) parse(chunk);
  return events;
}

/** Cut where the bytes say: the same input is always cut alike. */
function pieces(text: string, by: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0, step = 0; at < text.length; step++) {
    const size = 1 + ((by[step % by.length] ?? 0) % 13);
    found.push(text.slice(at, at + size));
    at += size;
  }
  return found;
}
