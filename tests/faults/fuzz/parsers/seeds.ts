/** What several parsers start from: the recorded conversation, and ticks of all kinds. */
import { readFileSync } from 'node:fs';
import type { Frame } from '../../../../appliance/protocol/frame.ts';
import type { Tick } from '../../../../appliance/protocol/ticks.ts';
import { seeded } from '../../replay/random.ts';

const conversation = new URL('../../../fixtures/wire-v1/conversation.jsonl', import.meta.url);

export function recordedFrames(): Frame[] {
  const lines = readFileSync(conversation, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const { type, body } = JSON.parse(line) as { type: number; body: string };
    return { type, body: new Uint8Array(Buffer.from(body, 'base64')) };
  });
}

/** Constants, counters with resets, noise, gaps, huge and negative values, and a series that is never there. */
export function sampleTicks(width: number, count: number): Tick[] {
  const random = seeded(width * 1000 + count);
  const kinds: readonly ((at: number) => number | undefined)[] = [
    () => 42,
    (at) => 1000 + at * 1500 + Math.floor(random() * 40),
    (at) => (at * 777) % 5000,
    () => Math.floor(random() * 1000),
    (at) => (at % 5 === 3 ? undefined : -at),
    (at) => (at % 2 === 0 ? 2 ** 51 - 1 : -(2 ** 51 - 1)),
    () => undefined,
    (at) => (at > count / 2 ? 7 : undefined),
  ];
  return Array.from({ length: count }, (_, at) => ({
    seq: at + (at > 5 ? 3 : 0),
    runMs: at * 5000 + (at % 3),
    values: Array.from({ length: width }, (_, series) => kinds[series % kinds.length]!(at)),
  }));
}
