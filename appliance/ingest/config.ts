// The configuration of the agents' door: every key, its default, its check, one sentence.
import { durationMs, filePath, flag, port, text } from '../runtime/config.ts';

export const ingestConfig = {
  port: { type: port(), default: 7411, about: 'TCP port of the agents’ door; 0 takes a free one' },
  listen: { type: text({ max: 64 }), default: '::', about: 'address to listen on; :: is every address' },
  local_agent_key: {
    type: filePath(),
    default: '',
    about: 'file with the public key of the agent on this box, which is admitted by itself; empty: nobody is',
  },
  door_file: {
    type: filePath(),
    default: '',
    about: 'where the agent on this box reads our address and key; empty: public/door.json in our state',
  },
  announce: {
    type: flag(),
    default: true,
    about: 'tell the network by mDNS and beacon that this box is here',
  },
  beacon_port: {
    type: port(),
    default: 7411,
    about: 'UDP port on which machines ask by broadcast where the door is; agents ask at 7411',
  },
  vanished_after: {
    type: durationMs({ min: 10_000, max: 86_400_000 }),
    default: 120_000,
    about: 'how long nothing must be heard from a machine until it counts as vanished',
  },
} as const;
