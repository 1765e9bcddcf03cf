/** A browser of few words: signs in over HTTPS and listens to the page's events. */
import { request } from 'node:https';

export type LiveEvent = { machine: number; tMs: number; summary: { uptimeS?: number } };
type Answer = { status: number; cookie: string | undefined; text: string };

export async function signIn(port: number, code: string): Promise<string> {
  const body = JSON.stringify({ code, name: 'bench', password: 'correct horse battery' });
  const answer = await ask(port, 'POST', '/api/v1/session/first', body);
  if (answer.status !== 204 || !answer.cookie)
    throw new Error(`sign-in was answered with ${answer.status}: ${answer.text}`);
  return answer.cookie;
}

function ask(port: number, method: string, path: string, body: string): Promise<Answer> {
  const headers = {
    host: `localhost:${port}`,
    origin: `https://localhost:${port}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
  };
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        const cookie = response.headers['set-cookie']?.[0]?.split(';')[0];
        response.on('end', () => resolve({ status: response.statusCode ?? 0, cookie, text }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** Calls back for every `live` event of the fleet until stopped. */
export function listenLive(
  port: number,
  cookie: string,
  onLive: (event: LiveEvent) => void,
): Promise<{ stop(): void }> {
  return new Promise((resolve, reject) => {
    const headers = { host: `localhost:${port}`, cookie };
    const o = { host: '127.0.0.1', port, path: '/api/v1/live', headers, rejectUnauthorized: false };
    const call = request(o, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`the live stream was answered with ${response.statusCode}`));
        return;
      }
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data && /^event: live$/m.test(block)) onLive(JSON.parse(data) as LiveEvent);
        }
      });
      response.on('error', () => call.destroy());
      resolve({ stop: () => call.destroy() });
    });
    call.on('error', reject);
    call.end();
  });
}
