/** What an admitted machine tells beside its ticks, and who keeps it. */
import { type Message, messageTypes } from '../protocol/messages.ts';
import type { Asks } from './asks.ts';
import type { Chronicle } from './chronicle.ts';
import { alwaysAccepted } from './connection.ts';
import type { Neighbours } from './neighbours.ts';
import type { Probes } from './probes.ts';
import type { Roster } from './roster.ts';
import type { ServiceLists } from './service-lists.ts';
import type { Session } from './session.ts';

/** Types of the messages that it may send. */
export const admittedSay: ReadonlySet<number> = new Set<number>([
  ...alwaysAccepted,
  messageTypes.dictionary,
  messageTypes.samples,
  messageTypes.events,
  messageTypes.facts,
  messageTypes.services,
  messageTypes.processes,
  messageTypes.probeResults,
  messageTypes.neighbours,
  messageTypes.clocks,
  messageTypes.pairAnswer,
  // An admission may cross the answer to a draw on its way: it is passed over.
  messageTypes.pairNonce,
]);

export type Keepers = {
  chronicle: Pick<Chronicle, 'facts' | 'events' | 'denied'>;
  services: Pick<ServiceLists, 'heard'>;
  asks: Pick<Asks, 'answered'>;
  probes: Pick<Probes, 'heard'>;
  neighbours: Pick<Neighbours, 'heard'>;
  roster: Pick<Roster, 'byNumber'>;
};

export function keepTold(
  { chronicle, services, asks, probes, neighbours, roster }: Keepers,
  session: Session,
  message: Message,
): void {
  const { machine } = session;
  if (message.kind === 'facts') chronicle.facts(machine, message.body);
  else if (message.kind === 'events') chronicle.events(machine, message.body.events);
  else if (message.kind === 'services') services.heard(machine, message.body, session.datesAheadMs);
  else if (message.kind === 'processes') asks.answered(machine, message.body);
  else if (message.kind === 'probeResults')
    probes.heard(machine, message.body, (runMs) => session.dateOf(runMs));
  else if (message.kind === 'neighbours' && roster.byNumber(machine)?.local === true)
    neighbours.heard(message.body, (runMs) => session.dateOf(runMs));
  else if (message.kind === 'pairAnswer' && !message.body.same) chronicle.denied(machine);
}
