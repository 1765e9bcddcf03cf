import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from '../../appliance/ingest/bucket.ts';

test('a bucket gives its burst, then its rate, and never more than its burst', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 3, nowMs: 0 });
  const taken = (nowMs: number) => {
    let count = 0;
    while (bucket.take(nowMs)) count += 1;
    return count;
  };
  assert.equal(taken(0), 3);
  assert.equal(bucket.waitMs(0), 100);
  assert.equal(taken(99), 0);
  assert.equal(taken(100), 1);
  assert.equal(taken(10_000), 3);
});

test('a bucket in debt is paid back before it gives again', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 2, nowMs: 0 });
  bucket.drain(0, 5);
  assert.equal(bucket.waitMs(0), 4_000);
  assert.equal(bucket.take(3_999), false);
  assert.equal(bucket.take(4_000), true);
});
