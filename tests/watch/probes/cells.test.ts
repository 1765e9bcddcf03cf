import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cells } from '../../../appliance/watch/probes/cells.ts';
import { gateway } from '../../helpers/probe-station.ts';

test('a probe that was changed by a wrong time is heard again once the time is right', () => {
  let nowMs = Date.UTC(2040, 0, 1);
  const cells = new Cells({ nowMs: () => nowMs });
  cells.renew(gateway.id);
  nowMs = Date.UTC(2026, 0, 1);
  cells.measured(1, gateway.id, 'probe.up', 1, nowMs);
  assert.equal(cells.of(gateway, 1).verdict, 'up');
  cells.heard(1, { probe: gateway.id, verdict: 'down', runMs: 5, atMs: nowMs + 5 });
  assert.equal(cells.of(gateway, 1).verdict, 'down');
  cells.renew(gateway.id);
  cells.measured(1, gateway.id, 'probe.up', 1, nowMs - 1);
  assert.equal(cells.of(gateway, 1).verdict, 'unknown');
});
