/** One file as a disk may have it: what was synced, and what was written since in the order of the calls. */

export type Change = { at: number; data: Buffer } | { length: number };

const pageBytes = 4096;

export class DiskFile {
  readonly id: number;
  /** Written, made or renamed since it was last synced. */
  touched = true;
  #synced = Buffer.alloc(0);
  #length = 0;
  #changes: Change[] = [];
  /** How many changes were folded into what is synced. */
  #folded = 0;

  constructor(id: number) {
    this.id = id;
  }

  /** Counts the changes: what is synced up to here has every change made so far. */
  get position(): number {
    return this.#folded + this.#changes.length;
  }

  get synced(): Buffer {
    return this.#synced.subarray(0, this.#length);
  }

  get isSynced(): boolean {
    return this.#changes.length === 0;
  }

  /** Names what is synced, so that equal content need not be compared. */
  get version(): string {
    return `${this.id}.${this.#folded}`;
  }

  get length(): number {
    return this.#changes.reduce(
      (length, change) =>
        'length' in change ? change.length : Math.max(length, change.at + change.data.length),
      this.#length,
    );
  }

  change(change: Change): void {
    this.#changes.push(change);
    this.touched = true;
  }

  /** Everything before this position lasts. */
  sync(position: number): void {
    while (this.#folded < position) {
      const change = this.#changes.shift()!;
      this.#folded++;
      if ('length' in change) this.#resize(change.length);
      else {
        this.#resize(Math.max(this.#length, change.at + change.data.length));
        change.data.copy(this.#synced, change.at);
      }
    }
    if (this.isSynced) this.touched = false;
  }

  /** With every change. */
  whole(): Buffer {
    return this.#with(this.#changes);
  }

  /** With the first changes only, the last of them torn at some byte. */
  torn(random: () => number): { content: Buffer; which: string } {
    const whole = Math.floor(random() * (this.#changes.length + 1));
    const applied = this.#changes.slice(0, whole);
    const next = this.#changes[whole];
    let bytes = 0;
    if (next !== undefined && 'data' in next) {
      bytes = Math.floor(random() * next.data.length);
      applied.push({ at: next.at, data: next.data.subarray(0, bytes) });
    }
    return { content: this.#with(applied), which: `${whole}+${bytes}` };
  }

  /** The length was kept, what was written was not. */
  zeros(): Buffer {
    const content = Buffer.alloc(Math.max(this.length, this.#length));
    this.synced.copy(content);
    return content.subarray(0, Math.min(content.length, this.length));
  }

  /** Some pages of what was written reached the disk, some did not. */
  scattered(random: () => number): { content: Buffer; which: string } {
    const content = Buffer.from(this.whole());
    const before = this.synced;
    let which = '';
    for (let page = 0; page < content.length; page += pageBytes) {
      const end = Math.min(content.length, page + pageBytes);
      const old = before.subarray(page, end);
      if (old.length === end - page && old.equals(content.subarray(page, end))) continue;
      const kept = random() < 0.5;
      which += kept ? '1' : '0';
      if (kept) continue;
      content.fill(0, page, end);
      old.copy(content, page);
    }
    return { content, which };
  }

  #with(changes: readonly Change[]): Buffer {
    if (changes.length === 0) return this.synced;
    const copy = new DiskFile(this.id);
    copy.#synced = Buffer.from(this.synced);
    copy.#length = this.#length;
    copy.#changes = [...changes];
    copy.sync(changes.length);
    return copy.synced;
  }

  #resize(length: number): void {
    if (length > this.#synced.length) {
      const larger = Buffer.alloc(Math.max(length, this.#synced.length * 2));
      this.synced.copy(larger);
      this.#synced = larger;
    }
    // What was cut off must not come back when the file grows again.
    if (length < this.#length) this.#synced.fill(0, length, this.#length);
    this.#length = length;
  }
}
