/** A POST to a service on the web: one answer, of which a little is read, and no redirects. Without fetch, which takes megabytes. */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { plainWords, Undelivered } from './notifier.ts';
import type { Reach } from './reach.ts';
import { addressesOf, lookupOf, reasonOf } from './road.ts';

export type WebCall = {
  url: string;
  headers: Record<string, string>;
  body: string;
  reach: Pick<Reach, 'isElsewhere'>;
  timeoutMs: number;
  signal: AbortSignal;
};

const mostAnswer = 2_000;
/** The message itself is what is not liked; everything else may be put right. */
const final = [400, 413, 415, 422];
/** Nobody is let in, there is too much at once, or there is nobody behind the door. */
const ofEverybody = [401, 403, 404, 408, 429, 502, 503, 504];

export async function posted({ url, headers, body, reach, timeoutMs, signal }: WebCall): Promise<string> {
  const addresses = await addressesOf(new URL(url).hostname, { reach, timeoutMs, signal });
  const options: RequestOptions = {
    ...{ method: 'POST', agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) },
    lookup: lookupOf(addresses),
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  };
  let status: number;
  let said: string;
  try {
    const { request } = (await import(
      url.startsWith('https:') ? 'node:https' : 'node:http'
    )) as typeof import('node:https');
    const asked: ClientRequest = request(url, options);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve);
      asked.on('error', reject);
    });
    asked.end(body);
    const answer = await answered;
    status = answer.statusCode ?? 0;
    said = `${status} ${answer.statusMessage ?? ''} ${await beginning(answer, status)}`;
  } catch (error) {
    throw new Undelivered(reasonOf(error), { cause: error });
  }
  if (isTaken(status)) return plainWords(said);
  throw new Undelivered(said, {
    isFinal: final.includes(status),
    isOfMessage: !ofEverybody.includes(status),
  });
}

/** Who has taken it has taken it, whatever becomes of the words behind that. */
async function beginning(answer: IncomingMessage, status: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    // Leaving the loop ends the answer, however long it would have been.
    for await (const part of answer as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length >= mostAnswer) break;
    }
  } catch (error) {
    if (!isTaken(status)) throw error;
  }
  return Buffer.concat(parts).toString('utf8').slice(0, mostAnswer);
}

const isTaken = (status: number) => status >= 200 && status < 300;
