import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceStates } from '../../appliance/watch/services.ts';

const list = (states: Record<string, string>) =>
  Object.entries(states).map(([name, state]) => ({ name, state }));
const up = (name: string) => `system.service.up:${name}`;

test('only services that once did not run are shown, first as they were', () => {
  const states = new ServiceStates();
  assert.deepEqual(states.take(1, list({ ssh: 'running', backup: 'done', cups: 'stopped' })), [
    [up('cups'), 0.25],
  ]);
  assert.deepEqual(states.take(1, list({ ssh: 'failed', backup: 'done', cups: 'stopped' })), [
    [up('ssh'), 1],
    [up('ssh'), 0],
    [up('cups'), 0.25],
  ]);
  assert.deepEqual(states.now(1), [
    [up('cups'), 0.25],
    [up('ssh'), 0],
  ]);
  states.take(1, list({ ssh: 'running', backup: 'done' }));
  assert.deepEqual(states.now(1), [[up('ssh'), 1]], 'it goes on being looked at; what is gone does not');
  states.forget(1);
  assert.deepEqual(states.now(1), []);
});

test('a name of any system becomes that of a series, and a state nobody knows is left out', () => {
  const states = new ServiceStates();
  assert.deepEqual(states.take(1, list({ 'Print Spooler': 'failed', other: 'dreaming' })), [
    [up('print-spooler'), 0],
  ]);
});
