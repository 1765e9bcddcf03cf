/** The box's clock joined to the store: remembered on disk, told to whoever follows, written into the journal. */
import type { Clock } from '../../runtime/clock.ts';
import type { ClockSource, ClockTrust } from '../../runtime/clock-trust.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ChangeHub } from '../changes.ts';
import type { Database } from '../database/database.ts';
import type { Journal } from '../journal/journal.ts';
import { aboutKeys } from '../keys.ts';
import { decodeChecked, encodeChecked } from '../records/checked.ts';
import type { RecordWriter } from '../records/writer.ts';
import { checkClockMemory } from './state.ts';
import { clockTextOf } from './texts.ts';
import { BoxClock, type ClockNews } from './trust.ts';

/** A clock that somebody moves to and fro does not fill the journal. */
const sameNewsMs = 3_600_000;

export async function loadClock(
  database: Database,
  o: { clock: Clock; source: ClockSource; mode: ClockTrust; log: Log },
): Promise<BoxClock> {
  const bytes = await database.get(aboutKeys.clock);
  let memory = null;
  try {
    if (bytes !== undefined) memory = decodeChecked(bytes, 'What is known of the clock', checkClockMemory);
  } catch (error) {
    // Without it the floor is unknown; that alone keeps nobody from starting.
    o.log.error('what was known of the clock is damaged', { error: messageOf(error) });
  }
  return new BoxClock({ ...o, memory });
}

export function keepClock(
  boxClock: BoxClock,
  o: {
    writer: RecordWriter;
    journal: Journal;
    changes: ChangeHub;
    log: Log;
    fail(error: unknown): void;
    onState?(): void;
  },
): void {
  const toldMs = new Map<ClockNews['kind'], number>();
  boxClock.listen({
    onMemory(memory) {
      o.writer.write([{ type: 'put', key: aboutKeys.clock, value: encodeChecked(memory) }]).catch(o.fail);
    },
    onState(state) {
      o.changes.clock(state);
      o.onState?.();
    },
    onNews(news) {
      const nowMs = boxClock.monotonicMs();
      const before = toldMs.get(news.kind);
      if (before !== undefined && nowMs - before < sameNewsMs) return;
      toldMs.set(news.kind, nowMs);
      const { kind, source, byMs } = news;
      o.log.warn(`the clock: ${kind}`, { source, byMs });
      const text = clockTextOf(kind, source, byMs);
      const actor = { who: 'store', role: 'system', from: 'box' };
      o.journal.note({ ...actor, kind: `clock.${kind}`, text, details: { source, byMs } }).catch(o.fail);
    },
  });
}
