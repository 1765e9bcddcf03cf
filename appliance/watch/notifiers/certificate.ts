/** What a server's certificate is worth: whether node's authorities and its name vouch for it, and its fingerprint. */
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import { plainWords } from './notifier.ts';

export type Vouched = {
  /** SHA-256, 64 hex digits. */
  fingerprint: string;
  names: string[];
  /** Why nobody vouches for it; null: somebody does. */
  doubt: string | null;
};

const mostNames = 20;

export function vouched(socket: TLSSocket, server: string): Vouched {
  const certificate = socket.getPeerCertificate();
  const wrongName = checkServerIdentity(server, certificate);
  const doubt =
    socket.authorized && wrongName === undefined
      ? null
      : plainWords(wrongName?.message ?? String(socket.authorizationError));
  const listed = (certificate.subjectaltname ?? '').split(', ').map((name) => name.replace(/^[^:]*:/, ''));
  const names = [...listed, String(certificate.subject?.CN ?? '')]
    .map(plainWords)
    .filter((name) => name !== '');
  return {
    fingerprint: certificate.fingerprint256?.replaceAll(':', '').toLowerCase() ?? '',
    names: [...new Set(names)].slice(0, mostNames),
    doubt,
  };
}
