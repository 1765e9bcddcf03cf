/** Packages are large and anybody may fetch them: so many at once, and few of one address; others are told when to come back. */

const most = 16;
const mostOfSource = 3;

export type Downloads = {
  /** Null when all places are taken, else what gives this one back. */
  enter(source: string): (() => void) | null;
};

export function createDownloads(): Downloads {
  const open = new Map<string, number>();
  let all = 0;
  return {
    enter(source) {
      const own = open.get(source) ?? 0;
      if (all >= most || own >= mostOfSource) return null;
      all++;
      open.set(source, own + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        all--;
        const now = (open.get(source) ?? 1) - 1;
        if (now === 0) open.delete(source);
        else open.set(source, now);
      };
    },
  };
}
