/** The box's time: what it is, who vouches for it, and what machines and people say of it. */
import type { Route } from '../../runtime/socket/server.ts';
import { asked } from '../checks.ts';
import { checkConfirmation, checkVotes } from '../clock/state.ts';
import { confirmedText } from '../clock/texts.ts';
import type { OpenStore } from '../store.ts';

export function clockRoutes(store: () => OpenStore): Route[] {
  return [
    { method: 'GET', path: '/v1/clock', handle: () => ({ json: store().clock.state() }) },
    {
      method: 'POST',
      path: '/v1/clock/votes',
      async handle(request) {
        const { votes } = asked(checkVotes, await request.json());
        const { clock, registry } = store();
        // The agent of the box shows the box's own clock.
        clock.vote(votes.filter(({ machine }) => registry.has(machine) && !registry.get(machine).local));
        return {};
      },
    },
    {
      method: 'POST',
      path: '/v1/clock/confirm',
      async handle(request) {
        const { confirmedMs, by } = asked(checkConfirmation, await request.json());
        const { clock, journal } = store();
        clock.confirm(confirmedMs);
        const details = { confirmedMs };
        await journal.note({ kind: 'clock.confirmed', ...by, text: confirmedText, details });
        return { json: clock.state() };
      },
    },
  ];
}
