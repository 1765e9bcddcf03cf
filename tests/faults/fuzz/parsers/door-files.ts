/** door.json: where the box of this machine listens, as its agent reads it. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDoorFile } from '../../../../agent/door-file.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { Failure } from '../../../../appliance/runtime/errors.ts';
import type { FuzzedParser } from '../parser.ts';
import { scratchFolder } from './scratch.ts';

const folder = scratchFolder('door');
const file = join(folder, 'door.json');

const door = {
  addresses: ['127.0.0.1', 'fe80::1'],
  port: 7411,
  hash: 'ab'.repeat(32),
  name: 'netmonitor-abcd',
};

export const doorFiles: FuzzedParser = {
  about: 'door.json',
  sources: ['agent/door-file.ts'],
  leftOut: [],
  seeds: () => [new Uint8Array(Buffer.from(JSON.stringify(door)))],
  async parse(input) {
    if (input.length === 0) rmSync(file, { force: true });
    else writeFileSync(file, input, { mode: 0o644 });
    await readDoorFile(file);
  },
  isRefusal: (error) => error instanceof Malformed || error instanceof Failure,
  textFrom: 0,
};
