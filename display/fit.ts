/** Makes text fit the panel's 21 columns: shortened with an ellipsis, or wrapped at words. */
import { readable } from './font.ts';

export const columns = 21;

export function shorten(text: string, width: number = columns): string {
  const plain = readable(text);
  if (plain.length <= width) return plain;
  return width < 1 ? '' : `${plain.slice(0, width - 1).trimEnd()}…`;
}

/** At most `lines` lines; a word longer than a line is cut, what does not fit ends with an ellipsis. */
export function wrap(text: string, lines: number, width: number = columns): string[] {
  const out: string[] = [];
  let rest = readable(text).trim();
  while (rest !== '' && out.length < lines) {
    if (rest.length <= width || out.length === lines - 1) {
      out.push(shorten(rest, width));
      break;
    }
    const space = rest.lastIndexOf(' ', width);
    const cut = space > 0 ? space : width;
    out.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return out;
}

/** `left` and `right` at the two ends of one line; the left gives way. */
export function ends(left: string, right: string, width: number = columns): string {
  const plainRight = shorten(right, width);
  const room = width - plainRight.length - (plainRight === '' ? 0 : 1);
  return shorten(left, Math.max(0, room)).padEnd(width - plainRight.length) + plainRight;
}
