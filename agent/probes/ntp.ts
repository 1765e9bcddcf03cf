/** A time server: how far its clock is from ours, and how far it is from a reference (RFC 5905, as a client of version 4). */
import { randomBytes } from 'node:crypto';
import { packetsOf } from './pace.ts';
import { Fault, type Probe } from './probe.ts';
import { datagrams } from './socket.ts';

/** From 1900 to 1970. */
const epochS = 2_208_988_800;
const clientMode = 0x23;
const serverMode = 4;

export const ntp: Probe<'ntp'> = async ({ host, port }, trial, signal) => {
  const address = await trial.address(host, packetsOf.datagram);
  const socket = await datagrams(address, port, signal);
  trial.waitsFor(`an answer of ${address} port ${port}`);
  const question = Buffer.alloc(48);
  question[0] = clientMode;
  // Instead of our time: nobody else can know it, and the server repeats it.
  const cookie = randomBytes(8);
  question.set(cookie, 40);
  const { clock } = trial;
  const sentWallMs = clock.wallMs();
  const sentMs = clock.monotonicMs();
  const answer = await socket.ask(question);
  const roundMs = clock.monotonicMs() - sentMs;
  if (answer.length < 48 || (answer[0]! & 7) !== serverMode || !answer.subarray(24, 32).equals(cookie))
    throw new Fault('GARBLED', `${answer.length} bytes came that are no answer of a time server`);
  trial.put('probe.duration', roundMs / 1_000);
  const stratum = answer[1]!;
  if (stratum === 0)
    throw new Fault('UNSYNCHRONISED', `it turns us away: ${answer.toString('latin1', 12, 16)}`);
  if (answer[0]! >> 6 === 3 || stratum > 15) throw new Fault('UNSYNCHRONISED', 'its own clock is not set');
  trial.put('probe.stratum', stratum);
  const receivedMs = wallOf(answer, 32, sentWallMs);
  const answeredMs = wallOf(answer, 40, sentWallMs);
  trial.put('probe.offset', (receivedMs - sentWallMs + (answeredMs - sentWallMs - roundMs)) / 2_000);
};

/** The era is the one that is nearest to our clock: their seconds begin anew every 136 years. */
function wallOf(bytes: Buffer, at: number, nearMs: number): number {
  const seconds = bytes.readUInt32BE(at) - epochS;
  const era = Math.round((nearMs / 1_000 - seconds) / 2 ** 32);
  return (seconds + era * 2 ** 32 + bytes.readUInt32BE(at + 4) / 2 ** 32) * 1_000;
}
