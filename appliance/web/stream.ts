/** One browser that listens: server-sent events on one response, as long as it reads them. */
import type { ServerResponse } from 'node:http';

export type Stream = {
  readonly sessionId: string;
  /** The machine whose values it wants; null for the whole fleet. */
  readonly machine: number | null;
  send(text: string): void;
  end(): void;
  onClose(run: () => void): void;
};

/** The wait before a browser comes back after a cut. */
const preamble = 'retry: 2000\n\n';

export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function openStream(
  response: ServerResponse,
  o: {
    sessionId: string;
    machine: number | null;
    headers: Record<string, string | number | string[] | undefined>;
    backlogBytes: number;
  },
): Stream {
  for (const [name, value] of Object.entries(o.headers))
    if (value !== undefined) response.setHeader(name, value);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.write(preamble);
  return {
    sessionId: o.sessionId,
    machine: o.machine,
    send(text) {
      if (response.destroyed || response.writableEnded) return;
      response.write(text);
      if (response.writableLength > o.backlogBytes) response.destroy();
    },
    end: () => void response.end(),
    onClose: (run) => void response.once('close', run),
  };
}
