/** What the rest of the display needs of a panel; it never fails, it comes back when it can. */
import type { Frame } from '../client/types.ts';

export type Light = 'bright' | 'dim' | 'off';

export interface Panel {
  readonly name: string;
  show(frame: Frame): void;
  light(light: Light): void;
  stop(): Promise<void>;
}
