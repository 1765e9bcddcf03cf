/** Every route of the REST interface with something to ask it. */

export type Asked = { params?: unknown; query?: unknown; body?: unknown; headers?: unknown };
export type Route = Asked & {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Whoever is signed in is refused, or the stand-ins have no answer. */
  refused?: true;
};

export const guestId = 'ab'.repeat(32);
export const personId = 'paul';
/** Of a program that may read. */
export const apiToken = `nm_${'x'.repeat(43)}`;
export const tokenId = '0123456789abcdef';
const bearer = { cookie: '', authorization: `Bearer ${apiToken}` };

const machine = { machine: '1' };
const range = {
  series: ['system.cpu.utilization', 'system.uptime'],
  from: '0',
  to: '86400000',
  points: '24',
};
const page = { before: '9', limit: '5', kind: 'machine', machine: '1', text: 'marie', from: '0', to: '99' };
const password = 'correct horse';

const ntfyChannel = {
  ...{ kind: 'ntfy', name: 'Telephones', enabled: true, language: 'fr', zone: 'Europe/Paris' },
  takes: {
    ...{ least: 'high', groups: [] },
    weekly: { days: [1, 7], from: '08:00', to: '18:00', zone: 'Europe/Paris' },
  },
  ...{ digestAt: null, options: { server: 'https://ntfy.example', topic: 'box' }, secrets: { token: 'abc' } },
};

export const routes: readonly Route[] = [
  { method: 'GET', path: '/status' },
  { method: 'GET', path: '/session', headers: { cookie: '', 'accept-language': 'fr-CA;q=0.8, en;q=0.5' } },
  { method: 'POST', path: '/session', body: { name: 'Marie', password } },
  { method: 'DELETE', path: '/session' },
  { method: 'GET', path: '/account/sessions' },
  { method: 'DELETE', path: '/account/sessions' },
  { method: 'DELETE', path: '/account/sessions/:session', params: { session: 'ab'.repeat(8) } },
  { method: 'PATCH', path: '/account/name', body: { name: 'Marie C.', password } },
  { method: 'PATCH', path: '/account/password', body: { password, next: password } },
  { method: 'GET', path: '/people' },
  { method: 'POST', path: '/people', body: { name: 'Zoé', role: 'operator' } },
  { method: 'PATCH', path: '/people/:person', params: { person: personId }, body: { role: 'operator' } },
  { method: 'POST', path: '/people/:person/invitation', params: { person: personId } },
  { method: 'DELETE', path: '/people/:person', params: { person: personId } },
  { method: 'GET', path: '/api-tokens' },
  { method: 'POST', path: '/api-tokens', body: { name: 'x', role: 'viewer', scopes: ['read'], days: null } },
  { method: 'DELETE', path: '/api-tokens/:token', params: { token: tokenId } },
  { method: 'GET', path: '/certificate' },
  { method: 'DELETE', path: '/certificate' },
  { method: 'GET', path: '/door' },
  { method: 'GET', path: '/install' },
  { method: 'GET', path: '/machines' },
  { method: 'GET', path: '/machines/:machine', params: machine, headers: bearer },
  { method: 'GET', path: '/machines/:machine/range', params: machine, query: range },
  { method: 'GET', path: '/machines/:machine/services', params: machine },
  { method: 'GET', path: '/machines/:machine/processes', params: machine },
  {
    method: 'POST',
    path: '/machines/:machine/notice',
    params: machine,
    body: { text: 'The server restarts at noon' },
  },
  { method: 'DELETE', path: '/machines/:machine', params: machine },
  { method: 'GET', path: '/waiting' },
  { method: 'POST', path: '/waiting/:id/select', params: { id: guestId } },
  { method: 'POST', path: '/waiting/deselect' },
  {
    method: 'POST',
    path: '/waiting/:id/admit',
    params: { id: guestId },
    body: { digits: '482913', same: 1 },
  },
  { method: 'POST', path: '/waiting/:id/refuse', params: { id: guestId } },
  { method: 'POST', path: '/waiting/wanted', body: { text: 'pc' } },
  { method: 'GET', path: '/open-house' },
  { method: 'POST', path: '/open-house' },
  { method: 'DELETE', path: '/open-house' },
  { method: 'GET', path: '/enrolment-tokens' },
  { method: 'POST', path: '/enrolment-tokens', body: { uses: 2, hours: 24, label: 'class 3' } },
  { method: 'DELETE', path: '/enrolment-tokens/:id', params: { id: '0123456789ab' } },
  { method: 'GET', path: '/clones' },
  { method: 'POST', path: '/clones/:machine/release', params: machine },
  { method: 'GET', path: '/incidents', query: { state: 'all', machine: '1', before: '9', limit: '5' } },
  { method: 'GET', path: '/incidents/:incident', params: { incident: '1' }, refused: true },
  {
    method: 'POST',
    path: '/incidents/:incident/acknowledge',
    params: { incident: '1' },
    body: { note: 'I know', untilMs: 1 },
    refused: true,
  },
  { method: 'POST', path: '/incidents/:incident/release', params: { incident: '1' }, refused: true },
  { method: 'GET', path: '/channels' },
  { method: 'POST', path: '/channels', body: ntfyChannel },
  {
    method: 'PUT',
    path: '/channels/:channel',
    params: { channel: 'abcdefgh' },
    body: ntfyChannel,
    refused: true,
  },
  { method: 'DELETE', path: '/channels/:channel', params: { channel: 'abcdefgh' }, refused: true },
  { method: 'POST', path: '/channels/mail-offer', body: { host: 'mail.invalid' } },
  { method: 'POST', path: '/channels/:channel/test', params: { channel: 'abcdefgh' }, refused: true },
  { method: 'GET', path: '/deliveries', query: { limit: '5' } },
  { method: 'GET', path: '/rules' },
  { method: 'POST', path: '/rules', body: { kind: 'threshold', name: 'Hot', options: { limit: 0.5 } } },
  {
    method: 'PUT',
    path: '/rules/:rule/:scope',
    params: { rule: 'cpu', scope: 'all' },
    body: {
      enabled: true,
      severity: 'high',
      options: { limit: 0.8, forMs: 1000 },
      cooldownMs: 1,
      repeatMs: 2,
    },
  },
  { method: 'DELETE', path: '/rules/:rule', params: { rule: 'none' }, refused: true },
  {
    method: 'POST',
    path: '/rules/preview',
    body: { rule: { kind: 'vanished', name: 'x' }, days: 1, machines: [1] },
  },
  { method: 'GET', path: '/schedules' },
  {
    method: 'POST',
    path: '/schedules',
    body: {
      ...{ kind: 'quiet', name: 'Night', scopes: ['all'], below: 'high', once: { fromMs: 1, toMs: 2 } },
      weekly: { days: [1, 2], from: '22:00', to: '06:00', zone: 'Europe/Paris' },
    },
  },
  {
    method: 'PUT',
    path: '/schedules/:schedule',
    params: { schedule: 'abcdefgh' },
    body: { kind: 'maintenance', name: 'x', scopes: ['machine:1'], once: { fromMs: 1, toMs: 2 } },
    refused: true,
  },
  { method: 'DELETE', path: '/schedules/:schedule', params: { schedule: 'abcdefgh' }, refused: true },
  { method: 'GET', path: '/devices' },
  { method: 'POST', path: '/devices/search' },
  {
    method: 'PUT',
    path: '/devices/:device',
    params: { device: '3c2af4000007' },
    body: { label: 'Printer', standing: 'known' },
    refused: true,
  },
  { method: 'DELETE', path: '/devices/:device', params: { device: 'at-192.0.2.7' }, refused: true },
  { method: 'GET', path: '/probe-kinds' },
  { method: 'GET', path: '/probes' },
  {
    method: 'POST',
    path: '/probes',
    body: {
      ...{ kind: 'dns', name: 'Names', vantages: [1], groups: [], parent: 'boxroute', enabled: false },
      ...{ intervalMs: 30_000, beyond: true, options: { host: '9.9.9.9', name: 'a.example', record: 'MX' } },
    },
  },
  { method: 'GET', path: '/probes/:probe', params: { probe: 'boxroute' } },
  { method: 'GET', path: '/probes/:probe/availability', params: { probe: 'boxroute' } },
  {
    method: 'PUT',
    path: '/probes/:probe',
    params: { probe: 'boxroute' },
    body: { intervalMs: 60_000, enabled: true, options: { host: '10.0.0.1', count: 5 } },
  },
  { method: 'DELETE', path: '/probes/:probe', params: { probe: 'boxroute' }, refused: true },
  { method: 'POST', path: '/probes/:probe/run', params: { probe: 'boxroute' } },
  { method: 'GET', path: '/groups' },
  { method: 'PUT', path: '/groups/:group', params: { group: 'lab' }, body: { name: 'Lab', machines: [1] } },
  { method: 'DELETE', path: '/groups/:group', params: { group: 'none' }, refused: true },
  { method: 'GET', path: '/journal', query: page },
  { method: 'POST', path: '/journal/cleanup', body: { beforeMs: 1, preview: true } },
  { method: 'GET', path: '/panel' },
  { method: 'GET', path: '/panel.png' },
  { method: 'POST', path: '/panel/press', body: { kind: 'double' } },
  { method: 'POST', path: '/reset', body: { password, name: 'netmonitor-abcd' } },
  {
    method: 'POST',
    path: '/session/first',
    body: { code: 'AAAABBBB', name: 'Zoé', password },
    refused: true,
  },
  { method: 'POST', path: '/session/invitation', body: { code: 'A', name: 'Zoé', password }, refused: true },
  { method: 'POST', path: '/session/recovery', body: { code: 'A', name: 'Marie', password }, refused: true },
  { method: 'PUT', path: '/certificate', body: { chain: 'A', key: 'B' }, refused: true },
  { method: 'GET', path: '/live', query: { machine: '1' }, refused: true },
];

type Miss = readonly [method: Route['method'], path: string, asked: Asked];

const deep = JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) as unknown;
const cookie = `__Host-netmonitor=${'B'.repeat(43)}`;
const own = { cookie: '' };
export const nearMisses: readonly Miss[] = [
  ['POST', '/session', {}],
  ['POST', '/session', { body: deep }],
  ['POST', '/session', { body: { name: 'Marie', password: 'wrong' } }],
  ['POST', '/session', { body: { name: 'Nobody', password } }],
  ['POST', '/session', { body: { name: 'Marie' } }],
  ['POST', '/session', { body: { name: 'Marie', password, more: 1 } }],
  ['POST', '/session', { body: { name: 7, password }, headers: { 'accept-language': 'fr' } }],
  ['POST', '/session', { headers: { 'content-type': 'text/plain' } }],
  ['POST', '/session', { headers: { origin: 'https://elsewhere.example' } }],
  ['POST', '/session', { headers: { 'sec-fetch-site': 'cross-site' } }],
  ['PATCH', '/account/name', { body: { name: 'Marie', password: 'wrong' } }],
  ['PATCH', '/account/name', { body: { name: 'Zoé', password } }],
  ['PATCH', '/account/password', { body: { password, next: 'short' } }],
  ['DELETE', '/account/sessions/:session', { params: { session: '0'.repeat(16) } }],
  ['GET', '/people', { headers: { cookie } }],
  ['GET', '/people', { headers: { cookie, authorization: 'Bearer none' } }],
  ['GET', '/people', { headers: { ...own, authorization: `Bearer nm_${'x'.repeat(43)}` } }],
  ['GET', '/people', { headers: bearer }],
  ['DELETE', '/session', { headers: bearer }],
  ['DELETE', '/machines/:machine', { headers: bearer, params: machine }],
  ['GET', '/people', { headers: { host: 'elsewhere.example' } }],
  ['GET', '/people', { headers: { host: '[::1' } }],
  ['GET', '/people', { headers: { host: '[fe80::2]:443' } }],
  ['POST', '/people', { body: { name: '\u0007', role: 'viewer' } }],
  ['POST', '/people', { body: { name: 'Zoé', role: 'viewer' } }],
  ['PATCH', '/people/:person', { params: { person: 'marie' }, body: { role: 'viewer' } }],
  ['PATCH', '/people/:person', { params: { person: 'none' }, body: { role: 'viewer' } }],
  ['DELETE', '/people/:person', { params: { person: 'marie' } }],
  ['DELETE', '/api-tokens/:token', { params: { token: 'f'.repeat(16) } }],
  ['GET', '/machines/:machine', { params: { machine: '9' } }],
  ['GET', '/machines/:machine', { params: { machine: '0' } }],
  ['GET', '/machines/:machine', { params: { machine: '%' } }],
  ['GET', '/machines/:machine/range', { params: machine, query: { ...range, to: '0' } }],
  ['GET', '/machines/:machine/range', { params: machine, query: { ...range, points: '2001' } }],
  ['POST', '/waiting/:id/admit', { params: { id: guestId }, body: { digits: '48291' } }],
  ['GET', '/journal', { query: { before: 'x' } }],
];
