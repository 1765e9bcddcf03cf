/** Somebody who answers one question at a time, in a process of its own: what hangs there is killed with all that it started. */
import { spawn } from 'node:child_process';
import { endTree } from '../end-tree.ts';
import type { Question } from './calls.ts';

export interface Answerer {
  /** Rejects when it cannot be answered, or the answerer ended first. */
  ask(question: Pick<Question, 'call' | 'of'>): Promise<unknown>;
  /** It answers nothing any more. */
  readonly gone: boolean;
  end(): void;
}

const LARGEST_ANSWER = 4 * 1024 * 1024;

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void };

/** `args`: what Node runs as the answerer. `env`: its environment, ours unless somebody gives another. */
export function startAnswerer(args: readonly string[], env?: Record<string, string>): Answerer {
  const child = spawn(process.execPath, ['--max-semi-space-size=1', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
    ...(env === undefined ? {} : { env }),
    // Its programs are in its process group and end with it. On Windows this would open a window.
    detached: process.platform !== 'win32',
  });
  const waiting = new Map<number, Waiting>();
  let ending: Error | undefined;
  let text = '';
  let count = 0;

  function giveUp(error: Error): void {
    ending ??= error;
    endTree(child);
    for (const { reject } of waiting.values()) reject(ending);
    waiting.clear();
  }

  function hear(line: string): void {
    const { id, answer, error } = JSON.parse(line) as { id: number; answer?: unknown; error?: string };
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(answer);
    else asked?.reject(new Error(error));
  }

  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > LARGEST_ANSWER) return giveUp(new Error('the answer is too long'));
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    try {
      for (const line of lines) hear(line);
    } catch {
      giveUp(new Error('the answer is no JSON'));
    }
  });
  // The other side is gone; its exit says so, too.
  child.stdin.on('error', () => undefined);
  child.on('error', giveUp);
  child.on('exit', (code, signal) => giveUp(new Error(`the process ended with ${code ?? signal}`)));

  return {
    get gone() {
      return ending !== undefined;
    },
    ask: ({ call, of }) =>
      new Promise((resolve, reject) => {
        if (ending !== undefined) return reject(ending);
        const id = count++;
        waiting.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id, call, of })}\n`);
      }),
    end: () => giveUp(new Error('stopped')),
  };
}
