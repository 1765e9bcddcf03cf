/** Listens to server-sent events of the web server like a browser's EventSource, but without coming back. */
import { request } from 'node:https';
import type { TestContext } from 'node:test';
import { cookieName } from '../../appliance/web/cookie.ts';
import type { Identity } from '../../appliance/web/identity.ts';
import { eventually } from './eventually.ts';

export type Heard = { event: string; data: Record<string, unknown> };

export type Listener = {
  status: number;
  heard: Heard[];
  text(): string;
  ended(): boolean;
  next(event: string, fits?: (data: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  close(): void;
};

export async function listen(
  t: Pick<TestContext, 'after'>,
  box: { https: number; identity: Pick<Identity, 'certificate'> },
  /** A session's cookie, or the headers of a program. */
  who: string | Record<string, string>,
  query = '',
): Promise<Listener> {
  const heard: Heard[] = [];
  let text = '';
  let ended = false;
  let rest = '';
  let close: () => unknown = () => undefined;
  const take = (chunk: string) => {
    text += chunk;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event && data) heard.push({ event, data: JSON.parse(data) as Record<string, unknown> });
    }
  };
  const status = await new Promise<number>((resolve, reject) => {
    const call = request(
      {
        ...{ host: '127.0.0.1', port: box.https, path: `/api/v1/live${query}`, agent: false },
        ...{ ca: box.identity.certificate, servername: 'localhost' },
        headers: {
          host: `localhost:${box.https}`,
          ...(typeof who === 'string' ? { cookie: `${cookieName}=${who}` } : who),
        },
      },
      (response) => {
        response.setEncoding('utf8');
        response.on('data', take);
        response.on('close', () => {
          ended = true;
        });
        response.on('error', () => {
          ended = true;
        });
        resolve(response.statusCode ?? 0);
      },
    );
    call.on('error', reject);
    call.end();
    t.after(() => call.destroy());
    close = () => call.destroy();
  });
  const seen = new Set<Heard>();
  return {
    status,
    heard,
    text: () => text,
    ended: () => ended,
    close: () => void close(),
    next: (event, fits = () => true) =>
      eventually(`event ${event}`, () => {
        const found = heard.find((one) => one.event === event && !seen.has(one) && fits(one.data));
        if (!found) return false;
        seen.add(found);
        return found.data;
      }),
  };
}
