/** The panel's memory as points: byte `page * 128 + x`, bit b is row `page * 8 + b` (SSD1306, horizontal addressing). */

export const panelWidth = 128;
export const panelHeight = 64;

/** One byte a point, row by row: 1 is lit. Null when it is not a whole panel. */
export function panelPoints(bits: string): Uint8Array | null {
  const bytes = decode(bits);
  if (bytes === null || bytes.length !== (panelWidth * panelHeight) / 8) return null;
  const points = new Uint8Array(panelWidth * panelHeight);
  for (let y = 0; y < panelHeight; y += 1) {
    for (let x = 0; x < panelWidth; x += 1) {
      const byte = bytes[(y >> 3) * panelWidth + x] ?? 0;
      points[y * panelWidth + x] = (byte >> (y & 7)) & 1;
    }
  }
  return points;
}

function decode(bits: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bits) || bits.length % 4 !== 0) return null;
  return Uint8Array.from(atob(bits), (letter) => letter.charCodeAt(0));
}
