/**
 * What logind says before the machine sleeps or goes off. It waits for whoever holds a lock, which is an open file that comes
 * beside a message, and Node takes none; so there is no lock: a goodbye is sent at once, and logind has more to do than that.
 */
import type { Heard } from './message.ts';

export type PowerNews = 'sleep' | 'awake' | 'shutdown';

const manager = 'org.freedesktop.login1.Manager';
const login1 = 'org.freedesktop.login1';
export const powerRule = `type='signal',sender='${login1}',path='/org/freedesktop/login1',interface='${manager}'`;

/** Whose signals count: anybody on the machine may send one that looks the same. */
export const askForLogind = {
  ...{
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
  },
  ...{ member: 'GetNameOwner', arguments: [login1] },
} as const;

const news: Readonly<Record<string, { true: PowerNews; false?: PowerNews }>> = {
  PrepareForSleep: { true: 'sleep', false: 'awake' },
  PrepareForShutdown: { true: 'shutdown' },
};

/** Undefined for all other signals, and those of others. */
export function powerNewsOf(signal: Heard, logind: string): PowerNews | undefined {
  if (signal.interface !== manager || signal.signature !== 'b') return undefined;
  if (signal.sender === '' || signal.sender !== logind) return undefined;
  const kind = Object.hasOwn(news, signal.member) ? news[signal.member] : undefined;
  if (kind === undefined) return undefined;
  return signal.body.u32() === 1 ? kind.true : kind.false;
}
