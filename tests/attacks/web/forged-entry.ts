/** Writes what looks like other lines into log and journal, by the names that a stranger may type. */
import assert from 'node:assert/strict';
import type { JournalEntry } from '../../../appliance/store/client/types.ts';
import type { Attack } from '../attack.ts';
import { visiting } from './visitor.ts';

const name = 'x\r\nlevel=info daemon=web msg="Marie signed in"\u001b[2J\u0000\u202e\u2028.';

const said = ({ who, text, details }: JournalEntry): string =>
  [who, text.en, text.fr, ...Object.values(details)].join(' ');

export const forgedEntry: Attack = {
  threat: 11,
  about: 'line breaks, terminal commands and turned text in names that are written down',
  by: 'A1',
  guard: { file: 'appliance/web/audit.ts', name: 'const shown = (text: string)' },
  async control({ box }) {
    assert.match(box.program('web').said(), /^level=info daemon=web msg=/m);
  },
  async attack(scene) {
    const before = await scene.lastEntry();
    const codes = await visiting(scene, '127.4.14.1', ({ ask }) =>
      ask('/api/v1/session/recovery', {
        method: 'POST',
        body: { code: '333-333', name, password: 'a password of mine' },
      }),
    );
    assert.equal(codes.status, 401);
    const signIn = await visiting(scene, '127.4.14.2', ({ ask }) =>
      ask('/api/v1/session', { method: 'POST', body: { name, password: 'a password of mine' } }),
    );
    assert.equal(signIn.status, 401);
    // A browser may name its origin in letters that steer a terminal, too.
    const foreign = await scene.ask('/api/v1/session', {
      method: 'DELETE',
      headers: { origin: 'https://x\u009b2J' },
    });
    assert.equal(foreign.status, 403);
    const invited = await scene.ask('/api/v1/people', {
      method: 'POST',
      cookie: scene.cookie,
      body: { name, role: 'viewer' },
    });
    assert.equal(invited.status, 400, 'a person with such a name');
    const entries = (await scene.box.store.journal({ limit: 50 })).filter(({ id }) => id > before);
    assert.ok(entries.length > 0, 'nothing was written down');
    for (const entry of entries) assert.doesNotMatch(said(entry), /[\p{C}\p{Zl}\p{Zp}]/u, 'in the journal');
    for (const daemon of ['web', 'store', 'ingest'] as const) {
      const lines = scene.box.program(daemon).said().split('\n');
      assert.equal(
        lines.some((line) => line.startsWith('level=info daemon=web msg="Marie')),
        false,
      );
      assert.equal(
        lines.some((line) => /[\p{C}\p{Zl}\p{Zp}]/u.test(line)),
        false,
      );
    }
    return 'one line each, escaped';
  },
};
