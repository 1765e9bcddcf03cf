/** A web page: status, texts, redirects, how long each phase took, and until when its certificate is good. */
import type { Socket } from 'node:net';
import { checkUrl, hostOfUrl } from '../../appliance/protocol/probes/target.ts';
import { certificateOf, secured } from './certificate.ts';
import { Answer, type Head, question } from './http-wire.ts';
import { packetsOf } from './pace.ts';
import { Fault, faultOf, type Probe, type Trial } from './probe.ts';
import { connect } from './socket.ts';

type Wanted = { status: string; keyword: string; absent: string; redirects: number };
type Certificate = 'name' | 'trusted' | 'any';

export const http: Probe<'http'> = ({ url, ...wanted }, trial, signal) =>
  visit(url, { ...wanted, certificate: 'name' }, trial, signal);
export const https: Probe<'https'> = ({ url, ...wanted }, trial, signal) => visit(url, wanted, trial, signal);

async function visit(
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
    const { page, socket } = await get(hop, trial, signal);
    const { status, location } = page.head;
    if (wanted.redirects > 0 && status >= 300 && status < 400 && location !== undefined) {
      socket.destroy();
      if (left === 0) throw new Fault('REDIRECTED', `more than ${wanted.redirects} redirects`);
      url = next(url, location);
      continue;
    }
    for (const [phase, seconds] of phases) trial.put('probe.phase', seconds, phase);
    trial.put('probe.status', status);
    trial.put('probe.duration', (now(trial) - startedMs) / 1_000);
    if (!isAmong(status, wanted.status)) throw new Fault('STATUS', `the status is ${status}`);
    await search(page, wanted, trial);
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
): Promise<{ page: Page; socket: Socket }> {
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
  const page = await ask(socket, url);
  phase('firstbyte');
  return { page, socket };
}

type Page = { head: Head; beginning(isEnough: (page: Buffer) => boolean): Promise<Buffer> };

/** Nothing of the page is read before somebody wants it. */
function ask(socket: Socket, url: URL): Promise<Page> {
  const answer = new Answer();
  const whole = Promise.withResolvers<Buffer>();
  whole.promise.catch(() => undefined); // It may fail when nobody waits for it.
  let isEnough: (page: Buffer) => boolean = () => false;
  return new Promise((resolve, reject) => {
    const fail = (fault: Fault) => {
      reject(fault);
      whole.reject(fault);
    };
    const news = () => {
      if (answer.isWhole || isEnough(answer.page)) whole.resolve(answer.page);
    };
    const beginning: Page['beginning'] = (enough) => {
      isEnough = enough;
      news();
      socket.resume();
      return whole.promise;
    };
    socket.on('data', (bytes) => {
      const { head: before } = answer;
      try {
        answer.take(bytes);
      } catch (error) {
        return fail(faultOf(error));
      }
      news();
      const { head } = answer;
      if (head === undefined || before !== undefined) return;
      socket.pause();
      resolve({ head, beginning });
    });
    socket.once('close', () => {
      if (answer.ended()) return news();
      const where = answer.head === undefined ? 'before its answer was whole' : 'within the page';
      fail(new Fault('CLOSED', `it closed ${where}, after ${socket.bytesRead} bytes`));
    });
    socket.once('error', (error) => fail(faultOf(error, 'GARBLED')));
    socket.write(question(url), 'latin1');
  });
}

function isAmong(status: number, good: string): boolean {
  return good.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return status >= from! && status <= to!;
  });
}

/** Only as much of the page as it takes: an endless one without texts to look for is a page like any other. */
async function search(page: Page, { keyword, absent }: Wanted, trial: Trial): Promise<void> {
  if (keyword === '' && absent === '') return;
  trial.waitsFor('the rest of the page');
  const text = await page.beginning((bytes) => absent === '' && bytes.includes(keyword));
  if (absent !== '' && text.includes(absent)) throw new Fault('ABSENT', `it holds ${JSON.stringify(absent)}`);
  if (!text.includes(keyword))
    throw new Fault('KEYWORD', `${JSON.stringify(keyword)} is not in the first ${text.length} bytes`);
}
