import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseOpenMetrics } from '../../../agent/collectors/openmetrics.ts';

/** The exposition of the OpenMetrics specification (overall structure), with a gauge that has escapes. */
const exposition = `# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
acme_http_router_request_seconds{path="/api/v1",quantile="0.5"} 0.1
acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0
acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
# TYPE go_goroutines gauge
# HELP go_goroutines Number of goroutines that currently exist.
go_goroutines 69
# TYPE process_cpu_seconds counter
# UNIT process_cpu_seconds seconds
process_cpu_seconds_total 4.20072246e+06 1605281325.5 # {trace="x"} 0.5
# TYPE sizes histogram
sizes_bucket{le="1.0"} 3
sizes_count 3
note{text="a \\"b\\" }, \\\\c"} -1.5
# EOF
after_the_end 1
`;

test('reads counters, gauges and the sums of summaries, each with its unit', () => {
  assert.deepEqual(parseOpenMetrics(exposition, 100), [
    {
      name: 'acme_http_router_request_seconds_sum',
      labels: ['/api/v1', 'GET'],
      ...{ value: 9036.32, kind: 'counter', unit: 's' },
    },
    {
      name: 'acme_http_router_request_seconds_count',
      labels: ['/api/v1', 'GET'],
      ...{ value: 807283, kind: 'counter', unit: '1' },
    },
    { name: 'go_goroutines', labels: [], value: 69, kind: 'gauge', unit: '1' },
    { name: 'process_cpu_seconds_total', labels: [], value: 4200722.46, kind: 'counter', unit: 's' },
    { name: 'sizes_count', labels: [], value: 3, kind: 'counter', unit: '1' },
    { name: 'note', labels: ['a "b" }, \\c'], value: -1.5, kind: 'gauge', unit: '1' },
  ]);
});

for (const line of [
  'x',
  'x ',
  'x NaN',
  'x +Inf',
  'x 1e999',
  'x{a="b" 1',
  'x{a=b} 1',
  '9x 1',
  'x1.5',
  'x 1,5',
  '{} 1',
]) {
  test(`takes ${JSON.stringify(line)} for no sample`, () => assert.deepEqual(parseOpenMetrics(line, 9), []));
}

test('whatever a program prints, no more samples than allowed come of it, and each is a number', () => {
  const part = fc.constantFrom(
    'x',
    '{',
    '}',
    '"',
    '\\',
    '=',
    ',',
    ' ',
    '1',
    '.',
    'e',
    '-',
    '\n',
    '# TYPE ',
    'é',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const samples = parseOpenMetrics(parts.join(''), 3);
      assert.ok(samples.length <= 3 && samples.every(({ value }) => Number.isFinite(value)));
    }),
  );
});
