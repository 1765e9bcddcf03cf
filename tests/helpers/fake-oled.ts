/** An SSD1306 on a fake bus: understands the commands that fill its memory, and can be unplugged. */
import type { Wire } from '../../display/hardware/i2c.ts';

/** Bytes that follow a command, for those that take any. */
const parameters: Record<number, number> = {
  32: 1,
  33: 2,
  34: 2,
  129: 1,
  141: 1,
  168: 1,
  211: 1,
  213: 1,
  217: 1,
  218: 1,
  219: 1,
};

export class FakeOled {
  readonly memory: Uint8Array = new Uint8Array(1024).fill(0xa5);
  lit = false;
  contrast = 0;
  plugged = true;
  writes = 0;
  bytes = 0;
  opened = 0;
  closed = 0;
  #columns = [0, 127];
  #pages = [0, 7];
  #at = [0, 0];

  open = async (): Promise<Wire> => {
    this.opened++;
    return {
      write: async (address, bytes) => this.#write(address, bytes),
      close: async () => void this.closed++,
    };
  };

  /** A panel that lost its power forgets what it showed. */
  unplug(): void {
    this.plugged = false;
    this.lit = false;
    this.memory.fill(0xa5);
  }

  #write(address: number, bytes: Uint8Array): void {
    if (!this.plugged || address !== 0x3c)
      throw Object.assign(new Error('remote I/O error'), { code: 'EREMOTEIO' });
    this.writes++;
    this.bytes += bytes.length;
    if (bytes[0] === 0x40) for (const byte of bytes.subarray(1)) this.#store(byte);
    else this.#command([...bytes.subarray(1)]);
  }

  #command(rest: number[]): void {
    while (rest.length > 0) {
      const command = rest.shift()!;
      const given = rest.splice(0, parameters[command] ?? 0);
      if (command === 0x21) this.#columns = given;
      if (command === 0x22) this.#pages = given;
      if (command === 0x21 || command === 0x22) this.#at = [this.#columns[0]!, this.#pages[0]!];
      if (command === 0x81) this.contrast = given[0]!;
      if (command === 0xae || command === 0xaf) this.lit = command === 0xaf;
    }
  }

  /** Horizontal addressing: along the columns of the range, then to its next page, then around. */
  #store(byte: number): void {
    const [column, page] = this.#at as [number, number];
    this.memory[page * 128 + column] = byte;
    if (column < this.#columns[1]!) this.#at = [column + 1, page];
    else this.#at = [this.#columns[0]!, page < this.#pages[1]! ? page + 1 : this.#pages[0]!];
  }
}
