/** The real terminal. A reader that goes away (`| head`) ends the command quietly. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { painterFor } from './print.ts';
import type { Terminal } from './verbs/verb.ts';

export function openTerminal(signal: AbortSignal): Terminal {
  process.stdout.on('error', () => process.exit(0));
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return {
    interactive,
    columns: process.stdout.columns,
    paint: painterFor(process.stdout),
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
    bytes: (piece) =>
      new Promise((resolve) => {
        if (process.stdout.write(piece)) resolve();
        else process.stdout.once('drain', resolve);
      }),
    async askSecret(question) {
      if (!interactive) return null;
      process.stdout.write(question);
      const output = new Writable({ write: (_chunk, _encoding, done) => done() });
      const reader = createInterface({ input: process.stdin, output, terminal: true });
      const ended = new Promise<null>((resolve) => reader.once('close', () => resolve(null)));
      const answered = reader.question('', { signal }).catch(() => null);
      const answer = await Promise.race([answered, ended]);
      reader.close();
      process.stdout.write('\n');
      return answer;
    },
    async ask(question) {
      if (!interactive) return null;
      const reader = createInterface({ input: process.stdin, output: process.stdout });
      const ended = new Promise<null>((resolve) => reader.once('close', () => resolve(null)));
      // Ctrl-C and the end of the input are no answer.
      const answered = reader.question(question, { signal }).catch(() => null);
      const answer = await Promise.race([answered, ended]);
      reader.close();
      return answer;
    },
  };
}
