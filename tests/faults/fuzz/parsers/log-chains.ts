/** What groups of the write-ahead log hold: chains of ticks, each coded against what the segment held before. */
import assert from 'node:assert/strict';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../../../appliance/protocol/bytes.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { ChainReader, ChainWriter, chainsVersion } from '../../../../appliance/store/log/chains.ts';
import { LogHeads } from '../../../helpers/log-heads.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const run = 'c4'.repeat(16);
const entry = { machine: 3, run, wallAtZeroMs: 1_700_000_000_000, trusted: true };
const ticks = sampleTicks(9, 80);

/** An input is what several bodies hold, each behind its length; it is compressed here, so that mutations reach it. */
export const logChains: FuzzedParser = {
  about: 'chains of the write-ahead log',
  sources: ['appliance/store/log/chains.ts'],
  leftOut: [
    'Piece',
    'ChainWriter',
    'goesOn',
    'grow',
    'end',
    'writeTo',
    'begin',
    'take',
    'writeHead',
    'bytes',
  ],
  seeds: () => [listed([]), listed(bodies(false)), listed(bodies(true))],
  parse(input) {
    const list = new ByteReader(input);
    const reader = new ChainReader();
    while (list.remaining > 0) {
      const content = list.bytes(list.varint());
      const body = [Buffer.of(content[0] === 0xff ? 1 : chainsVersion), zstdCompressSync(content)];
      const { batch, lostBytes } = reader.read(Buffer.concat(body));
      assert.ok(lostBytes >= 0 && lostBytes <= content.length);
      for (const { ticks, run } of batch) {
        assert.equal(run.length, 32);
        for (const { seq, runMs } of ticks) assert.ok(Number.isSafeInteger(seq + runMs) && seq >= 0);
      }
    }
  },
  isRefusal: (error) => error instanceof Malformed,
};

/** One machine goes on from group to group, another one changes its run; after `lost` groups the middle is gone. */
function bodies(lost: boolean): Uint8Array[] {
  const writer = new ChainWriter();
  const heads = new LogHeads(writer);
  const all = [0, 1, 2].map((at) => {
    heads.append({ ...entry, ticks: ticks.slice(at * 5, at * 5 + 5) });
    heads.append({ ...entry, machine: 9, trusted: false, anchorMs: at, ticks: ticks.slice(0, 3) });
    return zstdDecompressSync(writer.take(at === 2).subarray(1));
  });
  return lost ? [all[0]!, all[2]!] : all;
}

function listed(all: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter(1024);
  for (const one of all) {
    out.varint(one.length);
    out.bytes(one);
  }
  return out.copy();
}
