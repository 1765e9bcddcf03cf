/**
 * The process that answers with systeminformation, as the agent starts it on Windows and macOS. With a system and a folder
 * of programs (`answerer.ts darwin FOLDER`) systeminformation takes this machine for one of that kind and finds those.
 */
import { answerQuestions } from '../../agent/elsewhere/answer.ts';

const [system, programs] = process.argv.slice(2);
if (system !== undefined) {
  Object.defineProperty(process, 'platform', { value: system });
  process.env.PATH = `${programs}:${process.env.PATH}`;
  // Windows' own folder, in which its programs are begun.
  process.env.WINDIR = '/';
}
await answerQuestions({ input: process.stdin, output: process.stdout });
