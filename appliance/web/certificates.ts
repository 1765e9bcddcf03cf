/**
 * Which certificate the page shows: an uploaded one if there is a good one, else the box's own. Key and chain lie in one
 * file, so that a cut between two writes cannot leave half of it.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf } from '../runtime/errors.ts';
import { readOwned, syncFolder, writeFileSafely } from '../runtime/files.ts';
import { judgeCertificate, type PageCertificate, type Uploaded } from './certificate.ts';
import type { Identity } from './identity.ts';

const fileName = 'uploaded-certificate.pem';
const maxBytes = 128 * 1024;

export type Certificates = {
  /** Reads the uploaded one; what is wrong with it, if it cannot be used. */
  load(): Promise<string | null>;
  serving(): PageCertificate;
  uploaded(): Uploaded | null;
  /** Checked, kept, then shown to whoever connects from now on. */
  upload(given: { chain: string; key: string }): Promise<Uploaded>;
  remove(): Promise<boolean>;
  /** Told after each change of what is served. */
  onChange(listener: (serving: PageCertificate) => void): void;
};

export function createCertificates(o: {
  stateDir: string;
  own: Identity;
  /** Null while the clock cannot be relied upon. */
  nowMs(): number | null;
}): Certificates {
  const path = join(o.stateDir, fileName);
  const listeners: ((serving: PageCertificate) => void)[] = [];
  let uploaded: Uploaded | null = null;

  const serving = (): PageCertificate => uploaded ?? o.own;
  function serve(next: Uploaded | null): void {
    uploaded = next;
    for (const listener of listeners) listener(serving());
  }

  return {
    async load() {
      try {
        const pem = Buffer.from(await readOwned(path, { maxBytes, maxMode: 0o600 })).toString('latin1');
        // One that has expired meanwhile is still shown: a browser says so better than a change of keys would.
        serve(judgeCertificate({ chain: pem, key: keyBlock(pem) }, null));
        return null;
      } catch (error) {
        return error instanceof Failure && error.code === 'NOT_FOUND' ? null : messageOf(error);
      }
    },
    serving,
    uploaded: () => uploaded,
    async upload(given) {
      const judged = judgeCertificate(given, o.nowMs());
      await writeFileSafely(path, judged.key + judged.certificate, { mode: 0o600 });
      serve(judged);
      return judged;
    },
    async remove() {
      const had = uploaded !== null;
      await rm(path, { force: true });
      // Else a power cut could bring the key back.
      await syncFolder(o.stateDir);
      serve(null);
      return had;
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

const keyBlock = (pem: string): string =>
  /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(pem)?.[0] ?? '';
