// The parts we use of packages that carry no types of their own.
declare module 'oled-font-5x7' {
  const font: { width: number; height: number; fontData: number[]; lookup: string[] };
  export = font;
}

declare module 'oled-i2c-bus' {
  type Wire = {
    i2cWriteSync(address: number, length: number, bytes: Uint8Array): number;
    i2cReadSync(address: number, length: number, bytes: Uint8Array): number;
  };
  type Font = {
    readonly width: number;
    readonly height: number;
    readonly fontData: readonly number[];
    readonly lookup: readonly string[];
  };
  class Oled {
    constructor(
      wire: Wire,
      options: {
        width: number;
        height: number;
        address?: number;
        linespacing?: number;
        letterspacing?: number;
      },
    );
    buffer: Uint8Array;
    dirtyBytes: { indexOf(byte: number): number; push(byte: number): number; length: number };
    setCursor(x: number, y: number): void;
    writeString(font: Font, size: number, text: string, color: number, wrap: boolean, sync: boolean): void;
    fillRect(x: number, y: number, width: number, height: number, color: number, sync: boolean): void;
    drawLine(x0: number, y0: number, x1: number, y1: number, color: number, sync: boolean): void;
    dimDisplay(dim: boolean): void;
    turnOffDisplay(): void;
    turnOnDisplay(): void;
  }
  export = Oled;
}

declare module 'i2c-bus' {
  const bus: {
    openPromisified(number: number): Promise<{
      i2cWrite(address: number, length: number, bytes: Uint8Array): Promise<unknown>;
      close(): Promise<void>;
    }>;
  };
  export = bus;
}
