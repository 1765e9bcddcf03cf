/** Two ends of a connection in memory: what one writes, the other hears at once. */
import { EventEmitter } from 'node:events';

/** As much of a socket as both our sides use. */
export class MemorySocket extends EventEmitter {
  readonly remoteAddress = '192.0.2.66';
  readonly remotePort = 7411;
  readonly writableLength = 0;
  #far: MemorySocket | null = null;

  static pair(): [near: MemorySocket, far: MemorySocket] {
    const [near, far] = [new MemorySocket(), new MemorySocket()];
    near.#far = far;
    far.#far = near;
    return [near, far];
  }

  get open(): boolean {
    return this.#far !== null;
  }

  write(bytes: Uint8Array): boolean {
    this.#far?.emit('data', Buffer.from(bytes));
    return true;
  }

  pause(): void {
    // Nothing is ever queued here.
  }

  resume(): void {
    // Nothing is ever queued here.
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    const far = this.#far;
    if (far === null) return;
    this.#far = null;
    far.destroy();
    this.emit('close');
  }
}
