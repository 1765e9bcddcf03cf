/** `netmonitor services`: what a machine told of its services, what is in trouble first. */
import type { Service, ServiceState } from '../../protocol/services.ts';
import { moment } from '../format.ts';
import { type Cell, type Tone, table, toJson } from '../print.ts';
import { machineOf, say } from './on-machine.ts';
import type { Call, Text, Verb } from './verb.ts';

const usage = 'MACHINE';

const states: Record<ServiceState, Text & { tone?: Tone }> = {
  failed: { en: '● failed', fr: '● en échec', tone: 'bad' },
  restarting: { en: '● fails again and again', fr: '● échoue sans cesse', tone: 'attention' },
  starting: { en: '◌ starting', fr: '◌ démarre', tone: 'attention' },
  stopping: { en: '◌ stopping', fr: '◌ s’arrête', tone: 'attention' },
  paused: { en: '◌ paused', fr: '◌ en pause', tone: 'attention' },
  stopped: { en: '○ stopped', fr: '○ arrêté', tone: 'soft' },
  running: { en: '✓ running', fr: '✓ en marche' },
  done: { en: '✓ done', fr: '✓ terminé' },
};

const words = {
  none: { en: '{0} has told no services.', fr: '{0} n’a indiqué aucun service.' },
  more: { en: 'and {0} more', fr: 'et {0} de plus' },
  service: { en: 'Service', fr: 'Service' },
} satisfies Record<string, Text>;

export const services: Verb = {
  about: {
    en: 'list the services of a machine, what is in trouble first',
    fr: 'lister les services d’une machine, d’abord ceux qui vont mal',
  },
  usage,
  mostWords: 1,
  options: {},
  async run(call) {
    const { machine, name } = await machineOf(call, `services ${usage}`);
    const list = await call.box.ingest.services(machine);
    const { terminal } = call;
    if (call.json) terminal.print(toJson({ machine, ...(list ?? { services: [] }) }, 2));
    else if (list === null || list.services.length === 0) terminal.print(say(call, words.none, name));
    else {
      for (const line of lines(call, list.services)) terminal.print(line);
      if (list.left > 0) terminal.print(say(call, words.more, list.left));
    }
    return 0;
  },
};

function lines(call: Call, all: readonly Service[]): string[] {
  const { nowMs, language } = call;
  const head = [call.say('state'), say(call, words.service), call.say('since'), ''];
  const rows = all.map(({ name, label = '', state, sinceMs }): Cell[] => {
    const { tone } = states[state];
    return [
      { text: say(call, states[state]), ...(tone === undefined ? {} : { tone }) },
      name,
      sinceMs === undefined ? '' : moment(sinceMs, nowMs, language),
      { text: label, tone: 'soft' },
    ];
  });
  return table(head, rows, call.terminal.paint);
}
