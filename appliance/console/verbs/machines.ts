/** `netmonitor machines`: every admitted machine with its last values, the worst first. */
import type { DatedSummary, Machine, MachineState } from '../../store/client/types.ts';
import { degrees, moment, percent, size } from '../format.ts';
import { type Cell, type Tone, table, toJson } from '../print.ts';
import type { WordKey } from '../words.ts';
import type { Call, Verb } from './verb.ts';

const stateWords: Record<MachineState, { mark: string; word: WordKey; tone: Tone; urgency: number }> = {
  vanished: { mark: '●', word: 'vanishedState', tone: 'bad', urgency: 0 },
  silent: { mark: '?', word: 'silentState', tone: 'attention', urgency: 1 },
  up: { mark: '✓', word: 'up', tone: 'well', urgency: 2 },
  asleep: { mark: '☾', word: 'asleep', tone: 'soft', urgency: 3 },
  off: { mark: '⏻', word: 'off', tone: 'soft', urgency: 4 },
};

export const machines: Verb = {
  about: {
    en: 'list the machines with their state and last values',
    fr: 'lister les machines, leur état et leurs dernières valeurs',
  },
  usage: '',
  mostWords: 0,
  options: {},
  async run(call) {
    const [all, summaries] = await Promise.all([call.box.store.machines(), call.box.store.summaries()]);
    const sorted = [...all].sort(
      (a, b) => stateWords[a.state].urgency - stateWords[b.state].urgency || a.machine - b.machine,
    );
    if (call.json) {
      const rows = sorted.map((machine) => ({ ...machine, ...(summaries[machine.machine] ?? {}) }));
      call.terminal.print(toJson({ machines: rows }, 2));
    } else if (sorted.length === 0) call.terminal.print(call.say('noMachines'));
    else for (const line of lines(call, sorted, summaries)) call.terminal.print(line);
    return 0;
  },
};

function lines(call: Call, all: readonly Machine[], summaries: Record<number, DatedSummary>): string[] {
  const { say } = call;
  const right = (text: string): Cell => ({ text, right: true });
  const head: Cell[] = [
    right(say('number')),
    say('state'),
    say('name'),
    ...(['cpu', 'memory', 'disk', 'received', 'sent', 'temperature'] as const).map((key) => right(say(key))),
    say('since'),
  ];
  const rows = all.map((machine): Cell[] => {
    const { mark, word, tone } = stateWords[machine.state];
    // A value of a machine that is not up is unknown.
    const summary = machine.state === 'up' ? (summaries[machine.machine]?.summary ?? {}) : {};
    return [
      right(String(machine.machine)),
      { text: `${mark} ${say(word)}`, tone },
      machine.name,
      right(percent(summary.cpu)),
      right(percent(summary.memory)),
      right(percent(summary.disk)),
      right(size(summary.receiveBps, call.language, true)),
      right(size(summary.transmitBps, call.language, true)),
      right(degrees(summary.temperature)),
      moment(machine.stateSinceMs, call.nowMs, call.language),
    ];
  });
  return table(head, rows, call.terminal.paint);
}
