/** The expected picture of a screen as a text file that a person can read in a diff. */
import { join } from 'node:path';
import { halfBlocks } from '../../display/client/frame.ts';
import type { Frame } from '../../display/client/types.ts';
import type { Language } from '../../display/words.ts';

export function goldenFile(name: string, language: Language): string {
  return join(import.meta.dirname, '../fixtures/screens', `${name}.${language}.txt`);
}

/** Two rows of pixels a line; the bars keep the spaces at the end from being trimmed. */
export function goldenText(frame: Frame): string {
  return `${halfBlocks(frame)
    .map((line) => `|${line}|`)
    .join('\n')}\n`;
}
