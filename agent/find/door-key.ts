/** Which key the door at a place shows. Asked as somebody who has just been made up, with whom nothing is said. */
import type { Clock } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { makeKeyPair, parseKeyPair } from '../../appliance/runtime/key-pair.ts';
import { openConnection } from '../connection.ts';
import type { Candidate } from './rung.ts';

export type Shown = { key: string } | { problem: string };

/** What asks; its key serves one doctor and is never written down. */
export function createDoorAsker(clock: Clock): (place: Candidate, signal: AbortSignal) => Promise<Shown> {
  const pem = makeKeyPair({ commonName: 'netmonitor-agent' });
  const identity = parseKeyPair(pem, '', { whose: 'a key', advice: 'try again' });
  return async (place, signal) => {
    try {
      const connection = await openConnection(place, { identity, clock, signal });
      connection.close('asked for its key only');
      return { key: connection.peerHash };
    } catch (error) {
      return { problem: messageOf(error) };
    }
  };
}
