/** What the made-up box answers about people, sessions, API tokens and its certificate. */
import type { Answer } from './page-answers.ts';
import type { Box } from './page-box.ts';

type Request = { box: Box; method: string; path: string; body: Record<string, unknown> | null };

const ok = (value: unknown): Answer => ({ status: 200, value });
const done: Answer = { status: 204 };
const dayMs = 86_400_000;

export function people({ box, method, path, body }: Request): Answer | null {
  const nowMs = box.nowMs();
  const [, noun] = path.split('/');
  if (noun === 'account') {
    if (path === '/account/sessions' && method === 'GET') return ok({ sessions: sessionsAt(nowMs) });
    return done;
  }
  if (noun === 'reset') return done;
  if (noun === 'people') {
    if (path === '/people' && method === 'GET') return ok({ people: peopleAt(nowMs, box.account.name) });
    if (method === 'POST')
      return ok({ person: { id: 'p9', name: body?.name ?? 'Paul', role: 'viewer' }, code: '7QK4-MDXR-9BCW' });
    return done;
  }
  if (noun === 'api-tokens') {
    const tokens = tokensAt(nowMs);
    if (method === 'GET') return ok({ tokens });
    if (method === 'POST')
      return ok({ secret: `nm_${'Zx9k'.repeat(10)}abc`, token: { ...tokens[0], name: body?.name } });
    return done;
  }
  if (noun === 'enrolment-tokens') {
    const tokens = enrolmentAt(nowMs);
    if (method === 'GET') return ok({ tokens });
    return method === 'POST' ? ok({ ...tokens[0], ...body, token: '0123456789abcdef'.repeat(2) }) : done;
  }
  if (noun === 'install') {
    const shell =
      "curl -fsSk --pinnedpubkey 'sha256//kQ=' https://192.0.2.2/get/install.sh | sudo sh -s -- --box-hash=ab";
    return ok({
      commands: { linux: shell, macos: shell, windows: '$t=[Net.Sockets.TcpClient]::new()' },
      packages: [],
    });
  }
  if (noun !== 'certificate') return null;
  return method === 'DELETE' ? done : ok(certificate(method === 'PUT', nowMs));
}

const sessionsAt = (nowMs: number) => [
  {
    id: 'a'.repeat(16),
    current: true,
    from: '192.168.1.12',
    browser: 'Firefox, Linux',
    startedMs: nowMs - 1_200_000,
    idleMs: 0,
  },
  {
    id: 'b'.repeat(16),
    current: false,
    from: '192.168.1.77',
    browser: 'Safari, iPhone',
    startedMs: nowMs - 7_200_000,
    idleMs: 600_000,
  },
];

const enrolmentAt = (nowMs: number) => [
  {
    id: 'a1b2c3d4e5f6',
    ...{ label: 'Room 12', uses: 30, left: 17, by: 'Anna' },
    ...{ createdMs: nowMs - 3_600_000, expiresMs: nowMs + 6 * dayMs, expired: false },
  },
  {
    id: 'b1b2c3d4e5f6',
    ...{ label: 'Library', uses: 4, left: 2, by: 'Anna' },
    ...{ createdMs: nowMs - 3 * dayMs, expiresMs: nowMs - 2 * dayMs, expired: true },
  },
];

const peopleAt = (nowMs: number, own: string) => [
  {
    id: 'p1',
    name: own,
    role: 'admin',
    createdMs: nowMs - 20 * dayMs,
    hasPassword: true,
    invitedUntilMs: null,
  },
  {
    id: 'p2',
    name: 'Victor',
    role: 'viewer',
    createdMs: nowMs - 3 * dayMs,
    hasPassword: true,
    invitedUntilMs: null,
  },
  {
    id: 'p3',
    name: 'Odile de la Salle informatique',
    role: 'operator',
    createdMs: nowMs,
    hasPassword: false,
    invitedUntilMs: nowMs + 7 * dayMs,
  },
];

const tokensAt = (nowMs: number) => [
  {
    ...{ id: 'c'.repeat(16), name: 'Grafana', role: 'viewer', scopes: ['read'], madeBy: 'anne' },
    ...{
      createdMs: nowMs - 5 * dayMs,
      expiresMs: nowMs + 85 * dayMs,
      usedMs: nowMs - 60_000,
      usedFrom: '192.168.1.5',
    },
  },
];

function certificate(uploaded: boolean, nowMs: number) {
  return {
    ...{
      serving: uploaded ? 'uploaded' : 'own',
      fingerprint: 'ab'.repeat(32),
      certificateFingerprint: 'c3'.repeat(32),
    },
    uploaded: uploaded
      ? {
          ...{
            subject: 'CN=box',
            issuer: 'CN=School CA',
            names: ['netmonitor.school.example'],
            keyType: 'P-256',
          },
          ...{ chainLength: 2, validFromMs: nowMs - dayMs, validToMs: nowMs + 365 * dayMs },
        }
      : null,
  };
}
