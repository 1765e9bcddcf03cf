/** Which of the daemons that web reads from are away, and since when. Nobody is there before the first word. */

export const sourceNames = ['store', 'ingest', 'watch', 'display'] as const;
export type SourceName = (typeof sourceNames)[number];

export type Sources = {
  up(source: SourceName): void;
  down(source: SourceName): void;
  /** Wall time, null while the source is there. */
  staleSinceMs(source: SourceName): number | null;
};

export type SourceListener = (source: SourceName, staleSinceMs: number | null) => void;

export function createSources(wallMs: () => number, onChange: SourceListener): Sources {
  const startedMs = wallMs();
  const since = new Map<SourceName, number>(sourceNames.map((name) => [name, startedMs]));
  return {
    up(source) {
      if (since.delete(source)) onChange(source, null);
    },
    down(source) {
      if (since.has(source)) return;
      const nowMs = wallMs();
      since.set(source, nowMs);
      onChange(source, nowMs);
    },
    staleSinceMs: (source) => since.get(source) ?? null,
  };
}
