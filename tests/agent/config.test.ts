import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineName } from '../../agent/config.ts';

test('whatever a machine is called, its name is one that a box takes', () => {
  assert.equal(machineName('', 'office-pc'), 'office-pc');
  assert.equal(machineName('PC\u001b[2J\u202e1\u2028', 'office-pc'), 'PC[2J1');
  assert.equal(machineName(' \u200f ', 'office-pc'), 'unnamed');
  assert.equal(machineName('\u200bPC\u00ad \u2800', 'office-pc'), 'PC');
  assert.equal(machineName('é'.repeat(300)).length, 253);
});
