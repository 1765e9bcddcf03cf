/** A stream of changes to one reader: lines of JSON, for as long as the reader keeps up. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';

export type Lines = {
  /** One line. A reader that is more than 4 MiB behind is cut off; it comes back and reads the state anew. */
  write(value: unknown): void;
  /** Resolves when the reader is gone, whoever ended it. */
  closed: Promise<void>;
  end(): void;
};

const mostBehindBytes = 4 * 2 ** 20;

export async function sendLines(
  lines: (out: Lines) => void | Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
  log: Log,
): Promise<void> {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/x-ndjson', connection: 'close' });
  response.flushHeaders();
  const out = linesOver(response, request.url ?? '', log);
  try {
    await lines(out);
  } catch (error) {
    log.error('a stream broke off', { url: request.url, error: messageOf(error) });
    response.destroy();
  }
}

function linesOver(response: ServerResponse, url: string, log: Log): Lines {
  const closed = new Promise<void>((resolve) => {
    if (response.destroyed) resolve();
    else response.once('close', resolve);
  });
  return {
    closed,
    write(value) {
      if (response.destroyed || response.writableEnded) return;
      response.write(`${JSON.stringify(value)}\n`);
      if (response.writableLength <= mostBehindBytes) return;
      log.warn('cut off a reader that does not keep up', { url, behindBytes: response.writableLength });
      response.destroy();
    },
    end: () => void response.end(),
  };
}
