/** `netmonitor processes`: asks a machine for its busiest programs. */
import { percent, size } from '../format.ts';
import { type Cell, table, toJson } from '../print.ts';
import { machineOf, say } from './on-machine.ts';
import type { Text, Verb } from './verb.ts';

const usage = 'MACHINE';

const words = {
  off: { en: '{0} does not tell its programs.', fr: '{0} n’indique pas ses programmes.' },
  program: { en: 'Program', fr: 'Programme' },
} satisfies Record<string, Text>;

export const processes: Verb = {
  about: {
    en: 'ask a machine for its busiest programs',
    fr: 'demander à une machine ses programmes les plus actifs',
  },
  usage,
  mostWords: 1,
  options: {},
  async run(call) {
    const { machine, name } = await machineOf(call, `processes ${usage}`);
    const { off = false, processes: all, overMs } = await call.box.ingest.processes(machine);
    const { terminal } = call;
    if (call.json) terminal.print(toJson({ machine, off, overMs: overMs ?? null, processes: all }, 2));
    else if (off) terminal.print(say(call, words.off, name));
    else {
      const right = (text: string): Cell => ({ text, right: true });
      const head = [
        right('PID'),
        say(call, words.program),
        right(call.say('cpu')),
        right(call.say('memory')),
        '',
      ];
      const rows = all.map((one): Cell[] => [
        right(String(one.pid)),
        one.name,
        right(percent(one.cpu)),
        right(size(one.memoryBytes, call.language)),
        { text: one.arguments ?? '', tone: 'soft' },
      ]);
      for (const line of table(head, rows, terminal.paint)) terminal.print(line);
    }
    return 0;
  },
};
