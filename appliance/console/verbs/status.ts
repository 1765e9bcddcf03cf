/** `netmonitor status`: in a few lines, whether all is well, and where things are. */
import type { Door, Waiting } from '../../ingest/client/types.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Health, Machine, MachineState } from '../../store/client/types.ts';
import type { WebAddress } from '../../web/client/types.ts';
import { size } from '../format.ts';
import { plain, toJson } from '../print.ts';
import type { Call, Verb } from './verb.ts';

export const status: Verb = {
  about: { en: 'say whether all is well (exit code 1 if not)', fr: 'dire si tout va bien (code 1 sinon)' },
  usage: '',
  mostWords: 0,
  options: {},
  async run(call) {
    const answers = await askAll(call);
    const away = Object.entries(answers.away);
    const missing = (answers.machines ?? []).some(({ state }) => state === 'vanished' || state === 'silent');
    const well = away.length === 0 && !missing;
    if (call.json) call.terminal.print(toJson({ well, ...answers }, 2));
    else for (const line of lines(call, answers)) call.terminal.print(line);
    return well ? 0 : 1;
  },
};

type Answers = {
  machines: Machine[] | null;
  health: Health | null;
  door: Door | null;
  waiting: Waiting[] | null;
  address: WebAddress | null;
  /** Daemons that do not answer, with the reason. */
  away: Record<string, string>;
};

/** Each daemon is asked by itself: one that is away hides nothing of the others. All away is the caller's failure. */
async function askAll({ box }: Call): Promise<Answers> {
  const away: Record<string, string> = {};
  let heard = 0;
  let reason: unknown;
  const ask = async <T>(daemon: string, question: Promise<T>): Promise<T | null> => {
    try {
      const answer = await question;
      heard++;
      return answer;
    } catch (error) {
      away[daemon] = messageOf(error);
      reason = error;
      return null;
    }
  };
  const [machines, health, door, waiting, address] = await Promise.all([
    ask('store', box.store.machines()),
    ask('store', box.store.health()),
    ask('ingest', box.ingest.door()),
    ask('ingest', box.ingest.waiting()),
    ask('web', box.web.address()),
    ask('watch', box.watch.health()),
    ask('display', box.display.frame()),
  ]);
  if (heard === 0) throw reason;
  return { machines, health, door, waiting, address, away };
}

function lines(call: Call, answers: Answers): string[] {
  const { say, terminal } = call;
  const { health, door, address } = answers;
  const facts: [string, string][] = [];
  if (door) facts.push([say('box'), door.name]);
  for (const url of address?.urls ?? []) facts.push([say('page'), url]);
  if (address?.code) facts.push([say('code'), address.code]);
  if (door) facts.push([say('door'), say('doorText', door.port, door.connected)]);
  if (health)
    facts.push([
      say('storage'),
      say('storageText', size(health.diskBytes, call.language), health.machines, health.series),
    ]);
  const width = Math.max(0, ...facts.map(([label]) => label.length));
  return [
    ...fleetLines(call, answers),
    ...Object.keys(answers.away).map((daemon) =>
      terminal.paint('bad', say('daemonAway', `netmonitor-${daemon}`)),
    ),
    '',
    ...facts.map(([label, value]) => `${terminal.paint('soft', label.padEnd(width))}  ${plain(value)}`),
  ];
}

function fleetLines(call: Call, { machines, waiting }: Answers): string[] {
  const { say, terminal } = call;
  const out: string[] = [];
  const all = machines ?? [];
  const named = (...states: MachineState[]) => all.filter(({ state }) => states.includes(state));
  const names = (some: readonly { name: string }[]) => plain(some.map(({ name }) => name).join(', '));
  const [up, resting] = [named('up'), named('asleep', 'off')];
  const [silent, vanished] = [named('silent'), named('vanished')];
  const expected = all.length - resting.length;
  if (machines && all.length === 0) out.push(say('noMachines'));
  else if (machines && up.length === expected)
    out.push(terminal.paint('well', say('allWell', up.length, expected)));
  else if (machines) out.push(say('notWell', up.length, expected));
  if (vanished.length > 0) out.push(terminal.paint('bad', `● ${say('vanished', names(vanished))}`));
  if (silent.length > 0) out.push(terminal.paint('attention', `? ${say('silent', names(silent))}`));
  if (resting.length > 0) out.push(terminal.paint('soft', say('resting', names(resting))));
  if (waiting && waiting.length > 0)
    out.push(`${terminal.paint('attention', say('waits', names(waiting)))}. ${say('admitHint')}`);
  return out;
}
