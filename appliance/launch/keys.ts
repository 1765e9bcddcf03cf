/** The keys of the terminal: the button of the simulated panel, its picture, and the way out. */
import type { ReadStream } from 'node:tty';
import { createDisplayClient } from '../../display/client/client.ts';
import { terminalLines, unpackFrame } from '../../display/client/frame.ts';
import type { PressKind } from '../../display/client/types.ts';
import { Failure, messageOf } from '../runtime/errors.ts';

export type Keys = { stop(): void };

const presses: Record<string, PressKind> = { p: 'press', h: 'hold', d: 'double', R: 'recovery' };
/** The screen changes a moment after the button. */
const redrawMs = 150;
/** The lines at both sides of the picture. */
const frameOfPanel = 2;
const controlC = '\u0003';

export function listenToKeys(o: {
  input: ReadStream;
  write(text: string): void;
  /** How wide the terminal is now. */
  columns(): number | undefined;
  /** What is said when the screen does not answer. */
  away: string;
  runDir: string;
  quit(): void;
}): Keys {
  const display = createDisplayClient({ runDir: o.runDir, as: 'console' });
  const draw = async () => {
    const columns = o.columns();
    const inside = columns === undefined ? undefined : columns - frameOfPanel;
    o.write(panel(terminalLines(unpackFrame(await display.frame({ secrets: true })), inside)));
  };
  const press = async (kind: PressKind) => {
    await display.press(kind);
    await new Promise((done) => setTimeout(done, redrawMs));
    await draw();
  };
  const trouble = (error: unknown) =>
    error instanceof Failure && error.code === 'UNAVAILABLE' ? o.away : messageOf(error);
  const onKey = (key: string) => {
    const kind = presses[key];
    if (key === 'q' || key === controlC) o.quit();
    else if (kind || key === 'o')
      (kind ? press(kind) : draw()).catch((error: unknown) => o.write(`${trouble(error)}\n`));
  };
  o.input.setRawMode(true);
  o.input.setEncoding('utf8');
  o.input.on('data', onKey);
  o.input.resume();
  return {
    stop() {
      o.input.off('data', onKey);
      o.input.setRawMode(false);
      o.input.pause();
      display.close();
    },
  };
}

function panel(lines: readonly string[]): string {
  const width = lines[0]?.length ?? 0;
  const rows = lines.map((line) => `│${line}│`);
  return `╭${'─'.repeat(width)}╮\n${rows.join('\n')}\n╰${'─'.repeat(width)}╯\n`;
}
