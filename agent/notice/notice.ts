/** What a notice is, and what shows one. Title and text are plain lines; whatever a display makes of special characters is its file's care. */
export type Notice = { title: string; text: string };

export type Outside = {
  /** Where sessions look for the last notice. */
  runDir: string;
  /** Below it are `run/user` and `dev`; `/` but in tests. */
  root: string;
  /** The user that this process runs as. */
  uid: number;
  /** Runs a program without a shell; rejects when it cannot be started, fails or takes too long. */
  run(program: string, args: readonly string[], o: RunOptions): Promise<void>;
};
export type RunOptions = { env: Record<string, string>; uid?: number; gid?: number };

export type Show = (notice: Notice, outside: Outside) => Promise<void>;
