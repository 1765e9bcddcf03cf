/** The verbs of `netmonitor-agent`. All they know of the agent comes through its socket. */
import type { Timer } from '../appliance/runtime/clock.ts';
import type { Failure } from '../appliance/runtime/errors.ts';
import type { LocalClient } from '../appliance/runtime/socket/client.ts';
import type { AgentStatus } from './status.ts';
import type { Words } from './words.ts';

export type Terminal = {
  print(text: string): void;
  /** Asks a person and gives the answer; undefined when there is nobody to ask, or the signal was aborted. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
};

export type Arguments = { json: boolean; forget: boolean; digits?: string; same?: boolean };
export type Around = { client: LocalClient; words: Words; terminal: Terminal };
/** Resolves to the exit code. */
export type Command = (around: Around, given: Arguments) => Promise<number>;

const status: Command = async ({ client, words, terminal }, { json }) => {
  const now = await statusOf(client);
  terminal.print(json ? `${JSON.stringify(now)}\n` : describe(now, words));
  return 0;
};

const pair: Command = async (around, given) => {
  if (given.forget) return forget(around, given);
  if (given.digits !== undefined) return answer(around, given, given.digits, given.same === true);
  const { client, words, terminal } = around;
  const now = await statusOf(client);
  if (now.pin !== null) {
    terminal.print(given.json ? `${JSON.stringify(now)}\n` : `${words.already}\n`);
    return 0;
  }
  if (now.digits === null && !given.json) terminal.print(`${words.selectAtBox}\n`);
  return comparing(around, given);
};

export const commands = { status, pair } satisfies Record<string, Command>;
export type Verb = keyof typeof commands;

/** Shows each new pair of digits and asks, until there is an answer to digits that still count. */
async function comparing(around: Around, given: Arguments): Promise<number> {
  const { client, words, terminal } = around;
  const shown = new Latest(client);
  try {
    for (;;) {
      const { digits, changed } = await shown.next();
      terminal.print(`${words.digits}: ${digits.slice(0, 3)} ${digits.slice(3)}\n`);
      const said = await terminal.ask(words.ask, changed);
      if (changed.aborted) terminal.print(`\n${words.gone}\n`);
      else if (said === undefined) return 1;
      else if (isYes(said, words)) return await answer(around, given, digits, true);
      else if (isNo(said, words)) return await answer(around, given, digits, false);
    }
  } finally {
    shown.stop();
  }
}

const isYes = (said: string, words: Words) =>
  [words.yes, 'y', 'yes', 'oui'].includes(said.trim().toLowerCase());
const isNo = (said: string, words: Words) => [words.no, 'n', 'no', 'non'].includes(said.trim().toLowerCase());

async function answer(
  { client, words, terminal }: Around,
  given: Arguments,
  digits: string,
  same: boolean,
): Promise<number> {
  const now = (await client.post('/v1/pair', { digits, same })) as AgentStatus;
  terminal.print(given.json ? `${JSON.stringify(now)}\n` : `${same ? words.accepted : words.rejected}\n`);
  return same ? 0 : 2;
}

async function forget({ client, words, terminal }: Around, { json }: Arguments): Promise<number> {
  const now = (await client.post('/v1/forget')) as AgentStatus;
  if (json) terminal.print(`${JSON.stringify(now)}\n`);
  else terminal.print(`${now.pin === null ? words.forgotten : words.configured}\n`);
  return now.pin === null ? 0 : 1;
}

async function statusOf(client: LocalClient): Promise<AgentStatus> {
  return (await client.get('/v1/status')) as AgentStatus;
}

/** The digits of the agent as they change. Each comes with a signal that tells when they no longer count. */
class Latest {
  readonly #following: Timer;
  #digits: string | null = null;
  #changed = new AbortController();
  #down: Failure | undefined;
  #wake: () => void = () => undefined;

  constructor(client: LocalClient) {
    this.#following = client.follow('/v1/changes', {
      onLine: (line) => this.#take((line as AgentStatus).digits),
      onDown: (error) => {
        this.#down = error;
        this.#take(null);
      },
    });
  }

  async next(): Promise<{ digits: string; changed: AbortSignal }> {
    while (this.#digits === null || this.#changed.signal.aborted) {
      if (this.#down !== undefined) throw this.#down;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return { digits: this.#digits, changed: this.#changed.signal };
  }

  stop(): void {
    this.#following.stop();
  }

  #take(digits: string | null): void {
    if (digits !== this.#digits) {
      this.#changed.abort();
      this.#changed = new AbortController();
      this.#digits = digits;
    }
    this.#wake();
  }
}

function describe(now: AgentStatus, words: Words): string {
  const box = now.box === null ? '-' : `${now.box.name || '?'} (${now.box.address})`;
  const rows: [string, string][] = [
    [words.machine, now.machine === null ? now.name : `${now.name} (${now.machine})`],
    [words.state, words[now.state]],
    [words.box, box],
    [words.foundBy, now.rung ?? '-'],
    [words.trusts, now.pin?.hash ?? words.nobody],
    [words.outbox, `${now.outbox.ticks} ${words.ticks}`],
    [words.key, now.key],
  ];
  if (now.digits !== null) rows.splice(2, 0, [words.digits, now.digits]);
  if (now.state !== 'sending' && now.lastEnd !== null) rows.push([words.last, now.lastEnd]);
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}
