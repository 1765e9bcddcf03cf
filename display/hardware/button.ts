/** A button as two edges; what they mean is decided in gestures.ts. */
export interface Button {
  readonly name: string;
  stop(): Promise<void>;
}

export type Edges = { down(): void; up(): void };
