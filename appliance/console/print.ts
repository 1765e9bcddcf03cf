/** What reaches the terminal: aligned, coloured only there, and free of anything a stranger's name could do to it. */
import { styleText } from 'node:util';

/** Control characters (escape sequences begin with one), direction marks and line separators. */
const unsafe = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

export function plain(text: string): string {
  return text.replace(unsafe, '\ufffd');
}

/** JSON that is also safe to look at: JSON.stringify leaves some of these characters as they are. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export type Tone = 'well' | 'attention' | 'bad' | 'soft' | 'strong';
const styles = {
  well: 'green',
  attention: 'yellow',
  bad: 'red',
  soft: 'gray',
  strong: 'bold',
} as const;

export type Paint = (tone: Tone, text: string) => string;

/** Node leaves the text as it is when the stream is no terminal or NO_COLOR is set. */
export function painterFor(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText(styles[tone], text, { stream, validateStream: true });
}

export type Cell = string | { text: string; tone?: Tone; right?: boolean };

const textOf = (cell: Cell) => plain(typeof cell === 'string' ? cell : cell.text);
const widthOf = (text: string) => [...text].length;

/** Columns two spaces apart; numbers to the right; nothing after the last one. */
export function table(head: readonly Cell[], rows: readonly (readonly Cell[])[], paint: Paint): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => widthOf(textOf(row[at] ?? '')))));
  return all.map((row, line) =>
    row
      .map((cell, at) => {
        const text = textOf(cell);
        const gap = ' '.repeat((widths[at] ?? 0) - widthOf(text));
        const tone = line === 0 ? 'soft' : typeof cell === 'string' ? undefined : cell.tone;
        const shown = tone === undefined ? text : paint(tone, text);
        if (typeof cell !== 'string' && cell.right) return gap + shown;
        return at === row.length - 1 ? shown : shown + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}
