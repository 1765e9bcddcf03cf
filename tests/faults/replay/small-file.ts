/** What a small file is to the test: how its owner writes it, and how he reads it again. */

export type SmallFile = {
  /** made: its owner makes it when it is not there. kept: as it was promised. renewed: written anew at each start. */
  sort: 'made' | 'kept' | 'renewed';
  /** Tells what the file holds from now on, each time when that was promised to last; null when there is none. */
  write(folder: string, promised: (value: string | null) => void): Promise<void>;
  /** Throws when the file is there and cannot be used. */
  read(folder: string): Promise<string | null>;
  /** Of files that take long to read: so many moments are looked at where few are asked for. */
  isDear?: true;
};
