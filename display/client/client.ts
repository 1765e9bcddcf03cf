/** Speaks to the display's socket: its picture, its button, and a stream of pictures. */

import type { Timer } from '../../appliance/runtime/clock.ts';
import type { Failure } from '../../appliance/runtime/errors.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { parseFrame } from './frame.ts';
import type { FrameMessage, PressKind } from './types.ts';

export interface DisplayClient {
  png(scale?: number): Promise<Uint8Array>;
  frame(): Promise<FrameMessage>;
  press(kind: PressKind): Promise<void>;
  changes(on: { onChange(frame: FrameMessage): void; onUp?(): void; onDown?(error: Failure): void }): Timer;
  close(): void;
}

export function createDisplayClient(options: { runDir: string }): DisplayClient {
  const client = createLocalClient({ path: `${options.runDir}/display.sock` });
  return {
    png: (scale) => client.getBytes('/v1/frame.png', { query: { scale } }),
    frame: async () => parseFrame(await client.get('/v1/frame')),
    press: async (kind) => {
      await client.post('/v1/press', { kind });
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
