/** A value that others may watch. */

export type Cell<T> = {
  get(): T;
  set(value: T): void;
  /** Calls at once and after each change; the answer ends it. */
  watch(listener: (value: T) => void): () => void;
};

export function createCell<T>(first: T): Cell<T> {
  let value = first;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener(next);
    },
    watch(listener) {
      listeners.add(listener);
      listener(value);
      return () => listeners.delete(listener);
    },
  };
}
