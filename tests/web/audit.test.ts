import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { createAudit } from '../../appliance/web/audit.ts';
import { FakeClock } from '../helpers/clock.ts';
import { StoreInRam } from '../helpers/web-sources.ts';

function create() {
  const [clock, store, lines] = [new FakeClock(), new StoreInRam(), [] as string[]];
  const log = createLog({ name: 'web', level: 'info', write: (line) => lines.push(line) });
  return { clock, store, lines, audit: createAudit({ store: store.client(), clock, log }) };
}

test('a day of guessing writes at most forty entries an hour, and none is forgotten', async () => {
  const { clock, store, audit } = create();
  const tries = 24 * 60 * 5;
  for (let minute = 0; minute < 24 * 60; minute++) {
    for (let attempt = 0; attempt < 5; attempt++) await audit.refused('sign-in.failed', 'eve', '10.0.0.9');
    await clock.advance(60_000);
  }
  assert.ok(store.notes.length <= 24 * 40, String(store.notes.length));
  await clock.advance(3_600_000);
  await audit.refused('sign-in.failed', 'eve', '10.0.0.9');
  const suppressed = store.notes.reduce((sum, { details }) => sum + Number(details.suppressed ?? 0), 0);
  assert.equal(suppressed + store.notes.length, tries + 1);
});

test('what a stranger typed cannot act on a terminal', async () => {
  const { store, audit } = create();
  await audit.refused('sign-in.failed', `\x1b[2J\u202e${'x'.repeat(5000)}`, '10.0.0.9');
  const kept = JSON.stringify(store.notes[0]);
  assert.ok(kept.length < 1000);
  assert.doesNotMatch(kept, /\\u001b|\u202e/);
});

test('people can sign in and out while the journal is away', async () => {
  const { store, lines, audit } = create();
  store.line.leave();
  await audit.note('sign-in.ok', { name: 'Marie', role: 'admin' }, '10.0.0.1');
  assert.equal(lines.length, 1);
});

test('requests of foreign sites, which cost nothing, do not hide guesses', async () => {
  const { store, audit } = create();
  for (let count = 0; count < 100; count++) await audit.refused('request.foreign', 'unknown', '10.0.0.9');
  await audit.refused('sign-in.failed', 'Marie', '10.0.0.9');
  assert.equal(store.notes.at(-1)?.kind, 'sign-in.failed');
});
