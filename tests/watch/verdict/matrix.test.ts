// What vantage points say together: every class of matrix with its sentence, and what holds of all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { probeReasons } from '../../../appliance/protocol/probes/reasons.table.ts';
import { type Cell, judgeMatrix } from '../../../appliance/watch/verdict/matrix.ts';

/** `+` up, `-` down, `?` unknown, `0` away; reasons of those that are not up, in order. */
function cellsOf(marks: string, reasons: readonly string[] = [], names?: readonly string[]): Cell[] {
  let next = 0;
  return [...marks].map((mark, at) => {
    const code = mark === '+' ? undefined : reasons[Math.min(next++, reasons.length - 1)];
    return {
      machine: at + 1,
      name: names?.[at] ?? `Room ${at + 1}`,
      verdict: mark === '+' ? 'up' : mark === '-' ? 'down' : 'unknown',
      reason: code === undefined ? null : { code, detail: 'x' },
      isAway: mark === '0',
    };
  });
}

type Row = [marks: string, reasons: string[], verdict: string, who: number[], en: string, fr: string];

const table: Row[] = [
  ['+', [], 'good', [], 'Files answers', 'Files répond'],
  ['+++', [], 'good', [], 'Files answers everybody', 'Files répond à tous'],
  [
    '++?',
    [],
    'good',
    [],
    'Files answers everybody (nothing is known from Room 3)',
    'Files répond à tous (rien n’est su depuis Room 3)',
  ],
  [
    '-',
    ['REFUSED'],
    'bad',
    [1],
    'Room 1 cannot reach Files: the connection was refused',
    'Room 1 n’atteint pas Files : la connexion a été refusée',
  ],
  ['-', [], 'bad', [1], 'Room 1 cannot reach Files', 'Room 1 n’atteint pas Files'],
  [
    '-',
    ['STATUS'],
    'bad',
    [1],
    'Files gives Room 1 no proper answer: the status is not a good one',
    'Files répond mal à Room 1 : le statut n’est pas admis',
  ],
  [
    '---',
    ['REFUSED'],
    'bad',
    [1, 2, 3],
    'Nobody reaches Files: the connection was refused',
    'Personne n’atteint Files : la connexion a été refusée',
  ],
  [
    '---',
    ['REFUSED', 'TIMEOUT', 'REFUSED'],
    'bad',
    [1, 2, 3],
    'Nobody reaches Files, for different reasons',
    'Personne n’atteint Files, pour diverses raisons',
  ],
  [
    '--0',
    ['TIMEOUT'],
    'bad',
    [1, 2],
    'Nobody reaches Files: no full answer in time (nothing is known from Room 3)',
    'Personne n’atteint Files : pas de réponse complète à temps (rien n’est su depuis Room 3)',
  ],
  [
    '--',
    ['KEYWORD'],
    'bad',
    [1, 2],
    'Files gives nobody a proper answer: the page lacks a text',
    'Files ne répond bien à personne : il manque un texte à la page',
  ],
  [
    '++-',
    ['UNREACHABLE'],
    'bad',
    [3],
    'Only Room 3 cannot reach Files: there is no way to it',
    'Files est injoignable depuis Room 3 seulement : aucun chemin n’y mène',
  ],
  [
    '+-',
    ['CERTIFICATE'],
    'bad',
    [2],
    'Only Room 2 gets no proper answer from Files: the certificate is not good',
    'Files répond mal à Room 2 seulement : le certificat ne vaut pas',
  ],
  [
    '+--',
    ['TIMEOUT'],
    'bad',
    [2, 3],
    'Only Room 1 reaches Files; the other 2 cannot: no full answer in time',
    'Files n’est joignable que depuis Room 1 ; pas depuis les 2 autres : pas de réponse complète à temps',
  ],
  [
    '+--',
    ['GARBLED'],
    'bad',
    [2, 3],
    'Only Room 1 gets a proper answer from Files; the other 2 do not: the answer makes no sense',
    'Files ne répond bien qu’à Room 1 ; mal aux 2 autres : la réponse n’a pas de sens',
  ],
  [
    '++---',
    ['REFUSED'],
    'bad',
    [3, 4, 5],
    '3 of 5 cannot reach Files (Room 3, Room 4, Room 5): the connection was refused',
    '3 sur 5 n’atteignent pas Files (Room 3, Room 4, Room 5) : la connexion a été refusée',
  ],
  [
    '++----?0',
    ['STATUS'],
    'bad',
    [3, 4, 5, 6],
    '4 of 6 get no proper answer from Files: the status is not a good one (nothing is known from Room 7, Room 8)',
    'Files répond mal à 4 sur 6 : le statut n’est pas admis (rien n’est su depuis Room 7, Room 8)',
  ],
  [
    '+-????',
    ['NAME'],
    'bad',
    [2],
    'Only Room 2 cannot reach Files: its name has no address (nothing is known from 4 others)',
    'Files est injoignable depuis Room 2 seulement : son nom n’a pas d’adresse (rien n’est su depuis 4 autres)',
  ],
  [
    '-0',
    ['NEWER_THAN_WE'],
    'bad',
    [1],
    'Room 1 cannot reach Files (nothing is known from Room 2)',
    'Room 1 n’atteint pas Files (rien n’est su depuis Room 2)',
  ],
  [
    '',
    [],
    'unknown',
    [],
    'Nothing is known about Files: no machine checks it',
    'On ne sait rien sur Files : aucune machine ne vérifie',
  ],
  [
    '0',
    ['REFUSED'],
    'unknown',
    [],
    'Nothing is known about Files: the machine that checks it (Room 1) is away',
    'On ne sait rien sur Files : la machine qui vérifie (Room 1) est absente',
  ],
  [
    '00',
    [],
    'unknown',
    [],
    'Nothing is known about Files: the 2 machines that check it are away',
    'On ne sait rien sur Files : les 2 machines qui vérifient sont absentes',
  ],
  [
    '?',
    ['NO_MEANS'],
    'unknown',
    [],
    'Nothing is known about Files: this machine cannot do it',
    'On ne sait rien sur Files : cette machine ne sait pas le faire',
  ],
  [
    '??0',
    [],
    'unknown',
    [],
    'Nothing is known about Files: it has not been checked yet',
    'On ne sait rien sur Files : pas encore de vérification',
  ],
  [
    '?',
    ['FORBIDDEN'],
    'unknown',
    [],
    'Nothing is known about Files: the machine that checks it is not allowed to send there',
    'On ne sait rien sur Files : la machine qui le vérifie n’a pas le droit d’y envoyer',
  ],
  [
    '-+',
    ['BLOCKED'],
    'bad',
    [1],
    'Only Room 1 cannot reach Files: a firewall does not let it through',
    'Files est injoignable depuis Room 1 seulement : un pare-feu ne laisse pas passer',
  ],
];

test('every class of matrix has its verdict, its culprits and its sentence', () => {
  for (const [marks, reasons, verdict, who, en, fr] of table) {
    const judged = judgeMatrix(cellsOf(marks, reasons), 'Files');
    assert.deepEqual([judged.verdict, judged.who, judged.text], [verdict, who, { en, fr }], marks);
  }
});

test('the box alone is not named: everybody knows who looks', () => {
  const one = (code: string): Cell[] => [{ ...cellsOf('-', [code])[0]!, isBox: true }];
  assert.equal(
    judgeMatrix(one('REFUSED'), 'Files').text.en,
    'Files does not answer: the connection was refused',
  );
  assert.equal(judgeMatrix(one('STATUS'), 'Files').text.fr, 'Files répond mal : le statut n’est pas admis');
});

const cell = fc.record({
  name: fc.string({ minLength: 1, maxLength: 20 }),
  verdict: fc.constantFrom('up' as const, 'down' as const, 'unknown' as const),
  code: fc.option(fc.constantFrom(...Object.keys(probeReasons), 'NEWER', 'constructor')),
  isAway: fc.boolean(),
  isBox: fc.boolean(),
});
const matrices = fc.array(cell, { maxLength: 8 }).map((all) =>
  all.map(
    ({ code, ...one }, at): Cell => ({
      ...{ ...one, machine: at + 1 },
      reason: code === null ? null : { code, detail: '' },
    }),
  ),
);

test('what is unknown never counts as up nor as down, and nothing else decides', () => {
  fc.assert(
    fc.property(matrices, fc.string({ minLength: 1, maxLength: 30 }), (cells, name) => {
      const { verdict, share, who, text } = judgeMatrix(cells, name);
      const known = cells.filter((one) => one.verdict !== 'unknown' && one.isAway !== true);
      const up = known.filter((one) => one.verdict === 'up').length;
      assert.equal(share, known.length === 0 ? null : up / known.length);
      assert.equal(
        verdict,
        known.length === 0 ? 'unknown' : known.some((one) => one.verdict === 'down') ? 'bad' : 'good',
      );
      assert.deepEqual(
        who,
        known.flatMap((one) => (one.verdict === 'down' ? [one.machine] : [])),
      );
      for (const sentence of [text.en, text.fr]) {
        assert.ok(sentence.includes(name), sentence);
        assert.doesNotMatch(sentence.replaceAll(name, ''), /undefined|null|NaN|\[object|function/);
      }
    }),
    { numRuns: 400 },
  );
});

test('who knows nothing changes neither the verdict nor for whom it fails', () => {
  fc.assert(
    fc.property(matrices, fc.nat(8), (cells, at) => {
      const more = [...cells];
      more.splice(at, 0, { machine: 99, name: 'Away', verdict: 'up', isAway: true });
      const [before, after] = [judgeMatrix(cells, 'x'), judgeMatrix(more, 'x')];
      assert.deepEqual([after.verdict, after.share, after.who], [before.verdict, before.share, before.who]);
    }),
    { numRuns: 100 },
  );
});
