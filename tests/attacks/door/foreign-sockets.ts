/** Screen, watch and door were taken over: each asks the sockets that it may open for what is not its own. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createLocalClient, type LocalClient } from '../../../appliance/runtime/socket/client.ts';
import type { Attack } from '../attack.ts';

type Wish = [what: string, ask: (socket: LocalClient) => Promise<unknown>];

const by = { who: 'nobody', role: 'admin', from: 'nowhere' };
const note = { ...by, text: { en: 'forged', fr: 'forgé' } };
const record = (namespace: string): Wish[] => [
  [`reading ${namespace}`, (socket) => socket.get(`/v1/records/${namespace}`)],
  [`writing ${namespace}`, (socket) => socket.put(`/v1/records/${namespace}/x`, {})],
];
const word = (kind: string): Wish => [
  `saying ${kind}`,
  (socket) => socket.post('/v1/journal', { ...note, kind }),
];
const samples: Wish = ['samples', (socket) => socket.postBytes('/v1/append', new Uint8Array(16))];
const machine: Wish = [
  'a machine',
  (socket) => socket.post('/v1/machines', { key: 'a'.repeat(64), name: 'x', by: 'x', local: false }),
];
const backup: Wish = ['a backup', (socket) => socket.post('/v1/backup', { passphrase: null })];
const clock: Wish = ['the time', (socket) => socket.post('/v1/clock/confirm', { ...by, wallMs: 0 })];
const token: Wish = [
  'a token',
  (socket) => socket.post('/v1/tokens', { uses: 1_000, hours: 1, label: 'x', by }),
];
const removal: Wish = ['a removal', (socket) => socket.post('/v1/machines/1/remove', { by })];

/** By the socket that the daemon may open. */
const wishes: Record<string, Wish[]> = {
  'store-display': [
    samples,
    machine,
    backup,
    clock,
    ...record('users'),
    ...record('ingest.tokens'),
    word('machine.admitted'),
  ],
  'store-watch': [
    samples,
    machine,
    backup,
    clock,
    ...record('sessions'),
    ...record('ingest.clones'),
    word('enrolment.opened'),
  ],
  'store-ingest': [
    backup,
    clock,
    ...record('users'),
    ...record('watch.incidents'),
    word('incident.opened'),
    word('store.started'),
    ['the journal', (socket) => socket.get('/v1/journal')],
    ['settings', (socket) => socket.put('/v1/settings/box', {})],
  ],
  'ingest-display': [token, removal, ['tokens', (socket) => socket.get('/v1/tokens')]],
  'ingest-watch': [
    token,
    removal,
    ['open house', (socket) => socket.post('/v1/open-house/start', { by })],
    ['who waits', (socket) => socket.get('/v1/waiting')],
  ],
};

export const foreignSockets: Attack = {
  threat: 21,
  about: 'what screen, watch and door ask of each other’s sockets once they were taken over',
  by: 'A1',
  guard: { file: 'appliance/runtime/socket/roles.ts', name: 'table[name]?.includes(role)' },
  async control({ box }) {
    const mine: [string, Wish[1]][] = [
      ['store-display', (socket) => socket.get('/v1/machines')],
      ['store-ingest', (socket) => socket.get('/v1/records/ingest.tokens')],
      ['ingest-display', (socket) => socket.get('/v1/waiting')],
      ['ingest-watch', (socket) => socket.get('/v1/door')],
    ];
    for (const [folder, ask] of mine) {
      const socket = createLocalClient({ path: join(box.runDir, folder, 'sock') });
      await ask(socket);
      socket.close();
    }
  },
  async attack({ box }) {
    const before = await box.store.machines();
    let refused = 0;
    for (const [folder, list] of Object.entries(wishes)) {
      const socket = createLocalClient({ path: join(box.runDir, folder, 'sock') });
      try {
        for (const [what, ask] of list) {
          await assert.rejects(ask(socket), { code: 'FORBIDDEN' }, `${folder} asks for ${what}`);
          refused += 1;
        }
      } finally {
        socket.close();
      }
    }
    assert.equal((await box.store.machines()).length, before.length);
    return `FORBIDDEN, ${refused} ways by ${Object.keys(wishes).length} sockets`;
  },
};
