/** Streams of changes: lines of JSON to each reader, for as long as the reader keeps up. */
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

export type Streams = {
  send(
    lines: (out: Lines) => void | Promise<void>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void>;
  /** Ends all that are open. */
  end(): void;
};

const mostBehindBytes = 4 * 2 ** 20;

export function createStreams(log: Log): Streams {
  const open = new Set<ServerResponse>();
  return {
    async send(lines, request, response) {
      request.resume();
      open.add(response);
      response.once('close', () => open.delete(response));
      response.writeHead(200, { 'content-type': 'application/x-ndjson', connection: 'close' });
      response.flushHeaders();
      try {
        await lines(linesOver(response, request.url ?? '', log));
      } catch (error) {
        log.error('a stream broke off', { url: request.url, error: messageOf(error) });
        response.destroy();
      }
    },
    end() {
      for (const response of open) response.end();
    },
  };
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
