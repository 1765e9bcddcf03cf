/**
 * Who gives way when the waiting room is full. A flood has many addresses, the machine that a person waits for has one: so
 * crowds give way first, those who came first stay, and who was turned away takes part in a draw for the next place.
 */
import { networkOf } from '../runtime/network-of.ts';

export type RoomLimits = {
  machines: number;
  machinesByAddress: number;
  /** The oldest of them stay, whatever comes. */
  kept: number;
  /** One address is drawn this often from those that were turned away … */
  drawEveryMs: number;
  /** … and its place waits for it so long. */
  placeWaitsMs: number;
  /** Addresses that take part. */
  drawn: number;
};

export const roomLimits: RoomLimits = {
  machines: 64,
  machinesByAddress: 4,
  kept: 32,
  drawEveryMs: 2_000,
  placeWaitsMs: 150_000,
  drawn: 256,
};

/** What is looked at of somebody who waits. */
export type Seat = {
  readonly id: string;
  readonly address: string;
  readonly connection: unknown;
  /** When it was first seen, monotonic. */
  readonly firstMs: number;
  readonly name: string;
};

export class RoomPlaces {
  readonly #limits: RoomLimits;
  readonly #random: () => number;
  /** Addresses that were turned away. */
  readonly #turnedAway = new Set<string>();
  /** Addresses that won the draw, until when their place waits. */
  readonly #promised = new Map<string, number>();
  #drawnMs = Number.NEGATIVE_INFINITY;
  #wanted = '';

  constructor(limits: RoomLimits = roomLimits, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** A person waits for a machine of this name, or whose key begins so: it comes in before all others. */
  want(text: string): void {
    this.#wanted = text.trim().toLowerCase();
  }

  get wanted(): string {
    return this.#wanted;
  }

  /**
   * Who must go so that the newcomer may stay: nobody (`null`: there is room), somebody, or the newcomer itself (`full`).
   * `selected` is compared by a person right now and stays.
   */
  makeRoom<S extends Seat>(
    seats: readonly S[],
    newcomer: Pick<Seat, 'id' | 'address' | 'name'>,
    o: { selected: string | undefined; nowMs: number },
  ): S | null | 'full' {
    const { machines, machinesByAddress } = this.#limits;
    const movable = seats.filter(({ id }) => id !== o.selected && !this.#isWanted(id, nameOf(seats, id)));
    const here = seats.filter(({ address }) => address === newcomer.address);
    if (here.length >= machinesByAddress) return gone(here) ?? 'full';
    if (seats.length < machines) return null;
    const leaves =
      gone(seats) ??
      (this.#isWanted(newcomer.id, newcomer.name)
        ? newestOf(crowd(movable, ({ address }) => address))
        : undefined) ??
      fromCrowd(movable, newcomer, ({ address }) => address) ??
      fromCrowd(movable, newcomer, ({ address }) => neighbourhood(address)) ??
      this.#byDraw(movable, newcomer.address, o.nowMs);
    return leaves ?? 'full';
  }

  #isWanted(id: string, name: string): boolean {
    if (this.#wanted === '') return false;
    return name.toLowerCase().includes(this.#wanted) || id.startsWith(this.#wanted);
  }

  #byDraw<S extends Seat>(movable: readonly S[], address: string, nowMs: number): S | undefined {
    this.#draw(nowMs);
    const untilMs = this.#promised.get(address) ?? Number.NEGATIVE_INFINITY;
    this.#promised.delete(address);
    if (nowMs >= untilMs) {
      this.#turnedAway.add(address);
      if (this.#turnedAway.size > this.#limits.drawn)
        this.#turnedAway.delete(this.#pick(this.#turnedAway) ?? '');
      return undefined;
    }
    // Those who came first are not moved for anybody.
    const later = [...movable].sort((a, b) => a.firstMs - b.firstMs).slice(this.#limits.kept);
    return this.#pick(later);
  }

  #draw(nowMs: number): void {
    for (const [address, untilMs] of this.#promised) if (nowMs >= untilMs) this.#promised.delete(address);
    if (nowMs - this.#drawnMs < this.#limits.drawEveryMs) return;
    this.#drawnMs = nowMs;
    const winner = this.#pick(this.#turnedAway);
    if (winner === undefined) return;
    this.#turnedAway.delete(winner);
    this.#promised.set(winner, nowMs + this.#limits.placeWaitsMs);
  }

  #pick<T>(from: Iterable<T>): T | undefined {
    const all = [...from];
    return all[Math.floor(this.#random() * all.length)];
  }
}

const nameOf = (seats: readonly Seat[], id: string) => seats.find((seat) => seat.id === id)?.name ?? '';

const gone = <S extends Seat>(seats: readonly S[]): S | undefined =>
  seats.find(({ connection }) => connection === null);

/** The newest of the greatest crowd, if the newcomer's is smaller even with him. */
function fromCrowd<S extends Seat>(
  seats: readonly S[],
  newcomer: { address: string },
  of: (seat: { address: string }) => string,
): S | undefined {
  const most = crowd(seats, of);
  const own = seats.filter((seat) => of(seat) === of(newcomer)).length;
  return most.length > own + 1 ? newestOf(most) : undefined;
}

function crowd<S extends Seat>(seats: readonly S[], of: (seat: { address: string }) => string): S[] {
  const crowds = new Map<string, S[]>();
  for (const seat of seats) crowds.set(of(seat), [...(crowds.get(of(seat)) ?? []), seat]);
  return [...crowds.values()].reduce<S[]>((most, one) => (one.length > most.length ? one : most), []);
}

const newestOf = <S extends Seat>(seats: readonly S[]): S | undefined =>
  seats.reduce<S | undefined>(
    (newest, one) => (newest === undefined || one.firstMs >= newest.firstMs ? one : newest),
    undefined,
  );

/** Of IPv4 the /24, or all that machines without a server have given themselves. */
export function neighbourhood(address: string): string {
  const network = networkOf(address);
  if (network !== address) return network;
  return address.startsWith('169.254.') ? '169.254' : address.replace(/\.\d+$/, '');
}
