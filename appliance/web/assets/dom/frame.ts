/** Collects what changed and paints it once in the next animation frame, however many events came in. */

export type Painter<T> = { mark(item: T): void; stop(): void };

export function createPainter<T>(paint: (items: ReadonlySet<T>) => void): Painter<T> {
  let waiting = new Set<T>();
  let handle: number | null = null;
  const run = (): void => {
    handle = null;
    const items = waiting;
    waiting = new Set();
    paint(items);
  };
  return {
    mark(item) {
      waiting.add(item);
      handle ??= requestAnimationFrame(run);
    },
    stop() {
      if (handle !== null) cancelAnimationFrame(handle);
      handle = null;
      waiting = new Set();
    },
  };
}
