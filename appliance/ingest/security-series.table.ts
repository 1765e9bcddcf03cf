/** What the box counts of refusals, as series: each count of web and of the door with its metric and attribute. */
import type { MetricName } from '../protocol/metrics.table.ts';
import type { Refused } from './door.ts';

export type Place = readonly [metric: MetricName, attribute: string];
type Places = Readonly<Record<string, Place>>;

/** By the names that web gives them (`GET /v1/counters`). */
export const webCounts = {
  sign_ins: ['netmonitor.web.sign_in', 'ok'],
  sign_ins_failed: ['netmonitor.web.sign_in', 'failed'],
  codes_failed: ['netmonitor.web.sign_in', 'wrong_code'],
  recoveries_armed: ['netmonitor.web.recovery', 'armed'],
  passwords_recovered: ['netmonitor.web.recovery', 'used'],
  foreign_requests: ['netmonitor.web.refused', 'foreign'],
  tokens_refused: ['netmonitor.web.refused', 'token'],
  answers_401: ['netmonitor.web.refused', 'unauthorized'],
  answers_403: ['netmonitor.web.refused', 'forbidden'],
  answers_421: ['netmonitor.web.refused', 'host'],
  answers_429: ['netmonitor.web.refused', 'throttled'],
  handshakes_failed: ['netmonitor.web.refused_connection', 'tls'],
  connections_refused: ['netmonitor.web.refused_connection', 'limit'],
} as const satisfies Places;

/** By the reasons that the door counts. */
export const doorCounts = {
  connections: ['netmonitor.door.refused_connection', 'connections'],
  strangers: ['netmonitor.door.refused_connection', 'strangers'],
  address: ['netmonitor.door.refused_connection', 'address'],
  handshakes: ['netmonitor.door.refused_connection', 'handshakes'],
  tls: ['netmonitor.door.refused_connection', 'tls'],
  hello: ['netmonitor.door.refused_connection', 'hello'],
  idle: ['netmonitor.door.refused_connection', 'idle'],
  slow: ['netmonitor.door.refused_connection', 'slow'],
  malformed: ['netmonitor.door.refused_connection', 'malformed'],
  unadmitted: ['netmonitor.door.refused_connection', 'unadmitted'],
  busy: ['netmonitor.door.refused_connection', 'busy'],
  failed: ['netmonitor.door.refused_connection', 'failed'],
  full: ['netmonitor.door.turned_away', 'full'],
  silenced: ['netmonitor.door.turned_away', 'silenced'],
  tokens: ['netmonitor.door.token', 'refused'],
} as const satisfies Places & Record<Refused, unknown>;

export type WebCount = keyof typeof webCounts;
export type DoorCount = keyof typeof doorCounts;
