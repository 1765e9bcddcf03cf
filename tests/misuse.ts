/** What nobody can do with what was typed behind `npm run …` is said in words, below the help, and ends with 2. */
import { messageOf, systemCodeOf } from '../appliance/runtime/errors.ts';

export class Misuse extends Error {}

/** The exit code of `run`, which may throw a Misuse or what parseArgs throws. */
export async function sayingMisuse(
  help: string,
  run: () => Promise<number>,
  complain: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const isTyped = error instanceof Misuse || systemCodeOf(error)?.startsWith('ERR_PARSE_ARGS') === true;
    if (!isTyped) throw error;
    complain(`${help}\n${messageOf(error)}\n`);
    return 2;
  }
}
