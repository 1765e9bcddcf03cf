/** A name server knows a name, and says of it what it should. */
import { randomInt } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { type DnsAnswer, dnsQuestion, readDnsAnswer, recordTypes } from './dns-wire.ts';
import { packetsOf } from './pace.ts';
import { Fault, type Probe } from './probe.ts';
import { connect, datagrams, readUntil } from './socket.ts';

export const dns: Probe<'dns'> = async (options, trial, signal) => {
  const { host, port, name, record, expect, transport } = options;
  const type = recordTypes[record]!;
  const asked = record === 'PTR' && isIP(name) !== 0 ? reverseOf(name) : name;
  const question = dnsQuestion(randomInt(2 ** 16), asked, type);
  const address = await trial.address(host, packetsOf[transport === 'udp' ? 'datagram' : 'connection']);
  trial.waitsFor(`an answer of ${address} port ${port}`);
  const startedMs = trial.clock.monotonicMs();
  let answer: DnsAnswer | undefined;
  if (transport === 'udp') {
    const socket = await datagrams(address, port, signal);
    answer = readDnsAnswer(await socket.ask(question), question);
  }
  // What does not fit into a datagram is asked for again as the protocol wants it.
  if (answer?.isTruncated) await trial.turn(address, packetsOf.connection);
  if (answer === undefined || answer.isTruncated) answer = await askByTcp(address, port, question, signal);
  trial.put('probe.duration', (trial.clock.monotonicMs() - startedMs) / 1_000);
  judge(answer, { asked, record, type, expect });
};

async function askByTcp(
  address: string,
  port: number,
  question: Buffer,
  signal: AbortSignal,
): Promise<DnsAnswer> {
  const socket = await connect(address, port, signal);
  socket.write(Buffer.concat([Buffer.of(question.length >> 8, question.length & 255), question]));
  const bytes = await readUntil(socket, (held) => {
    if (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) return undefined;
    return held.subarray(2, 2 + held.readUInt16BE(0));
  });
  return readDnsAnswer(bytes, question);
}

function judge(
  { code, records }: DnsAnswer,
  wanted: { asked: string; record: string; type: number; expect: string },
): void {
  const { asked, record, type, expect } = wanted;
  if (code !== 'NOERROR') throw new Fault('UNEXPECTED', `it says ${code} to ${asked}`);
  const texts = records.filter((one) => one.type === type).map(({ text }) => text);
  if (texts.length === 0) throw new Fault('UNEXPECTED', `it knows no ${record} of ${asked}`);
  const same = (text: string) => text.toLowerCase() === expect.replace(/\.$/, '').toLowerCase();
  if (expect !== '' && !texts.some(same)) throw new Fault('UNEXPECTED', `it says ${texts.join(', ')}`);
}

/** The name under which the name of an address stands. */
function reverseOf(address: string): string {
  if (isIPv4(address)) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...Array<string>(tail === undefined ? 0 : missing).fill('0'),
    ...groups(tail),
  ];
  const digits = all.map((group) => group.padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}
