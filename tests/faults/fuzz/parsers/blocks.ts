/** Blocks of the database: whatever a card makes of them, they are refused or give ticks. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { BlockWriter, openBlock } from '../../../../appliance/store/blocks/block.ts';
import { tableOf } from '../../../../appliance/store/blocks/table.ts';
import { databaseAt, openOptions } from '../../../../appliance/store/database/database.ts';
import { rangeOf } from '../../../../appliance/store/keys.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const origin = { machine: 7, run: '5d'.repeat(16), wallAtZeroMs: 1_700_000_000_000, trusted: true };
const fixtures = new URL('../../../fixtures/', import.meta.url);
const codec = [
  'column',
  'columns',
  'alone',
  'leaning',
  'noise',
  'noise-decoder',
  'prediction',
  'predictor',
  'presence',
  'range-coder',
  'residuals',
  'room',
  'scaled',
];

export const blocks: FuzzedParser = {
  about: 'blocks of the store',
  sources: [
    ...['block', 'header', 'body'].map((name) => `appliance/store/blocks/${name}.ts`),
    ...codec.map((name) => `appliance/store/codec/${name}.ts`),
  ],
  leftOut: [
    ...['BlockWriter', 'BodyWriter', 'BlockModels', 'write', 'redatedBlock', 'columnsOf', 'writeIndexes'],
    ...[
      'writeHeader',
      'writeOrigin',
      'withDating',
      'ColumnsEncoder',
      'searched',
      'levelled',
      'scaledOf',
      'divisor',
      'writePrediction',
    ],
    ...['ColumnEncoder', 'RangeEncoder', 'encode', 'finish', 'shapeOf'],
    ...['encodeMisses', 'noteHigh', 'bitOf', 'encodePresence', 'missesOf'],
  ],
  async seeds() {
    const writer = new BlockWriter();
    const written = [sampleTicks(9, 24), sampleTicks(3, 1)].map((ticks) =>
      writer.write(origin, tableOf(ticks)),
    );
    const noisy = ['hour', 'late'].map((name) => readFile(new URL(`blocks-v3/${name}.block`, fixtures)));
    return [...written, ...(await Promise.all(noisy)), ...(await recorded())];
  },
  parse(input) {
    const block = openBlock(input);
    const { seqs, times } = block.ticks();
    assert.equal(seqs.length, block.header.count);
    assert.equal(times.length, block.header.count);
    for (const column of block.columns([...block.series, 400]))
      assert.ok(column === null || column.length === block.header.count);
  },
  isRefusal: (error) => error instanceof Malformed || error instanceof RangeError,
  mend: withChecksum,
};

/** Otherwise nearly every mutation would end at the checksum. */
export function withChecksum(input: Uint8Array): Uint8Array {
  if (input.length < 5) return input;
  const copy = Buffer.from(input);
  copy.writeUInt32BE(crc32(copy.subarray(0, -4)), copy.length - 4);
  return new Uint8Array(copy);
}

/** The blocks of a recorded store. */
async function recorded(): Promise<Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nm-blocks-'));
  const source = fileURLToPath(new URL('store-v2/store/db', fixtures));
  await cp(source, folder, { recursive: true });
  const database = databaseAt(folder);
  await database.open(openOptions);
  const found = await database.values(rangeOf('block')).all();
  await database.close();
  await rm(folder, { recursive: true });
  return found.map((value) => new Uint8Array(value));
}
