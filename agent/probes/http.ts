/** A web page: status, texts, redirects, how long each phase took, and until when its certificate is good. */
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { checkUrl, hostOfUrl } from '../../appliance/protocol/probes/target.ts';
import { systemCodeOf } from '../../appliance/runtime/errors.ts';
import { certificateOf, secured } from './certificate.ts';
import { packetsOf } from './pace.ts';
import { Fault, faultOf, mostAnswerBytes, type Probe, type Trial } from './probe.ts';
import { connect } from './socket.ts';

const mostHeaderBytes = 16 * 1024;
const mostAnnounced = 16;

type Wanted = { status: string; keyword: string; absent: string; redirects: number };
type Certificate = 'name' | 'trusted' | 'any';

export const http: Probe<'http'> = ({ url, ...wanted }, trial, signal) =>
  page(url, { ...wanted, certificate: 'name' }, trial, signal);
export const https: Probe<'https'> = ({ url, ...wanted }, trial, signal) => page(url, wanted, trial, signal);

async function page(
  first: string,
  wanted: Wanted & { certificate: Certificate },
  trial: Trial,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = now(trial);
  const phases = new Map<string, number>();
  let url = new URL(first);
  for (let left = wanted.redirects; ; left--) {
    // Told are the phases of the page that counts, behind all redirects.
    phases.clear();
    const hop = { url, phases, certificate: wanted.certificate };
    const { answer, socket } = await get(hop, trial, signal);
    const { statusCode: status = 0, headers } = answer;
    if (wanted.redirects > 0 && status >= 300 && status < 400 && headers.location !== undefined) {
      socket.destroy();
      if (left === 0) throw new Fault('REDIRECTED', `more than ${wanted.redirects} redirects`);
      url = next(url, headers.location);
      continue;
    }
    for (const [phase, seconds] of phases) trial.put('probe.phase', seconds, phase);
    trial.put('probe.status', status);
    trial.put('probe.duration', (now(trial) - startedMs) / 1_000);
    if (!isAmong(status, wanted.status)) throw new Fault('STATUS', `the status is ${status}`);
    await look(answer, wanted, trial);
    return;
  }
}

/** Without the time in which the probe was not allowed to go on. */
function now({ clock, waitedMs }: Trial): number {
  return clock.monotonicMs() - waitedMs();
}

function next(from: URL, location: string): URL {
  const url = URL.parse(location, from.href);
  try {
    return new URL(checkUrl(url?.href ?? location));
  } catch {
    throw new Fault('REDIRECTED', `it leads to ${location}`);
  }
}

type Hop = { url: URL; phases: Map<string, number>; certificate: Certificate };

async function get(
  { url, phases, certificate }: Hop,
  trial: Trial,
  signal: AbortSignal,
): Promise<{ answer: IncomingMessage; socket: Socket }> {
  let atMs = now(trial);
  const phase = (name: string) => {
    const nowMs = now(trial);
    phases.set(name, (nowMs - atMs) / 1_000);
    atMs = nowMs;
  };
  const host = hostOfUrl(url);
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const address = await trial.address(host, packetsOf[isSecure ? 'securePage' : 'page']);
  phase('name');
  trial.waitsFor(`a connection to ${address} port ${port}`);
  let socket: Socket;
  const connected = () => {
    phase('connect');
    if (isSecure) trial.waitsFor('the encrypted connection');
  };
  if (!isSecure) {
    socket = await connect(address, port, signal);
    connected();
  } else {
    const tls = await secured({ address, port, host }, connected, signal);
    phase('tls');
    const { expiresMs, fault } = certificateOf(tls, host, certificate, trial.clock.wallMs());
    if (expiresMs !== undefined)
      trial.put('probe.certificate.expiry', (expiresMs - trial.clock.wallMs()) / 1_000);
    if (fault !== undefined) throw fault;
    socket = tls;
  }
  trial.waitsFor('the head of the answer');
  const answer = await ask(socket, url);
  phase('firstbyte');
  return { answer, socket };
}

function ask(socket: Socket, url: URL): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      headers: {
        host: url.host,
        'user-agent': 'NetMonitor',
        accept: '*/*',
        'accept-encoding': 'identity',
        connection: 'close',
      },
      maxHeaderSize: mostHeaderBytes,
    });
    asked.once('response', resolve);
    // `100 Continue` and its like, of which a server may send as many as it likes: each would be parsed until the deadline.
    let announced = 0;
    asked.on('information', () => {
      if (++announced > mostAnnounced)
        reject(new Fault('GARBLED', 'it announces its answer again and again'));
    });
    asked.once('upgrade', () => reject(new Fault('GARBLED', 'it changes to another protocol')));
    asked.on('error', (error) => reject(faultOf(error, 'GARBLED')));
    asked.end();
  });
}

function isAmong(status: number, good: string): boolean {
  return good.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return status >= from! && status <= to!;
  });
}

/** Only as much of the page as it takes: an endless one without texts to look for is a page like any other. */
async function look(answer: IncomingMessage, { keyword, absent }: Wanted, trial: Trial): Promise<void> {
  if (keyword === '' && absent === '') return;
  trial.waitsFor('the rest of the page');
  const text = await beginning(answer, (bytes) => absent === '' && bytes.includes(keyword));
  if (absent !== '' && text.includes(absent)) throw new Fault('ABSENT', `it holds ${JSON.stringify(absent)}`);
  if (!text.includes(keyword))
    throw new Fault('KEYWORD', `${JSON.stringify(keyword)} is not in the first ${text.length} bytes`);
}

/** What is looked at of it: all of a short page, else as much as a probe reads. */
function beginning(answer: IncomingMessage, isEnough: (bytes: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    answer.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= mostAnswerBytes || isEnough(bytes)) resolve(bytes.subarray(0, mostAnswerBytes));
    });
    answer.once('end', () => resolve(bytes));
    const closed = () => new Fault('CLOSED', `it closed within the page, after ${bytes.length} bytes`);
    answer.once('error', (error) =>
      reject(systemCodeOf(error) === 'ECONNRESET' ? closed() : faultOf(error, 'GARBLED')),
    );
    answer.once('close', () => reject(closed()));
  });
}
