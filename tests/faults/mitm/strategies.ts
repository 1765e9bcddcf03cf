/** What somebody in between may try. Each is one admission, from the first connection until the digits stand on both sides. */
import { commitment, newNonce } from '../../../appliance/protocol/pairing.ts';
import { pick, type Random } from '../fuzz/mutate.ts';
import { Grinder, type Key, numberedNonce } from './keys.ts';
import type { BoxSide, MachineSide, Middle } from './middle.ts';

export type Means = {
  /** So many nonces or keys he tries before he must commit. */
  budget: number;
  keys: readonly Key[];
  random: Random;
};
export type Strategy = (middle: Middle, means: Means) => void;

const grinder = new Grinder();
const mostRedraws = 20;
const mostLines = 8;
const selections = 6;

function stand(middle: Middle, { keys, random }: Means): { box: BoxSide; machine: MachineSide } {
  return { box: middle.toBox(pick(keys, random)), machine: middle.toMachine(pick(keys, random)) };
}

function promise(middle: Middle, side: MachineSide, nonce = newNonce()): void {
  middle.commit(side, nonce, commitment(nonce, side.key.hash));
}

/** A nonce for the box with which its digits would be these, if its own nonce were this one. */
function nonceForBox(middle: Middle, side: BoxSide, wanted: string, o: { guess: string; budget: number }) {
  const pair = { boxNonce: o.guess, agentNonce: '', boxHash: middle.box.hash, agentHash: side.key.hash };
  return found('agentNonce', { ...pair, agentNonce: o.guess }, wanted, o.budget);
}

/** A nonce for the machine with which its digits would be these, if its own nonce were this one. */
function nonceForMachine(
  middle: Middle,
  side: MachineSide,
  wanted: string,
  o: { guess: string; budget: number },
) {
  const pair = { boxHash: side.key.hash, agentHash: middle.machine.hash };
  return found('boxNonce', { boxNonce: o.guess, agentNonce: o.guess, ...pair }, wanted, o.budget);
}

function found(
  part: 'boxNonce' | 'agentNonce',
  pair: Parameters<Grinder['set']>[0],
  wanted: string,
  budget: number,
): string {
  grinder.set(pair);
  for (let number = 0; number < budget; number++)
    if (grinder.numbered(part, number) === Number(wanted)) return numberedNonce(number);
  return newNonce();
}

/** Draws on both sides and hopes. */
const plain: Strategy = (middle, means) => {
  const { box, machine } = stand(middle, means);
  middle.select(box);
  promise(middle, machine);
  middle.answer(box, newNonce());
  middle.reveal(machine);
};

/** Knows the machine's digits first, then searches a nonce for the box, whose nonce he has to guess. */
const machineFirst: Strategy = (middle, means) => {
  const { box, machine } = stand(middle, means);
  middle.select(box);
  promise(middle, machine);
  const wanted = middle.digitsFor(machine) ?? '0';
  const guess = pick([box.commit, middle.memory.boxNonce, numberedNonce(0)], means.random);
  middle.answer(box, nonceForBox(middle, box, wanted, { guess, budget: means.budget }));
  middle.reveal(machine);
};

/** Knows the box's digits first, then draws at the machine again and again, and reveals only what fits. */
const redraw: Strategy = (middle, means) => {
  const { box, machine } = stand(middle, means);
  middle.select(box);
  middle.answer(box, newNonce());
  const wanted = middle.digitsOf(box);
  for (let times = 0; times < mostRedraws && machine.line.open && wanted !== null; times++) {
    const o = { guess: middle.memory.agentNonce, budget: means.budget / mostRedraws };
    promise(middle, machine, nonceForMachine(middle, machine, wanted, o));
    if (middle.digitsFor(machine) === wanted) middle.reveal(machine);
  }
  if (machine.line.open) middle.reveal(machine);
};

/** Promises one nonce and reveals another, with which the machine's digits would be the box's. */
const substitute: Strategy = (middle, means) => {
  const { box, machine } = stand(middle, means);
  middle.select(box);
  middle.answer(box, newNonce());
  promise(middle, machine);
  const o = { guess: machine.nonce ?? numberedNonce(0), budget: means.budget };
  middle.reveal(machine, nonceForMachine(middle, machine, middle.digitsOf(box) ?? '0', o));
};

/** As if nothing bound either side: with both nonces known, two lists of digits soon share one. */
const unbound: Strategy = (middle, { budget, ...means }) => {
  const { box, machine } = stand(middle, { budget, ...means });
  middle.select(box);
  promise(middle, machine);
  const agentNonce = machine.nonce ?? numberedNonce(0);
  grinder.set({ boxNonce: box.commit, agentNonce, boxHash: middle.box.hash, agentHash: box.key.hash });
  const atBox = new Map<number, number>();
  for (let number = 0; number < budget / 2; number++)
    atBox.set(grinder.numbered('agentNonce', number), number);
  grinder.set({
    boxNonce: agentNonce,
    agentNonce,
    boxHash: machine.key.hash,
    agentHash: middle.machine.hash,
  });
  let [forBox, forMachine] = [0, 0];
  for (let number = 0; number < budget / 2; number++) {
    const same = atBox.get(grinder.numbered('boxNonce', number));
    if (same !== undefined) [forBox, forMachine] = [same, number];
  }
  middle.answer(box, numberedNonce(forBox));
  middle.reveal(machine, numberedNonce(forMachine));
};

/** Searches two keys with which the nonces of the last admission would give the same digits. */
const groundKeys: Strategy = (middle, { budget, keys }) => {
  const { boxNonce, agentNonce, ownNonce } = middle.memory;
  const tried = keys.slice(0, Math.max(1, budget / 2));
  const hashes = { boxHash: middle.box.hash, agentHash: middle.machine.hash };
  const byDigits = new Map<number, Key>();
  grinder.set({ boxNonce, agentNonce: ownNonce, ...hashes });
  for (const key of tried) byDigits.set(grinder.digits('agentHash', key.hash), key);
  grinder.set({ boxNonce: ownNonce, agentNonce, ...hashes });
  const second = tried.find((key) => byDigits.has(grinder.digits('boxHash', key.hash))) ?? tried[0]!;
  const first = byDigits.get(grinder.digits('boxHash', second.hash)) ?? tried[0]!;
  const box = middle.toBox(first);
  const machine = middle.toMachine(second);
  middle.select(box);
  promise(middle, machine, ownNonce);
  middle.answer(box, ownNonce);
  middle.reveal(machine);
};

/** Hands on whatever comes, unchanged, under his own keys. */
const relay: Strategy = (middle, means) => {
  const { box, machine } = stand(middle, means);
  middle.select(box);
  middle.commit(machine, '', box.commit);
  middle.answer(box, machine.nonce ?? numberedNonce(0));
  middle.reveal(machine, box.revealed ?? numberedNonce(0));
};

/** Says again what was said at the last admission. */
const replay: Strategy = (middle, means) => {
  const { box, machine } = stand(middle, means);
  const { commit, boxNonce, agentNonce, ownNonce } = middle.memory;
  middle.select(box);
  if (means.random() < 0.5) middle.commit(machine, boxNonce, commit);
  else promise(middle, machine, ownNonce);
  middle.answer(box, pick([agentNonce, ownNonce, machine.nonce ?? ownNonce], means.random));
  middle.reveal(machine, pick([boxNonce, machine.promised, box.revealed ?? boxNonce], means.random));
};

/** Is many boxes to the machine, and waits until what the box shows fits one of them. */
const crowd: Strategy = (middle, means) => {
  const box = middle.toBox(pick(means.keys, means.random));
  const sides = Array.from({ length: mostLines }, () => middle.toMachine(pick(means.keys, means.random)));
  for (const side of sides) promise(middle, side);
  for (let times = 0; times < selections && box.line.open; times++) {
    middle.select(box);
    middle.answer(box, newNonce());
    const shown = middle.digitsOf(box);
    for (const side of sides) if (shown !== null && middle.digitsFor(side) === shown) middle.reveal(side);
  }
  for (const side of sides) middle.reveal(side);
};

/** Says everything at the wrong time, twice, or not at all. */
const disorder: Strategy = (middle, means) => {
  const { random, keys } = means;
  let { box, machine } = stand(middle, means);
  const { commit, boxNonce } = middle.memory;
  const steps: readonly (() => void)[] = [
    () => middle.select(box),
    () => middle.answer(box, newNonce()),
    () => middle.answer(box, machine.nonce ?? numberedNonce(0)),
    () => promise(middle, machine),
    () => middle.commit(machine, boxNonce, pick([commit, box.commit || commit], random)),
    () => middle.reveal(machine, machine.promised || boxNonce),
    () => middle.reveal(machine, box.revealed ?? boxNonce),
    () => machine.line.send('pairEnd', {}),
    () => box.line.send('pairAnswer', { same: random() < 0.5 }),
    () => {
      box = middle.toBox(random() < 0.5 ? box.key : pick(keys, random));
    },
    () => {
      machine = middle.toMachine(random() < 0.5 ? machine.key : pick(keys, random));
    },
  ];
  for (let times = 4 + Math.floor(random() * 24); times > 0; times--) pick(steps, random)();
};

export const strategies = {
  ...{ plain, machineFirst, redraw, substitute, unbound, groundKeys, relay, replay, crowd, disorder },
} as const satisfies Record<string, Strategy>;
export type StrategyName = keyof typeof strategies;
