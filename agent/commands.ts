/** The verbs of `netmonitor-agent`. All they know of the agent comes through its socket. */
import type { Environment } from '../appliance/runtime/environment.ts';
import type { LocalClient } from '../appliance/runtime/socket/client.ts';
import type { AgentStatus } from './status.ts';
import { Statuses } from './statuses.ts';
import type { Words } from './words.ts';

export type Terminal = {
  print(text: string): void;
  /** Asks a person and gives the answer; undefined when there is nobody to ask, or the signal was aborted. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
};

export type Arguments = {
  json: boolean;
  forget: boolean;
  box?: string;
  digits?: string;
  same?: boolean;
  reason?: string;
};
export type Around = {
  client: LocalClient;
  words: Words;
  terminal: Terminal;
  /** Of the agent that is asked. */
  environment: Environment;
};
/** Resolves to the exit code. */
export type Command = (around: Around, given: Arguments) => Promise<number>;

export const status: Command = async ({ client, words, terminal }, { json }) => {
  const now = await statusOf(client);
  terminal.print(json ? `${JSON.stringify(now)}\n` : describe(now, words));
  return 0;
};

/** For a machine whose disk was copied from another: they must not have one key. */
export const newIdentity: Command = async ({ client, words, terminal }, { json }) => {
  await client.post('/v1/new-identity', {});
  terminal.print(json ? '{}\n' : `${words.renewed}\n`);
  return 0;
};

/** For the scripts that a system calls before it sleeps or goes off. */
export const goodbye: Command = async ({ client, words, terminal }, { json, reason = '' }) => {
  await client.post('/v1/goodbye', { reason });
  terminal.print(json ? '{}\n' : `${words.saidGoodbye}\n`);
  return 0;
};

export const pair: Command = async (around, given) => {
  if (given.forget) return forget(around, given);
  if (given.box !== undefined)
    await around.client.post('/v1/choose', { key: given.box.replace(/[\s:]/g, '') });
  if (given.digits !== undefined) return answer(around, given, given.digits, given.same === true);
  const { client, words, terminal } = around;
  const now = await statusOf(client);
  if (now.pin !== null) {
    terminal.print(given.json ? `${JSON.stringify(now)}\n` : `${words.already}\n`);
    return 0;
  }
  if (now.boxes.length > 1 && given.box === undefined && !given.json)
    terminal.print(severalBoxes(now, words));
  else if (now.digits === null && !given.json) terminal.print(`${words.selectAtBox}\n`);
  return comparing(around, given);
};

/** Shows each new pair of digits and asks, until there is an answer to digits that still count. */
async function comparing(around: Around, given: Arguments): Promise<number> {
  const statuses = new Statuses(around.client);
  let shown: string | null = null;
  try {
    for (;;) {
      const { now, digitsGone } = await statuses.next();
      if (now.digits === shown) continue;
      shown = now.digits;
      const code = shown === null ? undefined : await question(around, given, shown, digitsGone);
      if (code !== undefined) return code;
    }
  } finally {
    statuses.stop();
  }
}

/** Asks about one pair of digits; undefined when they no longer count. */
export async function question(
  around: Around,
  given: Arguments,
  digits: string,
  gone: AbortSignal,
): Promise<number | undefined> {
  const { words, terminal } = around;
  terminal.print(`${words.digits}: ${groups(digits)}\n`);
  for (;;) {
    const said = await terminal.ask(words.ask, gone);
    if (gone.aborted) {
      terminal.print(`\n${words.gone}\n`);
      return undefined;
    }
    if (said === undefined) return 1;
    if (isYes(said, words)) return await answer(around, given, digits, true);
    if (isNo(said, words)) return await answer(around, given, digits, false);
  }
}

/** Several boxes answer, and one of them may be somebody's trap: each with what tells them apart. */
export function severalBoxes({ boxes }: AgentStatus, words: Words): string {
  const lines = boxes.map(({ name, hash, address, digits, chosen }) => {
    const key = hash.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ');
    const shown = digits === null ? '' : `  ${words.digits}: ${groups(digits)}`;
    return `  ${chosen ? '*' : '-'} ${name || '?'}  ${address}  ${words.boxKey} ${key}${shown}\n`;
  });
  return `${words.severalBoxes}\n${lines.join('')}${words.chooseBox}\n`;
}

/** In two groups, which are compared more surely than six digits in a row. */
export const groups = (digits: string): string => `${digits.slice(0, 3)} ${digits.slice(3)}`;

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

/** The newest lies on disk and is in RAM as well. */
function waiting({ outbox: { ticks, disk } }: AgentStatus, words: Words): string {
  return disk.ticks === 0
    ? `${ticks} ${words.ticks}`
    : `${ticks + disk.ticks} ${words.ticks}, ${disk.ticks} ${words.onDisk}`;
}

async function statusOf(client: LocalClient): Promise<AgentStatus> {
  return (await client.get('/v1/status')) as AgentStatus;
}

function describe(now: AgentStatus, words: Words): string {
  const box = now.box === null ? '-' : `${now.box.name || '?'} (${now.box.address})`;
  const rows: [string, string][] = [
    [words.machine, now.machine === null ? now.name : `${now.name} (${now.machine})`],
    [words.state, words[now.state]],
    [words.box, box],
    [words.foundBy, now.rung ?? '-'],
    [words.trusts, now.pin?.hash ?? words.nobody],
    [words.outbox, waiting(now, words)],
    [words.key, now.key],
  ];
  if (now.digits !== null) rows.splice(2, 0, [words.digits, groups(now.digits)]);
  if (now.state !== 'sending' && now.lastEnd !== null) rows.push([words.last, now.lastEnd]);
  const more = now.boxes.length > 1 ? severalBoxes(now, words) : '';
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('') + more;
}
