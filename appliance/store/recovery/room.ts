/**
 * Room on the disk. Samples are refused before it is full, because agents keep them; records go on out of the ballast,
 * a file that is given up when nothing else is left and made again when there is room.
 */
import { constants } from 'node:fs';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../runtime/clock.ts';
import { Failure, systemCodeOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { RoomState } from '../client/types.ts';
import { files } from '../keys.ts';
import { dropOldest } from './folders.ts';

const lookEveryMs = 5000;
const ballastAfterMs = 60_000;
const chunkBytes = 1 << 20;
/** Of the disk: 97 % full is full for samples. */
const samplesShare = 0.03;
const recordsShare = 0.005;
const mostForSamples = 1 << 30;
const mostForRecords = 16 << 20;
/** A small disk has a small ballast. */
const ballastShare = 0.02;

export interface Room {
  state(): RoomState;
  /** UNAVAILABLE when the disk is too full for samples. */
  assertForSamples(): void;
  /** UNAVAILABLE when not even records fit any more. */
  assertForRecords(): void;
  look(): Promise<void>;
  isWaiting(): boolean;
  /** A write has found no room: gives up what can be given up, and resolves when there is so much again. */
  made(neededBytes?: number): Promise<void>;
  stop(): Promise<void>;
}

export function createRoom(o: {
  stateDir: string;
  ballastBytes: number;
  clock: Clock;
  log: Log;
  onChange(isFull: boolean): void;
  fail(error: unknown): void;
}): Room {
  const path = join(o.stateDir, files.ballast);
  const state: RoomState = {
    freeBytes: 0,
    sizeBytes: 0,
    isFull: false,
    isFullForRecords: false,
    ballastBytes: 0,
    failedWrites: 0,
  };
  const stopping = new AbortController();
  const startedMs = o.clock.monotonicMs();
  let looking: Promise<void> | null = null;
  /** Writes that have found no room. */
  let waiting = 0;

  const measure = async () => {
    const { bavail, bsize, blocks } = await statfs(o.stateDir);
    state.freeBytes = bavail * bsize;
    state.sizeBytes = blocks * bsize;
    state.ballastBytes = await sizeOf(path);
  };
  const floors = () => ({
    samples: Math.min(state.sizeBytes * samplesShare, mostForSamples),
    records: Math.min(state.sizeBytes * recordsShare, mostForRecords),
    ballast: Math.min(o.ballastBytes, Math.floor(state.sizeBytes * ballastShare)),
  });
  const giveUp = async () => {
    await dropOldest(o.stateDir, 0);
    if (state.ballastBytes > 0)
      o.log.warn('the disk is full: the ballast is given up', { bytes: state.ballastBytes });
    await rm(path, { force: true });
    await measure();
  };
  const look = async () => {
    await measure();
    const { samples, records, ballast } = floors();
    if (waiting > 0 || state.freeBytes < records) await giveUp();
    state.isFullForRecords = state.freeBytes < records;
    // What was given up has to fit again before samples may take it.
    const wanted = state.isFull ? samples * 1.1 + (ballast - state.ballastBytes) : samples;
    const isFull = state.freeBytes < wanted;
    if (isFull !== state.isFull) {
      state.isFull = isFull;
      o.onChange(isFull);
    }
    const isDue = o.clock.monotonicMs() - startedMs >= ballastAfterMs;
    if (isDue && !isFull && state.ballastBytes < ballast && state.freeBytes > samples + 2 * ballast)
      await makeBallast(path, ballast, stopping.signal);
  };
  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  };
  const timer: Timer = o.clock.every(lookEveryMs, () => void lookOnce().catch(o.fail));

  return {
    state: () => ({ ...state }),
    assertForSamples() {
      if (state.isFull || waiting > 0)
        throw new Failure('UNAVAILABLE', `the disk is full (${said(state)}): samples wait at their agents`);
    },
    assertForRecords() {
      if (state.isFullForRecords || waiting > 0)
        throw new Failure(
          'UNAVAILABLE',
          `the disk is full (${said(state)}): free some of it, then try again`,
        );
    },
    look: lookOnce,
    isWaiting: () => waiting > 0,
    async made(neededBytes = 0) {
      state.failedWrites++;
      waiting++;
      try {
        // One that was under way may have looked before.
        await looking;
        for (;;) {
          stopping.signal.throwIfAborted();
          await lookOnce();
          if (!state.isFullForRecords && state.freeBytes >= neededBytes) return;
          await o.clock.sleep(lookEveryMs, stopping.signal);
        }
      } finally {
        waiting--;
      }
    },
    async stop() {
      timer.stop();
      stopping.abort(new Failure('CLOSED', 'the store is closed'));
      await looking?.catch(() => undefined);
    },
  };
}

/** LevelDB does not open without some room: what was kept for that is given up first. */
export async function makeRoomForStart(stateDir: string): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(stateDir);
  if (bavail * bsize >= Math.min(blocks * bsize * recordsShare, mostForRecords)) return;
  await rm(join(stateDir, files.ballast), { force: true });
  await dropOldest(stateDir, 0);
}

const fullText = /No space left on device|Disk quota exceeded/;

/** LevelDB has one code for all that a disk can say, so its words have to do. */
export function isDiskFull(error: unknown): boolean {
  const code = systemCodeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  if (!(error instanceof Error)) return false;
  return (code?.startsWith('LEVEL_') === true && fullText.test(error.message)) || isDiskFull(error.cause);
}

function said({ freeBytes, sizeBytes }: RoomState): string {
  return `${Math.round(freeBytes / 2 ** 20)} of ${Math.round(sizeBytes / 2 ** 20)} MiB are free`;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** Written, because a length alone takes no room. One that was cut short is gone on with. */
async function makeBallast(path: string, bytes: number, signal: AbortSignal): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
  try {
    const zeros = Buffer.alloc(chunkBytes);
    for (let at = (await handle.stat()).size; at < bytes && !signal.aborted; ) {
      const { bytesWritten } = await handle.write(zeros, 0, Math.min(chunkBytes, bytes - at), at);
      at += bytesWritten;
    }
    await handle.sync();
  } catch (error) {
    // Then without: somebody else needs the room more.
    if (!isDiskFull(error)) throw error;
    await rm(path, { force: true });
  } finally {
    await handle.close();
  }
}
