/** A device that answers SNMP v2c: how long it has been running, and its interfaces. */
import { randomInt } from 'node:crypto';
import { attributeValue } from '../../appliance/protocol/names.ts';
import { berInteger, berOid, garbled, inside, numberOf, oidOf, readAll, type Tlv, tlv } from './ber.ts';
import { packetsOf } from './pace.ts';
import { Fault, type Probe } from './probe.ts';
import { type Datagrams, datagrams } from './socket.ts';

const sysUpTime = [1, 3, 6, 1, 2, 1, 1, 3, 0];
const ifOperStatus = [1, 3, 6, 1, 2, 1, 2, 2, 1, 8];
const ifName = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1];
const ifInOctets = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6];
const ifOutOctets = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10];

const version2c = 1;
const getRequest = 0xa0;
const getBulkRequest = 0xa5;
const response = 0xa2;
const timeTicks = 0x43;
const octetString = 0x04;
const rowsAtOnce = 16;
/** Of one column: more than it takes for all interfaces when a device tells one at a time. */
const mostRounds = 48;
const errorWords = ['', 'the answer would be too long', 'it does not know that', 'a bad value'];

type Row = { oid: number[]; value: Tlv };

export const snmp: Probe<'snmp'> = async ({ host, port, community, interfaces }, trial, signal) => {
  const address = await trial.address(host, packetsOf.datagram);
  const socket = await datagrams(address, port, signal);
  trial.waitsFor(`an answer of ${address} port ${port} (a wrong community is answered by silence)`);
  const startedMs = trial.clock.monotonicMs();
  const [row] = await ask(socket, community, getRequest, [sysUpTime]);
  trial.put('probe.duration', (trial.clock.monotonicMs() - startedMs) / 1_000);
  if (row?.value.tag !== timeTicks) throw new Fault('UNEXPECTED', 'it tells no uptime');
  trial.put('probe.uptime', numberOf(row.value)! / 100);
  if (interfaces === 0) return;
  const bulk = async (from: readonly number[]) => {
    if (signal.aborted) throw new Fault('TIMEOUT', 'stopped while reading a table');
    try {
      await trial.turn(address, packetsOf.datagram);
    } catch (error) {
      // It has answered, so it is up: of its tables there is as much as may be asked for.
      if (error instanceof Fault && error.code === 'CROWDED') return [];
      throw error;
    }
    return ask(socket, community, getBulkRequest, [from]);
  };
  const table = (column: readonly number[]) => walk(bulk, column, interfaces);
  const names = await table(ifName);
  const states = await table(ifOperStatus);
  const received = await table(ifInOctets);
  const sent = await table(ifOutOctets);
  for (const [index, name] of names) {
    const called = attributeValue(name.tag === octetString ? name.body.toString('latin1') : String(index));
    const put = (value: Tlv | undefined, metric: 'probe.interface.io', direction: string) => {
      const number = value && numberOf(value);
      if (number !== undefined) trial.put(metric, number, called, direction);
    };
    const state = states.get(index);
    if (state !== undefined) trial.put('probe.interface.up', numberOf(state) === 1 ? 1 : 0, called);
    put(received.get(index), 'probe.interface.io', 'receive');
    put(sent.get(index), 'probe.interface.io', 'transmit');
  }
};

/** One column of a table, by the last number of each row. */
async function walk(
  bulk: (from: readonly number[]) => Promise<Row[]>,
  column: readonly number[],
  most: number,
): Promise<Map<number, Tlv>> {
  const found = new Map<number, Tlv>();
  let last: readonly number[] = column;
  // A device that repeats its rows under ever larger numbers finds an end, too.
  for (let round = 0; round < mostRounds && found.size < most; round++) {
    const rows = await bulk(last);
    const ours = rows.filter(({ oid }) => column.every((number, at) => oid[at] === number));
    for (const { oid, value } of ours) if (found.size < most) found.set(oid.at(-1)!, value);
    const end = ours.at(-1)?.oid;
    // A device that does not go on would be asked for ever.
    if (end === undefined || ours.length < rows.length || compare(end, last) <= 0) break;
    last = end;
  }
  return found;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at === -1 ? a.length - b.length : a[at]! - (b[at] ?? -1);
}

async function ask(
  socket: Datagrams,
  community: string,
  kind: number,
  oids: readonly (readonly number[])[],
): Promise<Row[]> {
  const id = randomInt(1, 2 ** 31);
  const wanted = oids.map((oid) => tlv(0x30, berOid(oid), tlv(0x05)));
  const repeat = kind === getBulkRequest ? rowsAtOnce : 0;
  const pdu = tlv(kind, berInteger(id), berInteger(0), berInteger(repeat), tlv(0x30, ...wanted));
  const name = tlv(octetString, Buffer.from(community, 'utf8'));
  return rowsOf(await socket.ask(tlv(0x30, berInteger(version2c), name, pdu)), id);
}

function rowsOf(answer: Buffer, id: number): Row[] {
  const [whole] = readAll(answer);
  const [version, , pdu] = inside(whole, 0x30);
  const [repeated, status, , rows] = inside(pdu, response);
  if (version === undefined || numberOf(version) !== version2c) throw garbled();
  if (repeated === undefined || numberOf(repeated) !== id || status === undefined) throw garbled();
  const code = numberOf(status);
  if (code !== 0) throw new Fault('UNEXPECTED', errorWords[code ?? -1] || `it answers with error ${code}`);
  return inside(rows, 0x30).map((row) => {
    const [oid, value] = inside(row, 0x30);
    if (oid === undefined || value === undefined) throw garbled();
    return { oid: oidOf(oid), value };
  });
}
