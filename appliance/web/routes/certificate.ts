/** The certificate of this page: the box's own, or one that somebody uploads. */
import type { Static } from 'typebox';
import { type App, addressOf, callerOf } from '../fastify.ts';
import { certificateAnswer, certificateBody } from '../people-schemas.ts';
import { nothing } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['certificate'];

export function certificateRoutes(app: App, { certificates, audit }: ApiParts): void {
  function answer(): Static<typeof certificateAnswer> {
    const { fingerprint, certificateFingerprint } = certificates.serving();
    const uploaded = certificates.uploaded();
    const serving = uploaded ? ('uploaded' as const) : ('own' as const);
    if (!uploaded) return { serving, fingerprint, certificateFingerprint, uploaded: null };
    const { subject, issuer, names, keyType, chainLength, validFromMs, validToMs } = uploaded;
    const shown = { subject, issuer, names, keyType, chainLength, validFromMs, validToMs };
    return { serving, fingerprint, certificateFingerprint, uploaded: shown };
  }

  app.get(
    '/certificate',
    {
      schema: {
        tags,
        summary: 'Which certificate this page shows',
        response: { 200: certificateAnswer },
      },
    },
    async () => answer(),
  );

  app.put(
    '/certificate',
    {
      schema: {
        tags,
        summary: 'Upload a certificate',
        description:
          'PEM: the chain with the leaf first, and its key without a password. Checked, then served at once; nobody is cut off.',
        body: certificateBody,
        response: { 200: certificateAnswer },
      },
    },
    async (request) => {
      const { names } = await certificates.upload(request.body);
      const values = { names: names.slice(0, 8).join(', ') };
      await audit.note('certificate.uploaded', callerOf(request), addressOf(request), values);
      return answer();
    },
  );

  app.delete(
    '/certificate',
    {
      schema: {
        tags,
        summary: "Back to the box's own certificate",
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      if (await certificates.remove())
        await audit.note('certificate.removed', callerOf(request), addressOf(request));
      return reply.code(204).send();
    },
  );
}
