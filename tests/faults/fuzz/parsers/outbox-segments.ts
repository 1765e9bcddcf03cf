/** Segments of the agent's outbox, as a disk that lost power or rots gives them back: what cannot be read is a gap. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { reckonUp, segmentOf } from '../../../../agent/outbox/left-behind.ts';
import { encodeHead, headBytes, recordHead } from '../../../../agent/outbox/segment.ts';
import { SegmentContent } from '../../../../agent/outbox/segment-content.ts';
import { SegmentEncoder } from '../../../../agent/outbox/segment-encoder.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const run = 'c4'.repeat(16);
const width = 9;
const sources = ['segment-content', 'segment', 'left-behind', 'ranges', 'crc'];

export const outboxSegments: FuzzedParser = {
  about: "segments of the agent's outbox",
  sources: sources.map((name) => `agent/outbox/${name}.ts`),
  leftOut: ['encodeHead'],
  seeds() {
    const ticks = sampleTicks(width, 90).map((tick, at) => ({ ...tick, seq: at + (at > 80 ? 3 : 0) }));
    return [
      segment(ticks.slice(0, 3)),
      segment(ticks),
      segment(ticks.slice(0, 70), ticks.slice(70)),
      new Uint8Array(encodeHead(run)),
    ];
  },
  parse(input) {
    const content = new SegmentContent(input);
    for (const [first, last] of content.spans) assert.ok(Number.isSafeInteger(first) && last >= first);
    const one = segmentOf(1, '', Object.assign(content, { bytes: input.length }));
    // Beside a whole one of the same run: what lies between the two is reckoned up.
    const other = new SegmentContent(wholeOne);
    const next = segmentOf(2, '', Object.assign(other, { bytes: wholeOne.length }))!;
    const contents = one === undefined ? [] : [{ segment: one, content }];
    reckonUp([one, next], [...contents, { segment: next, content: other }]);
    for (const tick of content.ticks()) assert.ok(tick.values.length <= content.series.length);
  },
  isRefusal: () => false,
  mend: withChecksums,
};

type Ticks = ReturnType<typeof sampleTicks>;
const wholeOne = segment(sampleTicks(width, 6).map((tick, at) => ({ ...tick, seq: 200 + at })));

function segment(...pieces: Ticks[]): Uint8Array {
  const encoder = new SegmentEncoder();
  const series = Array.from({ length: width }, (_, at) => ({
    ...{ name: `system.cpu.utilization:${at}`, unit: '1', scale: 3 },
    kind: at % 2 === 0 ? ('gauge' as const) : ('counter' as const),
  }));
  const clocks = [0, 3_600_000].map((runMs) => ({
    ...{ runMs, wallMs: 1_700_000_000_000 + runMs, sleptMs: 5, synchronised: runMs > 0 },
  }));
  const loss = { run, first: 3, last: 5, fromMs: 1, toMs: 2, synchronised: true } as const;
  const losses = (['full', 'damage'] as const).map((why) => ({ ...loss, why }));
  const [first] = pieces[0]!;
  const records = pieces.map((ticks) => encoder.encode({ ticks, series, clocks, losses }));
  return new Uint8Array(Buffer.concat([encodeHead(run, first), ...records]));
}

/** Head and records get the checksum of what is in them now, as far as their lengths lead. */
function withChecksums(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  if (bytes.length < headBytes) return input;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, headBytes - 4)), headBytes - 4);
  for (let at = headBytes; at + recordHead <= bytes.length; ) {
    const end = at + recordHead + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + recordHead, end)), at + 4);
    at = end;
  }
  return new Uint8Array(bytes);
}
