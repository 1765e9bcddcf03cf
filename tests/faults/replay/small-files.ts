/** The small files of the daemons other than the store: how each is written, and how its owner reads it again. */
import { join } from 'node:path';
import { readDoorFile } from '../../../agent/door-file.ts';
import { openIdentity, publishKey, renewIdentity } from '../../../agent/identity.ts';
import { Pins } from '../../../agent/pins.ts';
import { loadIdentity } from '../../../appliance/ingest/identity.ts';
import { LocalAgent, writeDoorFile } from '../../../appliance/ingest/local-agent.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { loadIdentity as loadPageIdentity } from '../../../appliance/web/identity.ts';
import { backupFiles } from './backup-files.ts';
import { launchFiles } from './launch-files.ts';
import { outboxFile } from './outbox-file.ts';
import { pageFiles } from './page-files.ts';
import { resetFiles } from './reset-files.ts';
import type { SmallFile } from './small-file.ts';

const [firstHash, secondHash] = ['1'.repeat(64), '2'.repeat(64)];
const log = createLog({ name: 'small-files', level: 'error', write: failed });

/** A pin that cannot be read counts as none for the agent, and is an error in its log. */
function failed(line: string): void {
  throw new Error(line);
}

const pinsIn = (folder: string) =>
  new Pins({ typed: '', doorFile: '', savedFile: join(folder, 'box.json'), log });
const doorOf = (hash: string, port: number) => ({
  addresses: ['127.0.0.1'],
  port,
  hash,
  name: 'netmonitor-x',
});

export const smallFiles = {
  'identity of the box': {
    sort: 'made',
    async write(folder, promised) {
      promised((await loadIdentity(folder)).id);
    },
    read: async (folder) => (await loadIdentity(folder)).id,
  },
  'key of the page': {
    sort: 'made',
    async write(folder, promised) {
      promised((await loadPageIdentity(folder)).fingerprint);
    },
    read: async (folder) => (await loadPageIdentity(folder)).fingerprint,
  },
  'identity of a machine': {
    sort: 'made',
    async write(folder, promised) {
      promised((await openIdentity(folder)).hash);
    },
    read: async (folder) => (await openIdentity(folder)).hash,
  },
  'identity of a copied machine': {
    sort: 'made',
    async write(folder, promised) {
      promised((await openIdentity(folder)).hash);
      for (let copy = 0; copy < 2; copy++) {
        await renewIdentity(folder);
        promised((await openIdentity(folder)).hash);
      }
    },
    read: async (folder) => (await openIdentity(folder)).hash,
  },
  'public key for the box': {
    sort: 'renewed',
    async write(folder, promised) {
      const identity = await openIdentity(folder);
      await publishKey(identity, folder);
      promised(identity.hash);
    },
    async read(folder) {
      const { hash } = await openIdentity(folder);
      const path = join(folder, 'public', 'local-agent.pub');
      return (await new LocalAgent({ path, log }).is(hash)) ? hash : null;
    },
  },
  'pinned box': {
    sort: 'kept',
    async write(folder, promised) {
      const pins = pinsIn(folder);
      for (const hash of [firstHash, secondHash]) {
        await pins.save(hash, 'box:7411');
        promised(hash);
      }
      await pins.forget();
      promised(null);
      await pins.save(firstHash, 'box:7411');
      promised(firstHash);
    },
    read: async (folder) => (await pinsIn(folder).current())?.hash ?? null,
  },
  'outbox of a machine': outboxFile(500),
  'door file': {
    sort: 'renewed',
    async write(folder, promised) {
      for (const hash of [firstHash, secondHash]) {
        await writeDoorFile(join(folder, 'public', 'door.json'), doorOf(hash, 7411));
        promised(hash);
      }
    },
    read: async (folder) => (await readDoorFile(join(folder, 'public', 'door.json')))?.hash ?? null,
  },
  ...launchFiles,
  ...pageFiles,
  ...backupFiles,
  ...resetFiles,
} as const satisfies Record<string, SmallFile>;

/** What an agent keeps, its outbox for five times as long. */
export const agentFiles = {
  'identity of a machine': smallFiles['identity of a machine'],
  'pinned box': smallFiles['pinned box'],
  'outbox of a machine, for long': outboxFile(2_500),
} as const satisfies Record<string, SmallFile>;
