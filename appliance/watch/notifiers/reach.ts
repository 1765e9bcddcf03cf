/** What channels reach through the other daemons of the box: desktops by the agents' door, light and buzzer by the panel. */
import { Failure } from '../../runtime/errors.ts';
import { isElsewhere } from './road.ts';

export const outputs = ['light', 'buzzer', 'both'] as const;
export type Output = (typeof outputs)[number];

export type Reach = {
  /** Machines of these groups, as they are now. */
  machinesOf(groups: readonly string[]): readonly number[];
  /** Null when there is no such machine (any more). */
  nameOf(machine: number): string | null;
  /** Shows a line on desktops: the machines whose agents took it. */
  notify(machines: readonly number[], text: string): Promise<readonly number[]>;
  /** Sets light and buzzer to what is so now, and says what that is. */
  signal(): Promise<{ light: boolean; buzzer: boolean }>;
  /** Shows for a moment that there is one. */
  trySignal(output: Output): Promise<void>;
  /** Where people of this network open the box's page, as in https://192.168.1.2; null: not known. */
  page(): Promise<string | null>;
  /** Whether messages may be handed to a server at this address (road.ts). */
  isElsewhere(address: string): boolean;
};

/** Of a box without other daemons. */
export const alone: Reach = {
  machinesOf: () => [],
  nameOf: () => null,
  notify: () => nobody(),
  signal: () => nobody(),
  trySignal: () => nobody(),
  page: () => Promise.resolve(null),
  isElsewhere: (address) => isElsewhere(address),
};

function nobody(): Promise<never> {
  return Promise.reject(new Failure('UNAVAILABLE', 'nobody else of the box can be asked here'));
}
