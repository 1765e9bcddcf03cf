/** Messages of the system's bus, as the agent reads them: how long one is, its header, a list of units. */
import assert from 'node:assert/strict';
import { encodeCall, messageLength, readMessage } from '../../../../agent/bus/message.ts';
import { readUnits } from '../../../../agent/collectors/services/systemd.ts';
import { recordedMessage } from '../../../helpers/fake-bus.ts';
import type { FuzzedParser } from '../parser.ts';

const call = { destination: 'org.a', path: '/a', interface: 'org.a.I', member: 'Do' };

export const busMessages: FuzzedParser = {
  about: 'messages of D-Bus',
  sources: ['agent/bus/message.ts'],
  leftOut: ['encodeCall'],
  seeds: () => [
    ...(['hello', 'match', 'units', 'date', 'nobody', 'sleep'] as const).map(recordedMessage),
    encodeCall(7, { ...call, arguments: ['text', ['a', 'b']] }),
  ],
  nearMisses: [
    Buffer.from('BEGIN\r\n'),
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    recordedMessage('sleep').subarray(0, 139),
  ],
  parse(input) {
    const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
    const length = messageLength(bytes);
    if (length !== bytes.length) throw new RangeError('this is not one whole message');
    const message = readMessage(bytes);
    if (message.signature === 'a(ssssssouso)') {
      for (const unit of readUnits(message.body)) assert.equal(typeof unit.path, 'string');
    } else if (message.signature === 'v') {
      message.body.signature();
      message.body.u64();
    } else if (message.signature === 'b') message.body.u32();
  },
  /** The bus hands over whole messages. */
  mend(input) {
    const mended = Buffer.from(input);
    if (mended.length < 16) return mended;
    const fields = mended.readUInt32LE(12) % mended.length;
    mended.writeUInt32LE(fields, 12);
    const head = 16 + fields + ((8 - (fields % 8)) % 8);
    mended.writeUInt32LE(Math.max(0, mended.length - head), 4);
    return mended;
  },
  // A length that is not there is one beyond the end.
  isRefusal: (error) => error instanceof RangeError,
};
