/** What a start writes into its home. */

import { takeHome } from '../../../appliance/launch/home.ts';
import { choosePorts } from '../../../appliance/launch/ports.ts';
import type { SmallFile } from './small-file.ts';

const usualPort = 8443;
const isFree = async () => true;

export const launchFiles = {
  'chosen ports': {
    sort: 'renewed',
    async write(folder, promised) {
      for (const https of [9443, 9444]) {
        await choosePorts(folder, { https }, isFree);
        promised(String(https));
      }
    },
    async read(folder) {
      const { https } = await choosePorts(folder, {}, isFree);
      return https === usualPort ? null : String(https);
    },
  },
  /** Who has the home and where its sockets are: after a cut it can be taken again. */
  'home of a start': {
    sort: 'renewed',
    async write(folder, promised) {
      for (let start = 0; start < 2; start++) {
        const home = await takeHome(folder);
        promised(null);
        await home.release();
      }
      const last = await takeHome(folder);
      promised(null);
      await last.release();
    },
    async read(folder) {
      const home = await takeHome(folder);
      await home.release();
      return null;
    },
  },
} as const satisfies Record<string, SmallFile>;
