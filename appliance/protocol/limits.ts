/** What either side of the wire may ask of the other. Sizes in bytes, times in milliseconds. */
export const limits = {
  /** A whole frame without its length field: type byte and body. */
  frameBytes: 256 * 1024,
  ticksPerMessage: 64,
  messagesPerSecond: 10,
  /** Ticks times series: what reading, keeping and sealing cost. */
  valuesPerSecond: 20_000,
  seriesPerMachine: 500,
  newSeriesPerHour: 50,
  /** Beside its own: `probesPerMachine` of the kind that tells most of a target, which is eight of an encrypted page; and on the whole box. */
  probeSeriesPerMachine: 8_000,
  probeSeriesPerBox: 20_000,
  /** All series that a machine may have. */
  placesPerMachine: 8_500,
  /** Of one probe, for good: its target may be exchanged for another, with other interfaces. */
  seriesPerProbe: 256,
  seriesNameLength: 128,
  hostNameLength: 253,
  textLength: 1024,
  unitLength: 32,
  scaleDecimals: 6,
  /** Values are scaled integers; the bound keeps every delta of two values exact in a double. */
  valueMagnitude: 2 ** 51 - 1,
  seqMagnitude: 2 ** 48,
  /** A run longer than this (about 280 years) is a broken clock. */
  runMs: 2 ** 43,
  eventsPerMessage: 64,
  ackIntervals: 256,
  clockPairs: 256,
  servicesPerMachine: 400,
  serviceNameLength: 128,
  processesPerList: 32,
  argumentsLength: 256,
  noticeLength: 200,
  probesPerMachine: 1_000,
  probeOptions: 32,
  probeIntervalMs: 5_000,
  probeDetailLength: 200,
  resultsPerMessage: 64,
  neighboursPerMessage: 64,
  neighbourAddresses: 8,
  neighbourNames: 4,
  neighbourServices: 16,
  handshakeMs: 5_000,
  helloMs: 5_000,
  idleMs: 60_000,
  /** Each side says something at least this often. */
  speakMs: 20_000,
} as const;
