/** Desktops, light and buzzer as channels reach them, in RAM. */
import { Failure } from '../../appliance/runtime/errors.ts';
import type { Reach } from '../../appliance/watch/notifiers/reach.ts';

export class ReachInRam implements Reach {
  readonly names = new Map<number, string>();
  readonly groups = new Map<string, number[]>();
  /** Machines whose agents take a line. */
  readonly connected = new Set<number>();
  readonly shown: { machine: number; text: string }[] = [];
  readonly tried: string[] = [];
  level = { light: true, buzzer: false };
  away = false;
  url: string | null = null;

  machinesOf(groups: readonly string[]): number[] {
    return groups.flatMap((group) => this.groups.get(group) ?? []);
  }

  nameOf(machine: number): string | null {
    return this.names.get(machine) ?? null;
  }

  async notify(machines: readonly number[], text: string): Promise<number[]> {
    this.#assertHere();
    const took = machines.filter((machine) => this.connected.has(machine));
    for (const machine of took) this.shown.push({ machine, text });
    return took;
  }

  async signal(): Promise<{ light: boolean; buzzer: boolean }> {
    this.#assertHere();
    return this.level;
  }

  async trySignal(output: string): Promise<void> {
    this.#assertHere();
    this.tried.push(output);
  }

  async page(): Promise<string | null> {
    return this.url;
  }

  /** Servers of tests are on this machine. */
  isElsewhere(_address: string): boolean {
    return true;
  }

  #assertHere(): void {
    if (this.away) throw new Failure('UNAVAILABLE', 'nobody answers');
  }
}
