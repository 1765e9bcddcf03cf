/** The live link: one event stream at a time, reconnected with growing pauses, declared lost after silence. */
import { createEventParser } from './events.ts';

export type LiveListener = {
  onEvent(event: string, value: unknown): void;
  onUp(): void;
  onDown(): void;
  onSignedOut(): void;
};
export type Live = { follow(query: string): void; stop(): void };

/** The box speaks at least every 15 s, if only a comment. */
const silenceMs = 40_000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

export function createLive(listener: LiveListener, doFetch: typeof fetch = (i, o) => fetch(i, o)): Live {
  let current: { query: string; abort: AbortController } | null = null;

  const run = async (query: string, stop: AbortSignal): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!stop.aborted) {
      const ended = await once(query, stop, () => {
        pauseMs = firstPauseMs;
      });
      if (stop.aborted) return;
      if (ended === 'signed-out') return listener.onSignedOut();
      listener.onDown();
      await sleep(pauseMs, stop);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  };

  const once = async (
    query: string,
    stop: AbortSignal,
    onOpen: () => void,
  ): Promise<'signed-out' | 'lost'> => {
    const dead = new AbortController();
    let watchdog = setTimeout(() => dead.abort(), silenceMs);
    const heard = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => dead.abort(), silenceMs);
    };
    try {
      const response = await doFetch(`/api/v1/live${query}`, {
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { accept: 'text/event-stream' },
        signal: AbortSignal.any([stop, dead.signal]),
      });
      if (response.status === 401) return 'signed-out';
      if (!response.ok || response.body === null) return 'lost';
      onOpen();
      listener.onUp();
      await read(response.body, heard);
      return 'lost';
    } catch (error) {
      if (!stop.aborted) console.info('live link ended:', error);
      return 'lost';
    } finally {
      clearTimeout(watchdog);
    }
  };

  const read = async (body: ReadableStream<Uint8Array>, heard: () => void): Promise<void> => {
    const parser = createEventParser(({ event, data }) => listener.onEvent(event, JSON.parse(data)));
    const reader = body
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      parser(value);
    }
  };

  return {
    follow(query) {
      if (current?.query === query) return;
      current?.abort.abort();
      const abort = new AbortController();
      current = { query, abort };
      void run(query, abort.signal);
    },
    stop() {
      current?.abort.abort();
      current = null;
    },
  };
}

function sleep(delayMs: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    }
    stop.addEventListener('abort', done);
  });
}
