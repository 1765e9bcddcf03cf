/** What every view is given, and what every view gives back. */
import type { Api } from './api/client.ts';
import type { BoxClock } from './api/clock.ts';
import type { Connection } from './api/connection.ts';
import type { Session } from './api/types.ts';
import type { Format } from './language/format.ts';
import type { Words } from './language/words.ts';

/** Before sign-in there is no connection to the live data. */
export type Door = {
  words: Words;
  format: Format;
  api: Api;
  clock: BoxClock;
  session: Session;
  /** Says something to those who listen instead of look. */
  announce(text: string): void;
  /** Asks the box again who is signed in, and shows what follows from it. */
  enter(): Promise<void>;
};

export type Page = Door & { connection: Connection; go(path: string): void };

export type View = { node: HTMLElement; title: string; stop(): void };

/** Collects what a view started, so that leaving it ends everything. */
export type Ends = { add(...ends: (() => void)[]): void; all(): void };

export function createEnds(): Ends {
  const ends: (() => void)[] = [];
  return {
    add: (...more) => {
      ends.push(...more);
    },
    all() {
      for (const end of ends.splice(0)) end();
    },
  };
}
