/** Runs the command as a person does, in a process of its own; and a terminal that answers what the test says. */
import type { Terminal } from '../../appliance/console/verbs/verb.ts';
import { startProgram } from './programs.ts';

export type Ran = { code: number | NodeJS.Signals; said: string };

export async function netmonitor(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const program = startProgram({ main: 'appliance/console/main.ts', args, env });
  return { code: await program.ended, said: program.said() };
}

export type FakeTerminal = Terminal & {
  readonly said: string[];
  readonly questions: string[];
  readonly written: Uint8Array[];
};

export function createFakeTerminal(answers: (string | null)[], interactive = true): FakeTerminal {
  const said: string[] = [];
  const questions: string[] = [];
  const written: Uint8Array[] = [];
  return {
    said,
    questions,
    written,
    interactive,
    columns: undefined,
    paint: (_, text) => text,
    print: (text) => void said.push(text),
    complain: (text) => void said.push(text),
    bytes: async (piece) => void written.push(piece),
    async askSecret(question) {
      questions.push(question);
      return answers.shift() ?? null;
    },
    async ask(question) {
      questions.push(question);
      return answers.shift() ?? null;
    },
  };
}
