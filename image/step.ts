/** What a step of the shipped product's making is: declared here, one file each, listed in index.ts. */
import type { ParseArgsOptionsConfig } from 'node:util';

export type StepContext = {
  /** The root of the clone. */
  root: string;
  /** Values of the step's own options, as given. */
  values: Readonly<Record<string, string | boolean | undefined>>;
  /** Says on stderr what is being done. */
  progress(text: string): void;
};

export type Step = {
  about: string;
  /** One line of help per option. */
  help: Readonly<Record<string, string>>;
  options: ParseArgsOptionsConfig;
  /** Resolves to what `--json` prints. */
  run(context: StepContext): Promise<Record<string, unknown>>;
};

/** Something outside is missing; the message says how to get it. */
export class StepError extends Error {}
