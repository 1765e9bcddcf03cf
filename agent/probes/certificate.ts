/** The encrypted connection of a page, and what its certificate is worth: looked at, whatever it is. */
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { Fault, faultOf } from './probe.ts';
import { closeAtEnd } from './socket.ts';

/** One socket from the start: to destroy a plain one below an encrypted one takes the whole process with it. */
export function secured(
  { address, port, host }: { address: string; port: number; host: string },
  connected: () => void,
  signal: AbortSignal,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // Whether it is good is judged afterwards: one that is not has a date and a name, too.
    const tls = connect({
      ...{ host: address, port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] },
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    closeAtEnd(tls, signal);
    tls.once('connect', connected);
    tls.once('secureConnect', () => resolve(tls));
    tls.once('error', (error) => reject(faultOf(error, 'TLS')));
    tls.once('close', () => reject(new Fault('CLOSED', 'it closed before the connection was encrypted')));
  });
}

export function certificateOf(
  tls: TLSSocket,
  host: string,
  wanted: 'name' | 'trusted' | 'any',
  nowMs: number,
): { expiresMs?: number; fault?: Fault } {
  const certificate = tls.getPeerCertificate();
  const expiresMs = Date.parse(certificate.valid_to);
  const beginsMs = Date.parse(certificate.valid_from);
  if (Number.isNaN(expiresMs) || Number.isNaN(beginsMs))
    return { fault: new Fault('CERTIFICATE', 'there is no certificate with dates') };
  if (wanted === 'any') return { expiresMs };
  const bad = (detail: string) => ({ expiresMs, fault: new Fault('CERTIFICATE', detail) });
  if (expiresMs < nowMs) return bad(`it was good until ${new Date(expiresMs).toISOString().slice(0, 10)}`);
  if (beginsMs > nowMs) return bad(`it is good from ${new Date(beginsMs).toISOString().slice(0, 10)} on`);
  const wrongName = checkServerIdentity(host, certificate);
  if (wrongName !== undefined) return bad(`it is not for ${host}: ${wrongName.message}`);
  if (wanted === 'trusted' && !tls.authorized)
    return bad(`no authority that this machine knows vouches for it: ${String(tls.authorizationError)}`);
  return { expiresMs };
}
