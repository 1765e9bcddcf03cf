/** Somebody who stands between box and machine for one admission: what he hears, what he can say, and how often he could be lucky. */
import { digits } from '../../../appliance/protocol/pairing.ts';
import type { BoxEnd, Line, MachineEnd } from './ends.ts';
import type { Key } from './keys.ts';

/** What he kept of earlier admissions: he may hope that something of it comes again. */
export type Memory = { commit: string; boxNonce: string; agentNonce: string; ownNonce: string };

/** He is a machine to the box. */
export type BoxSide = { key: Key; line: Line; commit: string; sent: string; revealed: string | null };
/** He is a box to the machine. */
export type MachineSide = { key: Key; line: Line; promised: string; nonce: string | null };

export class Middle {
  readonly box: BoxEnd;
  readonly machine: MachineEnd;
  readonly memory: Memory;
  /** Pairs of draws, one on each side, that stood at the same time: each may be equal by chance. */
  tries = 0;
  equal = false;
  #boxSide: BoxSide | null = null;
  readonly #machineSides: MachineSide[] = [];

  constructor(box: BoxEnd, machine: MachineEnd, memory: Memory) {
    this.box = box;
    this.machine = machine;
    this.memory = memory;
  }

  toBox(key: Key): BoxSide {
    const side: Omit<BoxSide, 'line'> = { key, commit: '', sent: '', revealed: null };
    const line = this.box.connect(key, (message) => {
      if (message.kind === 'pairCommit') Object.assign(side, { ...message.body, revealed: null });
      if (message.kind === 'pairReveal') {
        Object.assign(side, { revealed: message.body.nonce });
        this.memory.boxNonce = message.body.nonce;
        this.tries += this.#machineSides.filter(({ nonce, line }) => nonce !== null && line.open).length;
      }
      if (message.kind === 'pairEnd') Object.assign(side, { revealed: null });
    });
    this.#boxSide = Object.assign(side, { line });
    return this.#boxSide;
  }

  toMachine(key: Key): MachineSide {
    const side: Omit<MachineSide, 'line'> = { key, promised: '', nonce: null };
    const line = this.machine.connect(key, (message) => {
      if (message.kind !== 'pairNonce') return;
      Object.assign(side, { nonce: message.body.nonce });
      this.memory.agentNonce = message.body.nonce;
      if (this.#boxSide?.revealed) this.tries += 1;
    });
    const whole = Object.assign(side, { line });
    this.#machineSides.push(whole);
    return whole;
  }

  /** The person at the box believes that this is the machine. */
  select(side: BoxSide): void {
    this.box.select(side.key.hash);
    this.look();
  }

  /** As any machine answers the box's commitment. */
  answer(side: BoxSide, nonce: string): void {
    side.sent = nonce;
    side.line.send('pairNonce', { nonce });
    this.look();
  }

  commit(side: MachineSide, promised: string, commit: string): void {
    Object.assign(side, { promised, nonce: null });
    side.line.send('pairCommit', { commit });
    this.look();
  }

  reveal(side: MachineSide, nonce = side.promised): void {
    side.line.send('pairReveal', { nonce });
    this.look();
  }

  /** What the box shows, once it has revealed. */
  digitsOf({ key, revealed, sent }: BoxSide): string | null {
    if (revealed === null) return null;
    return digits({
      ...{ boxNonce: revealed, agentNonce: sent },
      ...{ boxHash: this.box.hash, agentHash: key.hash },
    });
  }

  /** What the machine will show if it is told this nonce. */
  digitsFor({ key, nonce, promised }: MachineSide, told = promised): string | null {
    if (nonce === null) return null;
    return digits({
      ...{ boxNonce: told, agentNonce: nonce },
      ...{ boxHash: key.hash, agentHash: this.machine.hash },
    });
  }

  /** Two people compare whenever something changed. */
  look(): void {
    const shown = this.box.shown();
    if (shown !== null && this.machine.shown().includes(shown)) this.equal = true;
  }

  leave(): void {
    this.#boxSide?.line.close();
    for (const { line } of this.#machineSides) line.close();
  }
}
