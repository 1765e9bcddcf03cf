/** What a stranger may cost web. Passed in, so that tests can be stricter. */

export type WebLimits = {
  connections: number;
  connectionsPerAddress: number;
  /** Of all addresses of a network of IPv6 together. */
  connectionsPerNetwork: number;
  /** New TLS connections a second, in all, of one address and of one network of IPv6; four times as many at once after a pause. */
  handshakesPerSecond: number;
  handshakesPerAddress: number;
  handshakesPerNetwork: number;
  headerBytes: number;
  headersMs: number;
  requestMs: number;
  handshakeMs: number;
  keepAliveMs: number;
  /** A connection on which nothing moves, in either direction; live streams carry a ping more often than this. */
  silenceMs: number;
  bodyBytes: number;
  jsonDepth: number;
  jsonKeys: number;
  streamsPerSession: number;
  /** A browser that lets this much of its live stream pile up is dropped. */
  streamBacklogBytes: number;
};

export const webLimits: WebLimits = {
  connections: 600,
  connectionsPerAddress: 30,
  connectionsPerNetwork: 450,
  handshakesPerSecond: 100,
  handshakesPerAddress: 25,
  handshakesPerNetwork: 75,
  headerBytes: 8 * 1024,
  headersMs: 5_000,
  requestMs: 15_000,
  handshakeMs: 5_000,
  keepAliveMs: 15_000,
  silenceMs: 60_000,
  bodyBytes: 256 * 1024,
  jsonDepth: 8,
  jsonKeys: 512,
  streamsPerSession: 6,
  streamBacklogBytes: 256 * 1024,
};
