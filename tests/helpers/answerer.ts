/**
 * The process that answers with systeminformation, as the agent starts it on Windows and macOS. With the name of a system
 * (`answerer.ts darwin`) systeminformation takes this machine for one of that kind.
 */
import { answerQuestions } from '../../agent/elsewhere/answer.ts';

const [system] = process.argv.slice(2);
if (system !== undefined) Object.defineProperty(process, 'platform', { value: system });
await answerQuestions({ input: process.stdin, output: process.stdout });
