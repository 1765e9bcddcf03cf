/** The I²C bus, opened only where there is one: the native module is optional and loaded late. */
import { Failure, messageOf } from '../../appliance/runtime/errors.ts';

export interface Wire {
  write(address: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export const busPath = (bus: number) => `/dev/i2c-${bus}`;

/** Also tells whether the module can be loaded at all. */
export async function openWire(bus: number): Promise<Wire> {
  const { default: i2c } = await import('i2c-bus').catch((error: unknown) => {
    throw new Failure('UNAVAILABLE', `the module i2c-bus is not built here: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const open = await i2c.openPromisified(bus);
  return {
    async write(address, bytes) {
      await open.i2cWrite(address, bytes.length, Buffer.from(bytes));
    },
    close: () => open.close(),
  };
}
