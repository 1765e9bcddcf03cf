// Every class of trouble of the network, written as what is known of it; then random scenes against a plain second opinion.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  judgeNetwork,
  type NetworkScene,
  type NetworkVerdict,
  type Witness,
} from '../../../appliance/watch/verdict/cause.ts';

const nowMs = 1_000_000;
const beganMs = nowMs - 40_000;

/** `+` answers, `s` answered before the trouble began, `-` fails, `~` failed once, `x` there is none any more, `?` nobody knows. */
function witness(mark: string): Witness {
  const nothing = Number.NEGATIVE_INFINITY;
  switch (mark) {
    case '+':
      return { verdict: 'good', sinceMs: 0, askedMs: nowMs, isSure: true };
    case 's':
      return { verdict: 'good', sinceMs: 0, askedMs: beganMs - 1, isSure: true };
    case '-':
      return { verdict: 'bad', sinceMs: beganMs, askedMs: nowMs, isSure: true };
    case '~':
      return { verdict: 'bad', sinceMs: beganMs, askedMs: beganMs, isSure: false };
    case 'x':
      return { verdict: 'gone', sinceMs: beganMs, askedMs: nowMs, isSure: true };
    default:
      return { verdict: 'unknown', sinceMs: nothing, askedMs: nothing, isSure: false };
  }
}

/** `gateway outside outside names, there gone awaited`. */
function scene(marks: string, link: NetworkScene['link'] = 'up'): NetworkScene {
  const [gateway = '', a = '', b = '', names = '', there, gone, awaited] = marks.split(/[ ,]+/);
  return {
    ...{ link, gateway: witness(gateway), outside: [witness(a), witness(b)], names: witness(names) },
    neighbours: { there: Number(there), gone: Number(gone), awaited: Number(awaited) },
  };
}

const said = ({ cause, isOpen }: NetworkVerdict) => cause ?? (isOpen ? 'open' : 'none');

const table: [why: string, marks: string, expected: string][] = [
  ['all is well', '+ + + +, 5 0 0', 'none'],
  ['one place outside is somebody else’s trouble', '+ - + +, 5 0 0', 'none'],
  ['nothing is known: nothing was ever seen', '? ? ? ?, 0 0 0', 'none'],
  ['a single machine that is gone says nothing about the network', '? ? ? ?, 0 2 0', 'none'],
  // The internet.
  ['the gateway answers, nothing outside does', '+ - - +, 5 0 0', 'internet'],
  ['both have failed once, at two operators', '+ ~ ~ +, 5 0 0', 'internet'],
  ['only one place could ever be asked, and it failed once', '+ ~ ? +, 5 0 0', 'open'],
  ['only one place could ever be asked, and it fails', '+ - ? +, 5 0 0', 'internet'],
  ['names fail with it', '+ - - -, 5 0 0', 'internet'],
  ['the gateway answered last before it began', 's - - +, 5 0 0', 'open'],
  ['a gateway that answers no pings: others on the LAN are heard', '? - - +, 1 0 0', 'internet'],
  ['a gateway that answers no pings, and nobody else', '? - - +, 0 0 0', 'internet'],
  // The gateway.
  ['nothing outside, and no gateway', '- - - -, 5 0 0', 'gateway'],
  ['what is outside cannot be asked here', '- ? ? ?, 5 0 0', 'gateway'],
  ['the box is alone with its gateway', '- - - ?, 0 0 0', 'gateway'],
  ['it failed once', '~ - - +, 5 0 0', 'open'],
  ['what is outside was not asked since', '- s s +, 5 0 0', 'open'],
  ['what is outside answers: it answers no pings any more', '- + - +, 5 0 0', 'none'],
  ['neighbours have not been heard since', '- - - -, 0 0 3', 'open'],
  // The box.
  ['nobody on the LAN is heard any more', '- - - -, 0 3 0', 'box'],
  ['there is no gateway any more, nor anybody else', 'x - - -, 0 0 0', 'box'],
  ['there is no gateway any more, others are heard', 'x - - -, 5 0 0', 'gateway'],
  ['there is no gateway any more, and another way out', 'x + + +, 5 0 0', 'none'],
  ['outside fails, gateway unknown, neighbours gone', '? - - ?, 0 2 0', 'box'],
  ['nothing can be asked, and all that were heard are gone', '? ? ? ?, 0 3 0', 'box'],
  ['nothing can be asked, some are heard', '? ? ? ?, 1 9 0', 'none'],
  ['all machines are gone, and the gateway answers', '+ + + +, 0 9 0', 'none'],
  // Names.
  ['only names fail', '+ + + -, 5 0 0', 'names'],
  ['names failed once', '+ + + ~, 5 0 0', 'open'],
  ['names fail, and only the gateway can be asked', '+ ? ? -, 0 0 0', 'names'],
  ['names fail, and the gateway was not asked since', 's ? ? -, 5 0 0', 'open'],
  ['names fail, and neighbours are heard', '? ? ? -, 1 0 0', 'names'],
  ['names fail, and nobody is heard', '? ? ? -, 0 1 0', 'box'],
  ['names fail, the gateway answers no pings, the internet is there', '- + + -, 0 0 0', 'names'],
];

for (const [why, marks, expected] of table)
  test(`${why}: ${expected}`, () => assert.equal(said(judgeNetwork(scene(marks))), expected));

test('a box without an address is cut off, whatever was known before', () => {
  assert.equal(said(judgeNetwork(scene('s s s s, 5 0 0', 'down'))), 'none');
  assert.equal(said(judgeNetwork(scene('- - - -, 5 0 0', 'down'))), 'box');
  assert.equal(said(judgeNetwork(scene('? ? ? ?, 0 0 0', 'down'))), 'box');
});

test('it began when none outside answered any more, whoever of them had been down for days', () => {
  const before = scene('+ - - +, 5 0 0');
  const longDown: Witness = { verdict: 'bad', sinceMs: -1e9, askedMs: nowMs, isSure: true };
  const just: Witness = { verdict: 'bad', sinceMs: nowMs - 5_000, askedMs: nowMs, isSure: false };
  const gateway: Witness = { verdict: 'good', sinceMs: 0, askedMs: nowMs - 6_000, isSure: true };
  const judged = judgeNetwork({ ...before, gateway, outside: [longDown, just] });
  assert.deepEqual([said(judged), judged.sinceMs], ['open', nowMs - 5_000]);
});

const mark = fc.constantFrom('+', 's', '-', '~', 'x', '?');
const few = fc.integer({ min: 0, max: 4 });
const anyScene = fc
  .tuple(mark, mark, mark, mark, few, few, few, fc.constantFrom('up' as const, 'down' as const))
  .map(([g, a, b, n, there, gone, awaited, link]) => ({
    marks: `${g} ${a} ${b} ${n}, ${there} ${gone} ${awaited}`,
    link,
  }));

test('a cause is never certain and certainly not, and what answers now is never a cause', () => {
  fc.assert(
    fc.property(anyScene, ({ marks, link }) => {
      const [g, a, b, n] = marks.split(/[ ,]+/);
      const { cause, isOpen, good } = judgeNetwork(scene(marks, link));
      assert.ok(cause === null || (!good.has(cause) && !isOpen));
      const outside = [a, b];
      if (outside.includes('+')) assert.ok(cause === null || cause === 'names');
      if (cause === 'gateway') assert.ok(g === '-' || g === 'x');
      if (cause === 'internet') assert.ok(outside.some((one) => one === '-' || one === '~') && g !== '-');
      if (cause === 'names') assert.equal(n, '-');
      // Whoever was not asked since, or failed once only, is asked again before anything is said of the network.
      if (cause === 'gateway' || cause === 'internet') assert.ok(!outside.includes('s'));
      if (g === '~') assert.ok(cause !== 'gateway');
      if ([g, a, b, n].every((one) => one === '+' || one === '?') && link === 'up')
        assert.ok(cause === null || cause === 'box');
    }),
    { numRuns: 2_000 },
  );
});
