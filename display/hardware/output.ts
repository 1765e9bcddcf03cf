/** A light or a buzzer: on or off. */
export interface Output {
  readonly name: string;
  set(on: boolean): void;
  stop(): Promise<void>;
}
