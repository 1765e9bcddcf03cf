/** A picture as it travels: parsed at the edge, unpacked into pixels for whoever draws it. */
import { Failure } from '../../appliance/runtime/errors.ts';
import { type Frame, type FrameMessage, frameBytes, frameHeight, frameWidth } from './types.ts';

export function parseFrame(value: unknown): FrameMessage {
  const { bits, screen, text } = (typeof value === 'object' && value !== null ? value : {}) as {
    bits?: unknown;
    screen?: unknown;
    text?: unknown;
  };
  if (typeof bits !== 'string' || Buffer.from(bits, 'base64').length !== frameBytes)
    throw new Failure('BAD_REQUEST', `A picture of the display must carry ${frameBytes} bytes.`, {
      path: 'bits',
    });
  if (typeof screen !== 'string')
    throw new Failure('BAD_REQUEST', 'A picture of the display must name its screen.', { path: 'screen' });
  if (!Array.isArray(text) || !text.every((line) => typeof line === 'string'))
    throw new Failure('BAD_REQUEST', 'A picture of the display must carry its lines of text.', {
      path: 'text',
    });
  return { bits, screen, text };
}

export function unpackFrame(message: { bits: string }): Frame {
  return { width: frameWidth, height: frameHeight, pages: Buffer.from(message.bits, 'base64') };
}

export function litAt(frame: Frame, x: number, y: number): boolean {
  return ((frame.pages[(y >> 3) * frame.width + x] ?? 0) >> (y & 7)) % 2 === 1;
}

/** Two pixels a character, so that a terminal shows the panel with square pixels. */
export function halfBlocks(frame: Frame): string[] {
  const lines: string[] = [];
  for (let y = 0; y < frame.height; y += 2) {
    let line = '';
    for (let x = 0; x < frame.width; x++)
      line += [' ', '▄', '▀', '█'][(litAt(frame, x, y) ? 2 : 0) + (litAt(frame, x, y + 1) ? 1 : 0)];
    lines.push(line);
  }
  return lines;
}
