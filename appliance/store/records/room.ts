/** How much of a namespace is used: a daemon that keeps too much is told, before it fills the card. */
import { Failure } from '../../runtime/errors.ts';
import type { Stored } from './version.ts';

const recordLimits = { perNamespace: 100_000, bytesPerNamespace: 64 * 2 ** 20, namespaces: 256 };

export interface RecordRoom {
  add(namespace: string, value: Buffer): void;
  /** All or none: throws TOO_MANY or TOO_LARGE and counts nothing when they do not fit together. */
  take(writes: readonly { namespace: string; before: Stored; after: Stored }[]): void;
}

type Used = { records: number; bytes: number };

export function createRecordRoom(limits = recordLimits): RecordRoom {
  const used = new Map<string, Used>();
  return {
    add(namespace, value) {
      const { records, bytes } = used.get(namespace) ?? { records: 0, bytes: 0 };
      used.set(namespace, { records: records + 1, bytes: bytes + value.length });
    },
    take(writes) {
      const next = new Map<string, Used>();
      for (const { namespace, before, after } of writes) {
        const { records, bytes } = next.get(namespace) ?? used.get(namespace) ?? { records: 0, bytes: 0 };
        next.set(namespace, {
          records: records + Number(after !== null) - Number(before !== null),
          bytes: bytes + (after?.length ?? 0) - (before?.length ?? 0),
        });
      }
      for (const [namespace, after] of next) {
        assertFits(namespace, used.get(namespace) ?? { records: 0, bytes: 0 }, after, limits);
      }
      const fresh = [...next.keys()].filter((namespace) => !used.has(namespace));
      if (used.size + fresh.length > limits.namespaces) {
        throw new Failure(
          'TOO_MANY',
          `there are ${used.size} namespaces of records; no more than ${limits.namespaces} may be`,
        );
      }
      for (const [namespace, after] of next) {
        if (after.records > 0) used.set(namespace, after);
        else used.delete(namespace);
      }
    },
  };
}

/** What makes a namespace smaller is always taken. */
function assertFits(namespace: string, before: Used, after: Used, limits: typeof recordLimits): void {
  const what = `the records of "${namespace}"`;
  if (after.records > before.records && after.records > limits.perNamespace) {
    const message = `${what} would be ${after.records}; no more than ${limits.perNamespace} may be: delete some first`;
    throw new Failure('TOO_MANY', message, { path: 'namespace' });
  }
  if (after.bytes > before.bytes && after.bytes > limits.bytesPerNamespace) {
    const message = `${what} would take ${after.bytes} bytes; no more than ${limits.bytesPerNamespace} may be: delete some first`;
    throw new Failure('TOO_LARGE', message, { path: 'namespace' });
  }
}
