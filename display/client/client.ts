/** Speaks to the display's socket: its picture, its button, and a stream of pictures. */

import type { Timer } from '../../appliance/runtime/clock.ts';
import type { Failure } from '../../appliance/runtime/errors.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { parseFrame } from './frame.ts';
import { type DisplayRole, displaySocket } from './roles.ts';
import type { FrameMessage, Presser, PressKind, Signal, SignalOutput } from './types.ts';

export interface DisplayClient {
  /** Without `secrets`, a code that only a person at the box may read is left out. */
  png(scale?: number, o?: { secrets: boolean }): Promise<Uint8Array>;
  frame(o?: { secrets: boolean }): Promise<FrameMessage>;
  press(kind: PressKind, by?: Presser): Promise<void>;
  /** Light and buzzer from now on; CONFLICT when there is none. The buzzer ends by itself unless this is said again within a minute. */
  setSignal(signal: Signal): Promise<void>;
  /** On for three seconds, whatever else is so. */
  trySignal(output: SignalOutput): Promise<void>;
  changes(on: { onChange(frame: FrameMessage): void; onUp?(): void; onDown?(error: Failure): void }): Timer;
  close(): void;
}

export function createDisplayClient(options: { runDir: string; as: DisplayRole }): DisplayClient {
  const client = createLocalClient({ path: `${options.runDir}/${displaySocket(options.as)}` });
  return {
    png: (scale, o) => client.getBytes('/v1/frame.png', { query: { scale, ...secretsOf(o) } }),
    frame: async (o) => parseFrame(await client.get('/v1/frame', { query: secretsOf(o) })),
    press: async (kind, by) => {
      await client.post('/v1/press', by === undefined ? { kind } : { kind, by });
    },
    setSignal: async (signal) => {
      await client.put('/v1/signal', signal);
    },
    trySignal: async (output) => {
      await client.post('/v1/signal/try', { output });
    },
    changes: (on) =>
      client.follow('/v1/changes', {
        onLine: (line) => on.onChange(parseFrame(line)),
        onUp: on.onUp,
        onDown: on.onDown,
      }),
    close: () => client.close(),
  };
}

const secretsOf = (o?: { secrets: boolean }) => (o?.secrets ? { secrets: 'shown' } : {});
