/** The file that says which groups of the log were on disk: what cannot be read of it says nothing, and hinders nobody. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { files } from '../../../../appliance/store/keys.ts';
import { openMarks } from '../../../../appliance/store/recovery/wal-marks.ts';
import type { FuzzedParser } from '../parser.ts';
import { scratchFolder } from './scratch.ts';

const folder = scratchFolder('marks');
const path = join(folder, files.marks);
const slotBytes = 4096;
const slotHead = 16;
/** Of a slot so much is kept in an input: the rest is zeros. */
const kept = 96;

/** An input is the beginnings of both slots. */
export const logMarks: FuzzedParser = {
  about: "marks of the write-ahead log's groups",
  sources: ['appliance/store/recovery/wal-marks.ts'],
  leftOut: ['encodeSlot', 'extend', 'moveIn', 'settle', 'add', 'forget', 'close', 'write'],
  async seeds() {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    const marks = await openMarks(folder);
    const times = { fromMs: 1_700_000_000_000, toMs: 1_700_000_030_000 };
    await marks.add({ segment: 1, start: 4096, times });
    await marks.add({ segment: 1, start: 8192, times });
    await marks.close();
    const bytes = readFileSync(path);
    const [first, second] = [0, slotBytes].map((at) => bytes.subarray(at, at + kept));
    return [Buffer.concat([first!, second!]), Buffer.concat([first!]), Buffer.concat([second!, first!])];
  },
  async parse(input) {
    const bytes = Buffer.alloc(2 * slotBytes);
    bytes.set(input.subarray(0, kept));
    bytes.set(input.subarray(kept, kept + slotBytes), slotBytes);
    writeFileSync(path, bytes);
    const marks = await openMarks(folder);
    for (const { segment, start } of marks.found) assert.ok(segment >= 0 && start >= 0);
    await marks.close();
  },
  isRefusal: () => false,
  mend: withChecksums,
};

function withChecksums(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  for (const at of [0, kept]) {
    if (bytes.length < at + slotHead) continue;
    const length = Math.min(bytes.readUInt32BE(at + 8), slotBytes);
    // What lies behind what an input keeps is zeros.
    const body = Buffer.alloc(length);
    bytes.subarray(at + slotHead, at === 0 ? Math.min(bytes.length, kept) : bytes.length).copy(body);
    bytes.writeUInt32BE(crc32(body), at + 12);
  }
  return new Uint8Array(bytes);
}
