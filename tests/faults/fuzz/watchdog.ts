/**
 * Sees from another thread when one input keeps the process busy: it writes the input down and ends the process, which
 * nothing else could do. Time is the process's CPU time, because other work on the machine is not the parser's fault.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const longestMs = 1000;
const lookEveryMs = 200;
const room = 65_536;

type Shared = { numbers: SharedArrayBuffer; bytes: SharedArrayBuffer; file: string };

export type Watching = {
  see(input: Uint8Array): void;
  /** Nothing is being parsed: what takes long now, such as looking at memory, is nobody's hang. */
  rest(): void;
  stop(): Promise<void>;
};

const resting = -1;

export function watchInputs(file: string): Watching {
  const shared: Shared = { numbers: new SharedArrayBuffer(8), bytes: new SharedArrayBuffer(room), file };
  const numbers = new Int32Array(shared.numbers);
  const bytes = new Uint8Array(shared.bytes);
  const thread = new Worker(new URL(import.meta.url), { workerData: shared });
  return {
    see(input) {
      bytes.set(input.subarray(0, room));
      numbers[1] = Math.min(input.length, room);
      Atomics.add(numbers, 0, 1);
    },
    rest() {
      Atomics.store(numbers, 1, resting);
    },
    stop: async () => {
      await thread.terminate();
    },
  };
}

function look({ numbers, bytes, file }: Shared): void {
  const counted = new Int32Array(numbers);
  let input = -1;
  let sinceUs = 0;
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    const now = Atomics.load(counted, 0);
    if (now !== input || Atomics.load(counted, 1) === resting) {
      input = now;
      sinceUs = user + system;
    } else if (now > 0 && user + system - sinceUs > longestMs * 1000) {
      writeFileSync(file, new Uint8Array(bytes).slice(0, counted[1]));
      process.kill(process.pid, 'SIGKILL');
    }
  }, lookEveryMs);
}

if (!isMainThread && workerData?.numbers instanceof SharedArrayBuffer) look(workerData as Shared);
