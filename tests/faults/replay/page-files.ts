/** What web keeps beside its key: the certificate that a person gave it, until he takes it away. */
import { createCertificates } from '../../../appliance/web/certificates.ts';
import { loadIdentity } from '../../../appliance/web/identity.ts';
import { makeCertificate } from '../../helpers/certificates.ts';
import type { SmallFile } from './small-file.ts';

async function certificatesIn(folder: string) {
  return createCertificates({ stateDir: folder, own: await loadIdentity(folder), nowMs: () => null });
}

export const pageFiles = {
  'uploaded certificate': {
    sort: 'kept',
    async write(folder, promised) {
      const certificates = await certificatesIn(folder);
      const upload = async (name: string) => {
        const { pem, keyPem } = makeCertificate({ name, dns: [`${name}.example`] });
        return certificates.upload({ chain: pem, key: keyPem });
      };
      promised((await upload('first')).names.join());
      promised((await upload('second')).names.join());
      await certificates.remove();
      promised(null);
      promised((await upload('third')).names.join());
    },
    async read(folder) {
      const certificates = await certificatesIn(folder);
      const wrong = await certificates.load();
      if (wrong !== null) throw new Error(wrong);
      return certificates.uploaded()?.names.join() ?? null;
    },
  },
} as const satisfies Record<string, SmallFile>;
