/** Whether anybody listens at a place; nothing is said there. */
import { connect } from 'node:net';

const answerMs = 700;

export async function opens(place: { host: string; port: number }, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place);
    const done = (open: boolean) => {
      socket.destroy();
      signal.removeEventListener('abort', no);
      resolve(open);
    };
    const no = () => done(false);
    signal.addEventListener('abort', no, { once: true });
    if (signal.aborted) no();
    socket.setTimeout(answerMs, no);
    socket.once('error', no);
    socket.once('connect', () => done(true));
  });
}
