/**
 * Compresses the long JSON answers: the fleet, ranges, the journal, incidents, rules. Short ones and everything with a secret in it
 * (digits of a waiting machine) go as they are, because the length of a compressed answer tells of its content.
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { App } from './fastify.ts';

const routes = /^\/api\/v1\/(?:machines|journal|incidents|rules|probe-kinds|openapi\.json)(?:[/?]|$)/;
const smallestBytes = 1_024;
const byBrotli = promisify(brotliCompress);
const byGzip = promisify(gzip);
/** Fast settings: a range of a day costs a Pi one or two milliseconds, and shrinks to a third. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const gzipOptions = { level: 4 };

export type Compressed = { bytes: Uint8Array; encoding: 'br' | 'gzip' };

/** Null: send it as it is. */
export async function compressAnswer(
  url: string,
  accept: string | undefined,
  text: string,
): Promise<Compressed | null> {
  if (text.length < smallestBytes || !routes.test(url)) return null;
  const accepted = (accept ?? '').split(',').map((part) => part.trim().split(';')[0]);
  if (accepted.includes('br')) return { bytes: await byBrotli(text, brotliOptions), encoding: 'br' };
  if (accepted.includes('gzip')) return { bytes: await byGzip(text, gzipOptions), encoding: 'gzip' };
  return null;
}

export function compressAnswers(api: App): void {
  api.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || request.method !== 'GET') return payload;
    const compressed = await compressAnswer(request.url, request.headers['accept-encoding'], payload);
    if (compressed === null) return payload;
    reply.removeHeader('content-length');
    reply.header('content-encoding', compressed.encoding);
    return Buffer.from(compressed.bytes);
  });
}
