/** Many bytes from one daemon to another caller, no faster than the caller reads them. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';

/** A reader that takes nothing for so long is gone. */
const patienceMs = 60_000;

/** The first piece is made before the answer begins, so that what fails at once is a proper failure. */
export async function sendBytes(
  pieces: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  type: string,
  clock: Clock,
): Promise<void> {
  const from = pieces[Symbol.asyncIterator]();
  try {
    let next = await from.next();
    response.writeHead(200, { 'content-type': type, connection: 'close' });
    for (; next.done !== true; next = await from.next()) {
      if (response.destroyed) return;
      if (!response.write(next.value)) await drained(response, clock);
    }
    response.end();
  } finally {
    await from.return?.();
  }
}

function drained(response: ServerResponse, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      timer.stop();
      for (const event of ['drain', 'close']) response.off(event, done);
      resolve();
    };
    const timer = clock.after(patienceMs, () => response.destroy());
    for (const event of ['drain', 'close']) response.once(event, done);
    if (response.destroyed) done();
  });
}
