/** What stands in frames: the type, then the JSON of its message. */
import assert from 'node:assert/strict';
import { FrameReader } from '../../../../appliance/protocol/frame.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { encodeMessage, parseMessage } from '../../../../appliance/protocol/messages.ts';
import type { FuzzedParser } from '../parser.ts';
import { recordedFrames } from './seeds.ts';

const names = ['messages', 'check', 'facts', 'series', 'names', 'identity'];

export const wireMessages: FuzzedParser = {
  about: 'messages of the wire',
  sources: names.map((name) => `appliance/protocol/${name}.ts`),
  leftOut: [
    ...['encodeMessage', 'seriesName', 'attributeValue', 'splitSeriesName', 'scaled', 'unscaled'],
    ...['keyHash', 'keyHashOfCertificate', 'boxName'],
  ],
  seeds: () => recordedFrames().map(({ type, body }) => new Uint8Array([type, ...body])),
  parse(input) {
    const message = parseMessage({ type: input[0] ?? 0, body: input.subarray(1) });
    if (message === null || message.kind === 'samples') return;
    // What was accepted says the same after another journey.
    const [frame] = new FrameReader().push(encodeMessage(message.kind, message.body as never));
    assert.deepEqual(parseMessage(frame!), message);
  },
  isRefusal: (error) => error instanceof Malformed,
  textFrom: 1,
};
