/** What was refused and what was let in since web started, as plain numbers that only grow. */

const counterNames = [
  'sign_ins',
  'sign_ins_failed',
  'codes_failed',
  'recoveries_armed',
  'passwords_recovered',
  'foreign_requests',
  'tokens_refused',
  'answers_401',
  'answers_403',
  'answers_421',
  'answers_429',
  'handshakes_failed',
  'connections_refused',
] as const;
export type CounterName = (typeof counterNames)[number];

export type Counters = {
  count(name: CounterName): void;
  countAnswer(status: number): void;
  now(): Record<CounterName, number>;
};

const ofStatus: Readonly<Record<number, CounterName>> = {
  401: 'answers_401',
  403: 'answers_403',
  421: 'answers_421',
  429: 'answers_429',
};

export function createCounters(): Counters {
  const counts = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>;
  return {
    count(name) {
      counts[name]++;
    },
    countAnswer(status) {
      const name = ofStatus[status];
      if (name) counts[name]++;
    },
    now: () => ({ ...counts }),
  };
}
