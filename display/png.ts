/** The panel's picture as a PNG: light pixels on dark, each `scale` pixels wide, with the colour of the glass. */
import { PNG } from 'pngjs';
import { litAt } from './client/frame.ts';
import type { Frame } from './client/types.ts';

export const maxScale = 16;

export function framePng(frame: Frame, scale = 4): Uint8Array {
  const png = new PNG({ width: frame.width * scale, height: frame.height * scale });
  for (let y = 0; y < png.height; y++)
    for (let x = 0; x < png.width; x++) {
      const lit = litAt(frame, Math.floor(x / scale), Math.floor(y / scale));
      const at = (y * png.width + x) * 4;
      const [red, green, blue] = lit ? [0xd8, 0xec, 0xff] : [0x0a, 0x0c, 0x10];
      png.data[at] = red!;
      png.data[at + 1] = green!;
      png.data[at + 2] = blue!;
      png.data[at + 3] = 255;
    }
  return PNG.sync.write(png, { colorType: 2 });
}
