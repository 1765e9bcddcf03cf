/** What a search by kind, machine and time needs of up to 256 entries: a few bytes an entry, read instead of them. */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';

/** Entries whose ids have the same quotient by this are indexed together. */
export const chunkSize = 256;
export const chunkOf = (id: number): number => Math.floor(id / chunkSize);

export type Row = { atMs: number; trusted: boolean; kind: string; machine: number | null };

/** Rows of ids that follow each other without a hole. */
export type Columns = { first: number; rows: Row[] };

export type Wanted = {
  isKind: ((kind: string) => boolean) | null;
  machine: number | undefined;
  fromMs: number;
  toMs: number;
};

export function encodeColumns({ first, rows }: Columns): Uint8Array {
  const out = new ByteWriter(1024);
  const kinds = [...new Set(rows.map((row) => row.kind))];
  const machines = [...new Set(rows.map((row) => row.machine ?? 0))];
  out.varint(first);
  out.varint(rows.length);
  out.varint(kinds.length);
  for (const kind of kinds) {
    const name = Buffer.from(kind, 'utf8');
    out.varint(name.length);
    out.bytes(name);
  }
  out.varint(machines.length);
  for (const machine of machines) out.varint(machine);
  const dates = rows.map((row) => dateOf(row.atMs));
  const earliest = Math.min(...dates);
  out.zigzag(earliest);
  out.varint(Math.max(...dates) - earliest);
  for (const row of rows) out.byte(kinds.indexOf(row.kind));
  for (const row of rows) out.byte(machines.indexOf(row.machine ?? 0));
  const trusted = out.reserve(Math.ceil(rows.length / 8));
  for (const [at, row] of rows.entries()) if (row.trusted) out.setBit(trusted, at);
  let before = earliest;
  for (const date of dates) {
    out.zigzag(date - before);
    before = date;
  }
  return out.copy();
}

export function decodeColumns(bytes: Uint8Array): Columns {
  const { input, first, count, kinds, machines, earliest } = decodeHead(bytes);
  const kindAt = input.bytes(count);
  const machineAt = input.bytes(count);
  const trusted = input.bytes(Math.ceil(count / 8));
  const rows: Row[] = [];
  let date = earliest;
  for (let at = 0; at < count; at++) {
    date += input.zigzag();
    rows.push({
      atMs: date,
      trusted: (trusted[at >> 3]! & (1 << (at & 7))) !== 0,
      kind: kinds[kindAt[at]!]!,
      machine: machines[machineAt[at]!]! || null,
    });
  }
  return { first, rows };
}

/** The ids of the rows that are wanted, without decoding more than the tables when none can be. */
export function wantedIds(bytes: Uint8Array, wanted: Wanted): number[] {
  const { kinds, machines, earliest, latest } = decodeHead(bytes);
  if (latest < dateOf(wanted.fromMs) || earliest >= wanted.toMs) return [];
  if (wanted.isKind !== null && !kinds.some(wanted.isKind)) return [];
  if (wanted.machine !== undefined && !machines.includes(wanted.machine)) return [];
  return wantedRows(decodeColumns(bytes), wanted);
}

export function wantedRows({ first, rows }: Columns, wanted: Wanted): number[] {
  const fromMs = dateOf(wanted.fromMs);
  const ids: number[] = [];
  for (const [at, { kind, machine, atMs }] of rows.entries()) {
    if (wanted.isKind !== null && !wanted.isKind(kind)) continue;
    if (wanted.machine !== undefined && machine !== wanted.machine) continue;
    if (dateOf(atMs) >= fromMs && dateOf(atMs) < wanted.toMs) ids.push(first + at);
  }
  return ids;
}

function decodeHead(bytes: Uint8Array) {
  const input = new ByteReader(bytes);
  const [first, count] = [input.varint(), input.varint()];
  const kinds = Array.from({ length: input.varint() }, () =>
    Buffer.from(input.bytes(input.varint())).toString('utf8'),
  );
  const machines = Array.from({ length: input.varint() }, () => input.varint());
  const earliest = input.zigzag();
  return { input, first, count, kinds, machines, earliest, latest: earliest + input.varint() };
}

/** Whole milliseconds, rounded down, within what differences of them can hold. */
function dateOf(ms: number): number {
  return Math.min(Math.max(Math.floor(ms), -(2 ** 50)), 2 ** 50);
}
