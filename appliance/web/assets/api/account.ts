/** What the page asks about people: one's own account, others, API tokens, the certificate. */
import type { EnrolmentToken, InstallLines } from './types.ts';

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
export const scopes = ['read', 'change', 'manage'] as const;
export type Scope = (typeof scopes)[number];

export type OpenSession = {
  id: string;
  current: boolean;
  from: string;
  browser: string;
  startedMs: number;
  idleMs: number;
};
export type Person = {
  id: string;
  name: string;
  role: Role;
  createdMs: number;
  hasPassword: boolean;
  invitedUntilMs: number | null;
};
export type Invitation = { person: { id: string; name: string; role: Role }; code: string };
export type ApiToken = {
  id: string;
  name: string;
  role: Role;
  scopes: Scope[];
  madeBy: string;
  createdMs: number;
  expiresMs: number | null;
  usedMs: number | null;
  usedFrom: string | null;
};
export type CertificateAnswer = {
  serving: 'own' | 'uploaded';
  fingerprint: string;
  certificateFingerprint: string;
  uploaded: {
    subject: string;
    issuer: string;
    names: string[];
    keyType: string;
    chainLength: number;
    validFromMs: number;
    validToMs: number;
  } | null;
};
type WithCode = { code: string; name: string; password: string };
type Call = (method: string, path: string, o?: { body?: unknown }) => Promise<unknown>;

export type AccountCalls = ReturnType<typeof accountCalls>;

export function accountCalls(call: Call) {
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    await call(method, path, body === undefined ? {} : { body });
  };
  const personPath = (id: string): string => `/people/${encodeURIComponent(id)}`;
  return {
    install: async () => (await call('GET', '/install')) as InstallLines,
    firstSignIn: (o: WithCode) => send('POST', '/session/first', o),
    followInvitation: (o: WithCode) => send('POST', '/session/invitation', o),
    recover: (o: WithCode) => send('POST', '/session/recovery', o),
    rename: (o: { name: string; password: string }) => send('PATCH', '/account/name', o),
    changePassword: (o: { password: string; next: string }) => send('PATCH', '/account/password', o),
    sessions: async () => ((await call('GET', '/account/sessions')) as { sessions: OpenSession[] }).sessions,
    endSession: (id: string) => send('DELETE', `/account/sessions/${id}`),
    endOtherSessions: () => send('DELETE', '/account/sessions'),
    people: async () => ((await call('GET', '/people')) as { people: Person[] }).people,
    invite: async (o: { name: string; role: Role }) =>
      (await call('POST', '/people', { body: o })) as Invitation,
    inviteAgain: async (id: string) => (await call('POST', `${personPath(id)}/invitation`)) as Invitation,
    setRole: (id: string, role: Role) => send('PATCH', personPath(id), { role }),
    removePerson: (id: string) => send('DELETE', personPath(id)),
    apiTokens: async () => ((await call('GET', '/api-tokens')) as { tokens: ApiToken[] }).tokens,
    makeApiToken: async (o: { name: string; role: Role; scopes: Scope[]; days: number | null }) =>
      (await call('POST', '/api-tokens', { body: o })) as { secret: string; token: ApiToken },
    endApiToken: (id: string) => send('DELETE', `/api-tokens/${id}`),
    enrolmentTokens: async () =>
      ((await call('GET', '/enrolment-tokens')) as { tokens: EnrolmentToken[] }).tokens,
    makeEnrolmentToken: async (o: { label: string; uses: number; hours: number }) =>
      (await call('POST', '/enrolment-tokens', { body: o })) as EnrolmentToken & { token: string },
    endEnrolmentToken: (id: string) => send('DELETE', `/enrolment-tokens/${id}`),
    certificate: async () => (await call('GET', '/certificate')) as CertificateAnswer,
    uploadCertificate: async (o: { chain: string; key: string }) =>
      (await call('PUT', '/certificate', { body: o })) as CertificateAnswer,
    putBack: (o: { password: string; name: string }) => send('POST', '/reset', o),
    removeCertificate: () => send('DELETE', '/certificate'),
  };
}
