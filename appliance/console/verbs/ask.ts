/** Yes or no, in either language. */
import type { Call } from './verb.ts';

/** Null when the input ended without an answer. */
export async function askYesNo({ terminal, say }: Call, question: string): Promise<boolean | null> {
  for (;;) {
    const answer = (await terminal.ask(question))?.trim().toLowerCase();
    if (answer === undefined) return null;
    if (['y', 'yes', 'o', 'oui'].includes(answer)) return true;
    if (['n', 'no', 'non'].includes(answer)) return false;
    terminal.print(say('answerYesNo'));
  }
}
