/** door.json: where the box of this very machine listens and what its key hash is, written by ingest. */
import { integer, list, nullable, object, optional, parseJson, text } from '../appliance/protocol/check.ts';
import { checkKeyHash } from '../appliance/protocol/identity.ts';
import { limits } from '../appliance/protocol/limits.ts';
import { readNeighbours } from './owned.ts';

const LARGEST = 16 * 1024;

const checkDoor = object({
  addresses: list(text({ min: 1, max: limits.hostNameLength }), { min: 1, max: 64 }),
  port: integer({ min: 1, max: 65_535 }),
  hash: checkKeyHash,
  name: text({ min: 1, max: limits.hostNameLength }),
  /** The last time that the box was put back to as it was new. */
  reset: optional(nullable(text({ min: 1, max: 64 }))),
});

export type Door = ReturnType<typeof checkDoor>;

/** Undefined while ingest has not written it. Whoever could write this file could pose as the box. */
export async function readDoorFile(file: string): Promise<Door | undefined> {
  const found = await readNeighbours(file, { maxBytes: LARGEST, maxMode: 0o644 });
  return found === undefined ? undefined : checkDoor(parseJson(found));
}
