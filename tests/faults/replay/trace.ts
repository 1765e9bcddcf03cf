/** Reads what strace wrote: calls with the lines in which they began and ended, whatever the threads did in between. */

export type Call = {
  name: string;
  /** As strace shows them, strings in hexadecimal. */
  args: string;
  /** null when the process died within the call. */
  result: number | null;
  /** Numbers of lines: an effect is there at the end at the latest, and what is told may be heard from the begin on. */
  begun: number;
  ended: number;
};

const unfinished = ' <unfinished ...>';
/** Where the result stands: nothing in front of it can look like this, because strings are in hexadecimal. */
const resultForm = /\)\s+= (-?\d+|\?)/;
/** A result with the path of a new descriptor in hexadecimal is shorter. */
const longestResult = 20_000;

export function parseTrace(text: string): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { name: string; args: string; begun: number }>();
  let line = 0;
  for (let at = 0; at < text.length; line++) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    readLine(text.slice(at, end), line, open, calls);
    at = end + 1;
  }
  // The process was killed within these; some of them may have had their effect.
  for (const { name, args, begun } of open.values())
    calls.push({ name, args, result: null, begun, ended: line });
  return calls;
}

function readLine(
  text: string,
  line: number,
  open: Map<string, { name: string; args: string; begun: number }>,
  calls: Call[],
): void {
  const thread = /^\d+/.exec(text)?.[0];
  if (thread === undefined) return;
  let rest = text.slice(thread.length).trimStart();
  let begun = line;
  const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
  if (resumed !== null) {
    const before = open.get(thread);
    if (before === undefined) throw new Error(`line ${line + 1} resumes a call that never began`);
    open.delete(thread);
    begun = before.begun;
    rest = `${before.name}(${before.args}${rest.slice(resumed[0].length)}`;
  }
  const name = /^\w+(?=\()/.exec(rest)?.[0];
  // Signals and exits.
  if (name === undefined) return;
  const args = rest.slice(name.length + 1);
  if (args.endsWith(unfinished)) {
    open.set(thread, { name, args: args.slice(0, -unfinished.length), begun });
    return;
  }
  const from = Math.max(0, args.length - longestResult);
  const found = resultForm.exec(args.slice(from));
  if (found === null) throw new Error(`line ${line + 1} has no result: ${rest.slice(0, 200)}`);
  const result = found[1] === '?' ? null : Number(found[1]);
  calls.push({ name, args: args.slice(0, from + found.index), result, begun, ended: line });
}

/** The strings among the arguments, in order. */
export function stringsIn(args: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = args.indexOf('"'); at >= 0; ) {
    const end = args.indexOf('"', at + 1);
    if (end < 0) throw new Error('a string of the trace does not end');
    if (args.startsWith('...', end + 1)) throw new Error('a string of the trace was shortened');
    found.push(unhex(args.slice(at + 1, end)));
    at = args.indexOf('"', end + 1);
  }
  return found;
}

/** A descriptor with what it stood for at the call: `18</path>`. */
export function descriptorIn(args: string): { fd: number; path: string } {
  const found = /^(-?\d+|AT_FDCWD)<([^>]*)>/.exec(args);
  if (found === null) return { fd: Number.parseInt(args, 10), path: '' };
  return { fd: Number(found[1]), path: unhex(found[2]!).toString('utf8') };
}

function unhex(text: string): Buffer {
  return text.startsWith('\\x')
    ? Buffer.from(text.replaceAll('\\x', ''), 'hex')
    : Buffer.from(text, 'latin1');
}
