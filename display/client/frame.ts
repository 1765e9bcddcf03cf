/** A picture as it travels: parsed at the edge, unpacked into pixels for whoever draws it. */
import { Failure } from '../../appliance/runtime/errors.ts';
import { type Frame, type FrameMessage, frameBytes, frameHeight, frameWidth } from './types.ts';

export function parseFrame(value: unknown): FrameMessage {
  const { bits, screen, text, signal } = (typeof value === 'object' && value !== null ? value : {}) as {
    bits?: unknown;
    screen?: unknown;
    text?: unknown;
    signal?: { light?: unknown; buzzer?: unknown } | null;
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
  if (signal === undefined || signal === null) return { bits, screen, text };
  return { bits, screen, text, signal: { light: signal.light === true, buzzer: signal.buzzer === true } };
}

export function unpackFrame(message: { bits: string }): Frame {
  return { width: frameWidth, height: frameHeight, pages: Buffer.from(message.bits, 'base64') };
}

export function litAt(frame: Frame, x: number, y: number): boolean {
  return ((frame.pages[(y >> 3) * frame.width + x] ?? 0) >> (y & 7)) % 2 === 1;
}

/** The panel for a terminal: as large as fits, `columns` being unknown where nobody looks at a terminal. */
export function terminalLines(frame: Frame, columns: number | undefined): string[] {
  return columns !== undefined && columns < frame.width ? brailleDots(frame) : halfBlocks(frame);
}

/** Braille numbers its dots down the left column, then the right, and adds the fourth row last. */
const brailleBits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80] as const;

/** Eight pixels a character: half the size of half blocks, for a terminal of 80 columns. */
function brailleDots(frame: Frame): string[] {
  const lines: string[] = [];
  for (let y = 0; y < frame.height; y += 4) {
    let line = '';
    for (let x = 0; x < frame.width; x += 2) {
      const lit = brailleBits.filter((_, at) => litAt(frame, x + (at % 2), y + (at >> 1)));
      line += String.fromCodePoint(0x2800 + lit.reduce((sum, bit) => sum + bit, 0));
    }
    lines.push(line);
  }
  return lines;
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
