/** Where a failure of the network lies, from what the box's own agent always looks at and whom else it hears: pure. */

/** The box is cut off · its gateway · everything behind it · names. Each explains those after it. */
export const networkCauses = ['box', 'gateway', 'internet', 'names'] as const;
export type NetworkCause = (typeof networkCauses)[number];

/** What the box's agent found of one place when it looked last. Times are on the axis of the inputs. */
export type Witness = {
  /** `gone`: this machine has none any more. Unknown: stopped, never seen good, or nobody can tell. */
  verdict: 'good' | 'bad' | 'gone' | 'unknown';
  /** Since when the verdict is this one, and when it was looked at last. */
  sinceMs: number;
  askedMs: number;
  /** More than one look says so. */
  isSure: boolean;
};

/** Others on the networks of the box: heard since it began, gone since then, not heard yet and not given up. */
export type Neighbours = { there: number; gone: number; awaited: number };

export type NetworkScene = {
  /** Of the box's own interfaces: down when none has an address, or the one whose cable went out is what began it. */
  link: 'up' | 'down' | 'unknown';
  gateway: Witness;
  /** Places of different operators. */
  outside: readonly Witness[];
  names: Witness;
  neighbours: Neighbours;
};

/** `good`: it is certain that it is not so. */
export type NetworkVerdict = {
  cause: NetworkCause | null;
  /** Since when something is wrong; infinitely long ago when nothing is. */
  sinceMs: number;
  /** Something is wrong, and another look will tell what. */
  isOpen: boolean;
  good: ReadonlySet<NetworkCause>;
};

/** `untilMs`: when it was good again. */
export type Lasting = { cause: NetworkCause; sinceMs: number; untilMs: number };

export const nobodyKnows: Witness = {
  ...{ verdict: 'unknown', sinceMs: Number.NEGATIVE_INFINITY, askedMs: Number.NEGATIVE_INFINITY },
  isSure: false,
};

/** So many who were heard are no accident when nothing else can be asked. */
const mostAlone = 3;

export function judgeNetwork(scene: NetworkScene): NetworkVerdict {
  const { gateway, names, neighbours } = scene;
  const outside = together(scene.outside);
  const sinceMs = beganOf(scene);
  const isFresh = ({ verdict, askedMs }: Witness) => verdict === 'good' && askedMs >= sinceMs;
  const isStale = ({ verdict, askedMs }: Witness) => verdict === 'good' && askedMs < sinceMs;
  const good = new Set<NetworkCause>();
  if (isFresh(outside)) good.add('box').add('gateway').add('internet');
  if (isFresh(gateway)) good.add('gateway');
  if (isFresh(names)) good.add('names');
  if (scene.link !== 'down' && (good.has('gateway') || neighbours.there > 0)) good.add('box');
  const is = (cause: NetworkCause): NetworkVerdict => ({ cause, sinceMs, isOpen: false, good });
  const open: NetworkVerdict = { cause: null, sinceMs, isOpen: true, good };
  const none: NetworkVerdict = { cause: null, sinceMs, isOpen: false, good };
  /** Something that only a box without a network cannot reach either: who else is heard decides. */
  const unlessCutOff = (cause: NetworkCause, isAlone = neighbours.gone > 0): NetworkVerdict => {
    if (neighbours.there > 0) return is(cause);
    if (neighbours.awaited > 0) return open;
    return is(isAlone ? 'box' : cause);
  };

  if (!isFresh(outside)) {
    if (scene.link === 'down') return is('box');
    if (isStale(outside)) return open;
    // Its cable is out, or what gave it an address and a way out is gone: then others are heard.
    if (gateway.verdict === 'gone') return unlessCutOff('gateway', true);
    if (gateway.verdict === 'bad') return gateway.isSure ? unlessCutOff('gateway') : open;
    if (outside.verdict === 'bad') {
      if (!outside.isSure || isStale(gateway)) return open;
      return isFresh(gateway) ? is('internet') : unlessCutOff('internet');
    }
  }
  if (names.verdict === 'bad') {
    if (!names.isSure || isStale(gateway)) return open;
    return isFresh(outside) || isFresh(gateway) ? is('names') : unlessCutOff('names');
  }
  const isBlind = [gateway, outside, names].every(({ verdict }) => verdict === 'unknown');
  if (isBlind && neighbours.there + neighbours.awaited === 0 && neighbours.gone >= mostAlone)
    return is('box');
  return none;
}

/** Since when something is wrong; infinitely long ago when nothing is. */
export function beganOf({
  gateway,
  outside,
  names,
}: Pick<NetworkScene, 'gateway' | 'outside' | 'names'>): number {
  const wrong = [gateway, together(outside), names].filter(
    ({ verdict }) => verdict === 'bad' || verdict === 'gone',
  );
  return wrong.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...wrong.map(({ sinceMs }) => sinceMs));
}

/** A cause stays until it is certain that it is over, and then, with its end, as long as its incident is open. */
export function followNetwork(
  before: Lasting | null,
  { cause, sinceMs, good }: NetworkVerdict,
  { atMs, isOpen }: { atMs: number; isOpen(cause: NetworkCause): boolean },
): Lasting | null {
  if (cause !== null) {
    const goesOn = before !== null && before.untilMs === Number.POSITIVE_INFINITY;
    const began = Number.isFinite(sinceMs) ? sinceMs : atMs;
    return {
      cause,
      sinceMs: goesOn ? Math.min(before.sinceMs, began) : began,
      untilMs: Number.POSITIVE_INFINITY,
    };
  }
  if (before === null || !good.has(before.cause)) return before;
  return isOpen(before.cause) ? { ...before, untilMs: Math.min(before.untilMs, atMs) } : null;
}

/** Bad when all that can be asked are; two that fail once are as sure as one that fails twice. */
function together(outside: readonly Witness[]): Witness {
  const known = outside.filter(({ verdict }) => verdict === 'good' || verdict === 'bad');
  const good = known.filter(({ verdict }) => verdict === 'good');
  if (known.length === 0) return nobodyKnows;
  const latest = (some: readonly Witness[]) => Math.max(...some.map(({ askedMs }) => askedMs));
  if (good.length > 0)
    return { verdict: 'good', sinceMs: good[0]!.sinceMs, askedMs: latest(good), isSure: true };
  // One of them may be down for days, and be nobody's trouble: it began when none answered any more.
  const sinceMs = Math.max(...known.map((one) => one.sinceMs));
  const isSure = known.length > 1 || known.some((one) => one.isSure);
  return { verdict: 'bad', sinceMs, askedMs: latest(known), isSure };
}
