/** `netmonitor waiting`: who wants to join. */
import type { Waiting } from '../../ingest/client/types.ts';
import { moment } from '../format.ts';
import { type Cell, table, toJson } from '../print.ts';
import type { Call, Verb } from './verb.ts';

export const waiting: Verb = {
  about: {
    en: 'list the machines that wait to be admitted',
    fr: 'lister les machines qui attendent d’entrer',
  },
  usage: '',
  mostWords: 0,
  options: {},
  run: listWaiting,
};

export async function listWaiting(call: Call): Promise<0> {
  const all = await call.box.ingest.waiting();
  if (call.json) call.terminal.print(toJson({ waiting: all }, 2));
  else if (all.length === 0) call.terminal.print(call.say('nobodyWaits'));
  else {
    for (const line of lines(call, all)) call.terminal.print(line);
    call.terminal.print(`\n${call.say('admitHow')}`);
  }
  return 0;
}

function lines(call: Call, all: readonly Waiting[]): string[] {
  const { say } = call;
  const head = [say('name'), say('address'), say('system'), say('since'), say('id')];
  const rows = all.map((one): Cell[] => [
    one.name,
    one.address,
    one.os,
    one.connected
      ? moment(one.sinceMs, call.nowMs, call.language)
      : { text: say('hungUp'), tone: 'attention' },
    { text: one.id.slice(0, 12), tone: 'soft' },
  ]);
  return table(head, rows, call.terminal.paint);
}
