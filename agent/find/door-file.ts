/** The box on this very machine: it writes its addresses into door.json. */
import { messageOf } from '../../appliance/runtime/errors.ts';
import { readDoorFile } from '../door-file.ts';
import type { Rung } from './rung.ts';

export const doorFile: Rung = async function* ({ doorFile: file, log }) {
  if (file === '') return;
  let door: Awaited<ReturnType<typeof readDoorFile>>;
  try {
    door = await readDoorFile(file);
  } catch (error) {
    log.debug('door file not usable', { file, error: messageOf(error) });
    return;
  }
  if (door === undefined) return;
  for (const host of door.addresses) yield { host, port: door.port, announcedHash: door.hash };
};
