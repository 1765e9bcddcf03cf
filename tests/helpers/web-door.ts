/** A door for web, in RAM, that remembers what was asked of it. */
import type { IngestClient } from '../../appliance/ingest/client/client.ts';
import type { Actor, EnrolmentToken, Processes, Waiting } from '../../appliance/ingest/client/types.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { Line, machineOf } from './web-sources.ts';

export class DoorInRam {
  readonly line = new Line<{ waiting: Waiting[] }>();
  readonly asked: { what: string; id: string | number; by?: Actor }[] = [];
  room: Waiting[] = [];
  away = false;
  /** What each machine answers about its programs. */
  processes: Processes = { id: 1, overMs: 1_000, processes: [] };
  readonly tokens: (EnrolmentToken & { token: string })[] = [];

  #door() {
    if (this.away) throw new Failure('UNAVAILABLE', 'the door does not answer');
    return {
      id: '0'.repeat(64),
      name: 'netmonitor-abcd',
      host: 'netmonitor-abcd.local',
      port: 7411,
      addresses: [],
      waiting: this.room.length,
      connected: 0,
      refusedConnections: 0,
    };
  }

  client(): IngestClient {
    const find = (id: string) => {
      const found = this.room.find((one) => one.id === id);
      if (!found) throw new Failure('NOT_FOUND', 'Nobody with this key is waiting.');
      return found;
    };
    return {
      door: async () => this.#door(),
      waiting: async () => this.room,
      select: async (id, by) => {
        this.asked.push({ what: 'select', id, by });
        return { ...find(id), digits: '482913' };
      },
      deselect: async () => void this.asked.push({ what: 'deselect', id: '' }),
      admit: async (id, digits, by) => {
        this.asked.push({ what: `admit ${digits}`, id, by });
        return machineOf(9, { name: find(id).name });
      },
      refuse: async (id, by) => void this.asked.push({ what: 'refuse', id, by }),
      remove: async (id, by) => void this.asked.push({ what: 'remove', id, by }),
      want: async (text, by) => void this.asked.push({ what: 'want', id: text, by }),
      openHouse: async () => null,
      startOpenHouse: async (by) => {
        this.asked.push({ what: 'open house', id: '', by });
        return { leftMs: 600_000, admitted: 0, most: 100, by: by.who };
      },
      stopOpenHouse: async (by) => void this.asked.push({ what: 'close house', id: '', by }),
      tokens: async () => this.tokens.map(({ token: _token, ...shown }) => shown),
      createToken: async ({ uses, hours, label }, by) => {
        const times = { createdMs: 1, expiresMs: 1 + hours * 3_600_000, expired: false };
        const made = {
          id: '0123456789ab',
          label,
          uses,
          left: uses,
          ...times,
          by: by.who,
          token: 'ab'.repeat(16),
        };
        this.tokens.push(made);
        return made;
      },
      revokeToken: async (id, by) => void this.asked.push({ what: 'revoke', id, by }),
      services: async () => null,
      processes: async () => this.processes,
      notifyAll: () => Promise.reject(new Failure('FORBIDDEN', 'the page sends one notice at a time')),
      notify: async (machine, text, by) => void this.asked.push({ what: `notice ${text}`, id: machine, by }),
      clones: async () => [],
      releaseClone: async (machine, by) => void this.asked.push({ what: 'release', id: machine, by }),
      changes: (on) => this.line.follow(on),
      close: () => undefined,
    };
  }
}
