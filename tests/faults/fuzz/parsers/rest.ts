/** Requests to the REST interface: through the real guard, schemas and handlers, as a signed-in admin sends them. */
import assert from 'node:assert/strict';
import { webLimits } from '../../../../appliance/web/limits.ts';
import type { FuzzedParser } from '../parser.ts';
import { ownCertificate, restApp, sessionToken } from './rest-app.ts';
import { type Asked, nearMisses, type Route, routes } from './rest-routes.ts';

/** Status and code of a request that was answered with a refusal, as it should be. */
class Refused extends Error {}

const sources = [
  ...['access', 'cookie', 'guard', 'hosts', 'json-body', 'language', 'refusal', 'validate'],
  ...[
    'account',
    'api-tokens',
    'certificate',
    'channels',
    'enrolment',
    'incidents',
    'index',
    'journal',
    'machines',
    'panel',
    'probes',
    'devices',
  ].map((noun) => `routes/${noun}`),
  ...['people', 'reset', 'rules', 'schedules', 'session', 'status', 'waiting'].map(
    (noun) => `routes/${noun}`,
  ),
];
/** People, tokens and what was asked of the stand-ins add up; a new app begins afresh, as it does on an empty input. */
const inputsPerApp = 500;

let inputs = 0;
/** Not before the first input: every fault test loads this table. */
let app: ReturnType<typeof restApp> | undefined;

/** The first byte picks the route. Then JSON: what is asked; any other text is the body as it is, or the query. */
export const rest: FuzzedParser = {
  about: 'requests to the REST interface',
  sources: sources.map((name) => `appliance/web/${name}.ts`),
  leftOut: ['allow', 'setCookie', 'setKnownCookie'],
  async seeds() {
    const { certificate: chain, key } = await ownCertificate();
    const upload = inputOf({ method: 'PUT', path: '/certificate' }, { body: { chain, key } });
    return [...routes.filter((route) => !route.refused).map((route) => inputOf(route, route)), upload];
  },
  nearMisses: [
    ...routes.filter((route) => route.refused).map((route) => inputOf(route, route)),
    ...nearMisses.map(([method, path, asked]) => inputOf({ method, path }, asked)),
    ...['{', '{"name":"a","__proto__":{"role":"admin"}}', '\u0000'].map((text) =>
      Buffer.concat([inputOf({ method: 'POST', path: '/people' }, {}).subarray(0, 1), Buffer.from(text)]),
    ),
  ],
  async parse(input) {
    if (++inputs % inputsPerApp === 0 || input.length === 0) {
      const before = app;
      app = undefined;
      await (await before)?.close();
    }
    app ??= restApp();
    const route = routes[(input[0] ?? 0) % routes.length]!;
    const text = Buffer.from(input.subarray(1)).toString('utf8');
    const answer = await (await app).inject(requestOf(route, askedOf(text) ?? rawOf(route, text)));
    assert.deepEqual(Object.keys(Object.prototype), []);
    assert.ok(answer.statusCode < 500, `${route.method} ${route.path}: ${answer.statusCode} ${answer.body}`);
    if (answer.statusCode < 400) return;
    const { error } =
      answer.body === '' ? { error: { code: '' } } : answer.json<{ error: { code: string } }>();
    assert.equal(typeof error.code, 'string');
    throw new Refused(`${route.method} ${route.path} ${answer.statusCode} ${error.code}`);
  },
  isRefusal: (error) => error instanceof Refused,
  textFrom: 1,
};

function inputOf(wanted: Route, { params, query, body, headers }: Asked): Uint8Array {
  const at = routes.findIndex(({ method, path }) => method === wanted.method && path === wanted.path);
  return Buffer.concat([Buffer.of(at), Buffer.from(JSON.stringify({ params, query, body, headers }))]);
}

function askedOf(text: string): Asked | null {
  try {
    const asked: unknown = JSON.parse(text);
    return typeof asked === 'object' && !Array.isArray(asked) ? (asked as Asked | null) : null;
  } catch {
    // What is no JSON is sent as it is.
    return null;
  }
}

function rawOf({ method, params, query }: Route, text: string): Asked & { raw?: string } {
  return method === 'GET' ? { params, query: text } : { params, query, raw: text };
}

function requestOf(route: Route, { params, query, body, headers, raw }: Asked & { raw?: string }) {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method: route.method,
    url: `/api/v1${filled(route.path, record(params))}${queryOf(query)}`,
    headers: {
      host: 'localhost',
      cookie: `__Host-netmonitor=${sessionToken}`,
      ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...headersOf(record(headers)),
    },
    ...(payload === undefined ? {} : { payload: payload.slice(0, webLimits.bodyBytes + 1) }),
  };
}

function filled(path: string, params: Record<string, unknown>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encoded(params[name] ?? 'none'));
}

function queryOf(query: unknown): string {
  // A request line has neither spaces nor control characters.
  if (typeof query === 'string') return `?${query.slice(0, 4096).replace(/[^!-~]|#/g, '+')}`;
  const pairs = Object.entries(record(query)).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encoded(key)}=${encoded(one)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.slice(0, 100).join('&')}`;
}

const known = [
  'host',
  'origin',
  'sec-fetch-site',
  'cookie',
  'authorization',
  'accept-language',
  'content-type',
];

/** Only what a parser of ours reads, and only what llhttp lets through. */
function headersOf(headers: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(headers).filter(
    (pair): pair is [string, string] => known.includes(pair[0]) && typeof pair[1] === 'string',
  );
  return Object.fromEntries(texts.map(([name, text]) => [name, text.replace(/[^ -~]/g, '?')]));
}

const record = (value: unknown) =>
  (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
const encoded = (value: unknown) =>
  encodeURIComponent((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed());
