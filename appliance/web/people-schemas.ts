/** The nouns about people and what they come in with: sessions, invitations, API tokens, the certificate. */
import * as T from 'typebox';
import { scopes } from './access.table.ts';
import { closed, longText, nullable, role, timeMs } from './schemas.ts';

const id = T.String({ pattern: '^[^/]{1,128}$' });
export const personParams = T.Object({ person: id });
export const sessionParams = T.Object({ session: T.String({ pattern: '^[0-9a-f]{16}$' }) });
export const tokenParams = T.Object({ token: T.String({ pattern: '^[0-9a-f]{16}$' }) });

export const openSession = T.Object({
  id: T.String(),
  current: T.Boolean({ description: 'The one that asks.' }),
  from: T.String(),
  browser: T.String({ description: 'As it calls itself; may be empty.' }),
  startedMs: timeMs('When it signed in.'),
  idleMs: T.Number({ description: 'Milliseconds since it was last used.' }),
});
export const nameBody = T.Object({ name: longText, password: longText }, closed);
export const resetBody = T.Object(
  {
    password: longText,
    name: T.String({ maxLength: 256, description: 'The name of the box, typed by a person.' }),
  },
  closed,
);
export const passwordBody = T.Object({ password: longText, next: longText }, closed);

const personFields = { id: T.String(), name: T.String(), role };
export const person = T.Object({
  ...personFields,
  createdMs: timeMs('When this person was added.'),
  hasPassword: T.Boolean({ description: 'False until the invitation was followed.' }),
  invitedUntilMs: nullable(timeMs('Until when the invitation can be followed.')),
});
export const personBody = T.Object({ name: longText, role }, closed);
export const roleBody = T.Object({ role }, closed);
export const invitation = T.Object({
  person: T.Object(personFields),
  code: T.String({ description: 'Told this once; the person types it with the name, within seven days.' }),
});

const scopeList = T.Array(T.Enum([...scopes]), {
  minItems: 1,
  maxItems: scopes.length,
  uniqueItems: true,
  description:
    'read: look. change: what the role may change. manage: remove people and tokens, certificate, enrolment tokens, cleanup of the journal.',
});
export const apiToken = T.Object({
  id: T.String(),
  name: T.String(),
  role,
  scopes: scopeList,
  madeBy: T.String(),
  createdMs: timeMs('When it was made.'),
  expiresMs: nullable(timeMs('When it ends by itself.')),
  usedMs: nullable(timeMs('When it was last used, to a quarter of an hour after a restart.')),
  usedFrom: nullable(T.String()),
});
export const apiTokenBody = T.Object(
  { name: longText, role, scopes: scopeList, days: nullable(T.Integer({ minimum: 1, maximum: 3660 })) },
  closed,
);
export const apiTokenMade = T.Object({
  secret: T.String({ description: 'Told this once, for the header Authorization: Bearer.' }),
  token: apiToken,
});

export const certificateAnswer = T.Object({
  serving: T.Enum(['own', 'uploaded']),
  fingerprint: T.String({ description: 'SHA-256 of the public key that is served.' }),
  certificateFingerprint: T.String({ description: 'SHA-256 of the certificate that is served.' }),
  uploaded: nullable(
    T.Object({
      subject: T.String(),
      issuer: T.String(),
      names: T.Array(T.String()),
      keyType: T.String(),
      chainLength: T.Integer(),
      validFromMs: timeMs('Valid from.'),
      validToMs: timeMs('Valid to.'),
    }),
  ),
});
const pem = T.String({ minLength: 1, maxLength: 64 * 1024 });
export const certificateBody = T.Object({ chain: pem, key: pem }, closed);
