/**
 * One cause, one alarm: says of each incident whether another explains it, whether that may still turn out, and when a
 * cause may end; and shows the rules the signs of causes that are incidents of their own.
 */
import type { Incident } from '../client/types.ts';
import {
  followNetwork,
  judgeNetwork,
  type Lasting,
  type NetworkCause,
  type NetworkVerdict,
  networkCauses,
} from './cause.ts';
import { affectedWords, backWords, cableSentence, momentSentence } from './cause-words.ts';
import { Companies } from './company.ts';
import { type Explanation, explain, type Failing, type Trouble } from './explain.ts';
import type { Opinion, Telling } from './judge.ts';
import { isStill, Moments } from './moments.ts';
import { aboutOf, isOf, nameIn, rootOf } from './opened.ts';
import { probeIdOf } from './probe-series.ts';
import { comerOf, howIs, keyOf, probeKey, type Scene, sceneOf, slowKind, type View } from './scene.ts';
import type { Sight } from './sight.ts';
import { causeKind, momentOf, networkOf, signOf } from './signs.ts';

/** Nobody waits longer for a cause to be found. */
const longestWaitMs = 90_000;
/** A cause is told when those that it takes along had time to show; a short one is over by then, and nobody is told. */
const gathersMs = 30_000;
/** After a cause, a probe is waited for until its next look. */
const longestLookMs = 6 * 60_000;
const lateMs = 20_000;
/** No probe is known to fail for longer when a watch begins. */
const longestPastMs = 2 * 86_400_000;
/** After a cause, what was slow has so many looks to be quick again. */
const slowLooks = 4;
/** What came and went with its cause does not come and go by itself, as far as anybody can tell for so long. */
const comesAndGoesMs = 30 * 60_000;

export type CauseSources = {
  sight: Pick<Sight, 'view' | 'heard'>;
  open(): readonly Incident[];
  /** Whether a rule watches for that cause. */
  watches(sign: string): boolean;
  /** On the axis of the inputs. */
  atMs(): number;
  wallOf(atMs: number): number;
  atOf(wallMs: number): number;
};

type Assessed = {
  stamp: string;
  view: View;
  scene: Scene;
  verdict: NetworkVerdict;
  trouble: Trouble;
  byId: ReadonlyMap<number, Incident>;
  /** Open ones by the sign or the thing that they are about; of several the one that says most. */
  about: ReadonlyMap<string, Incident>;
  /** Causes that some rule watches for. */
  watched: Map<string, boolean>;
};

export class Causes {
  readonly #o: CauseSources;
  readonly #companies = new Companies();
  readonly #seenMs = new Map<number, number>();
  readonly #moments: Moments;
  #network: Lasting | null = null;
  #news = 0;
  #assessed: Assessed | null = null;

  constructor(o: CauseSources) {
    this.#o = o;
    this.#moments = new Moments(o);
  }

  /** Something is known that was not. */
  touch(): void {
    this.#news += 1;
  }

  /** Something was measured there then. */
  heard(machine: number, atMs: number): void {
    this.#o.sight.heard(machine, atMs);
    this.touch();
  }

  /** Open incidents, and those that are over, as they were before this process began. */
  restore(open: readonly Incident[], past: readonly Incident[]): void {
    const all = [...past, ...open];
    const keys = new Map(all.map((one) => [one.id, keyOf(one)]));
    const isOpen = new Set(open.map(({ id }) => id));
    for (const incident of all) {
      const { cause, resolvedMs } = incident;
      const key = keyOf(incident);
      // That it fails for some is no news where it fails for everybody: that is no other trouble.
      if (key === null || cause === null || keys.get(cause) === key) continue;
      const atMs = resolvedMs === null ? this.#o.atMs() : this.#o.atOf(resolvedMs);
      if (isOpen.has(cause)) this.#companies.add(cause, key, nameIn(incident), atMs);
      else this.#companies.note(cause, key, atMs);
    }
  }

  readonly judge = (incident: Incident, open: readonly Incident[]): Opinion => {
    const now = this.#assess(open);
    if (incident.kind === causeKind) return this.#judgeCause(incident, now);
    const comer = comerOf(incident);
    if (comer !== null) {
      const cause = this.#companies.lastCause(comer, now.view.atMs - comesAndGoesMs);
      return cause === null ? null : { cause };
    }
    if (incident.kind === slowKind) return this.#judgeSlow(incident, now);
    const key = keyOf(incident);
    if (key === null) return null;
    const known = incident.cause === null ? undefined : now.byId.get(incident.cause);
    // What was explained once stays with its cause until that is over, also while nobody can tell.
    if (known !== undefined && known.rule !== incident.rule) return { cause: rootOf(known, now.byId).id };
    const failing = now.scene.failing.get(key);
    if (failing === undefined) return null;
    const found = this.#explained(failing, now);
    const cause = this.#incidentOf(found, now);
    if (cause !== undefined && cause.id !== incident.id) return { cause: rootOf(cause, now.byId).id };
    if (incident.told || this.#waitedMs(incident, now) >= longestWaitMs) return this.#afterCause(key, now);
    const isUnasked = now.scene.witnesses.some(
      ({ verdict, askedMs, lagMs }) => verdict !== 'gone' && askedMs < failing.beganMs + lagMs,
    );
    if (found !== null || now.verdict.isOpen || now.scene.isAwaited || isUnasked) return 'settling';
    return this.#afterCause(key, now);
  };

  /** What rules are shown. Nothing of a cause that nobody can tell of. */
  signs(): [string, number][] {
    const { verdict, scene, view } = this.#assess(this.#o.open());
    const signs: [string, number][] = [];
    for (const cause of networkCauses) {
      if (verdict.cause === cause) signs.push([signOf(cause), 1]);
      else if (verdict.good.has(cause)) signs.push([signOf(cause), 0]);
    }
    for (const moment of this.#moments.list()) {
      const open = view.open.find(isOf(moment.sign));
      const { missing, back } = this.#companies.of(open?.id ?? 0, howIs(scene, view));
      const isSo = open === undefined ? isStill(moment, scene) : missing.length > back.length;
      signs.push([moment.sign, isSo ? 1 : 0]);
    }
    return signs;
  }

  /** Its rule says that it is good: whether what came with it is back, or had its time. */
  mayEnd(incident: Incident): boolean {
    if (!incident.told) return true;
    const { view, scene } = this.#assess(this.#o.open());
    return this.#companies.mayEnd(incident.id, view.atMs, howIs(scene, view));
  }

  tellingOf(incident: Incident): Telling {
    const { view, scene } = this.#assess(this.#o.open());
    const { missing, back } = this.#companies.of(incident.id, howIs(scene, view));
    const names = (some: typeof missing) => some.map(({ name }) => name);
    const keys = [...missing, ...back].map(({ key }) => key);
    const cable = networkOf(incident.subject) === 'box' ? scene.cable : null;
    return {
      text:
        cable !== null
          ? cableSentence(cable)
          : momentOf(incident.subject) !== null && keys.length > 0
            ? momentSentence(keys)
            : null,
      affected: affectedWords(names(missing)),
      returned: backWords(names(back), names(missing)),
    };
  }

  #judgeCause(incident: Incident, now: Assessed): Opinion {
    const { verdict, view, byId } = now;
    if (incident.verdict === 'bad') this.#companies.goesOn(incident.id);
    const own = networkOf(incident.subject);
    const higher = verdict.cause === null ? undefined : view.open.find(isOf(signOf(verdict.cause)));
    const isLower =
      verdict.cause !== null &&
      (own === null
        ? this.#moments.isOfNetwork(incident.subject, now.trouble)
        : networkCauses.indexOf(own) > networkCauses.indexOf(verdict.cause));
    if (isLower && higher !== undefined) return { cause: rootOf(higher, byId).id };
    return !incident.told && this.#waitedMs(incident, now) < gathersMs ? 'settling' : null;
  }

  /** Who fails, or is about to, is not slow as well; nor is who stands behind what fails, or stood there until just now. */
  #judgeSlow(incident: Incident, now: Assessed): Opinion {
    const { scene, view, verdict, about, byId } = now;
    const id = probeIdOf(incident.subject);
    const seen = view.probes.find(({ probe }) => probe.id === id);
    if (id === null || seen === undefined) return null;
    const key = probeKey(id);
    const slow = scene.slow.get(key);
    const found = slow === undefined ? null : this.#explained(slow, now);
    const cause = about.get(key) ?? this.#incidentOf(found, now);
    if (cause !== undefined) {
      const root = rootOf(cause, byId);
      if (slow !== undefined && keyOf(root) !== key) this.#companies.note(root.id, key, view.atMs);
      return { cause: root.id };
    }
    if (incident.told || this.#waitedMs(incident, now) >= longestWaitMs) return null;
    if (scene.failing.has(key) || found !== null || verdict.isOpen || scene.isAwaited) return 'settling';
    const fromMs = view.atMs - slowLooks * seen.probe.intervalMs - lateMs;
    const isBack = seen.looks.some(({ verdict, sinceMs }) => verdict === 'up' && sinceMs > fromMs);
    return isBack || this.#companies.lastCause(key, fromMs) !== null ? 'settling' : null;
  }

  /** A probe that failed because of something that is over now is not judged before its next look. */
  #afterCause(key: string, { view, scene }: Assessed): Opinion {
    const endedMs = this.#companies.endedMs(key);
    const seen = view.probes.find(({ probe }) => probeKey(probe.id) === key);
    if (endedMs === undefined || seen === undefined || !scene.failing.has(key)) return null;
    const wasAsked = seen.looks.some(({ verdict, askedMs }) => verdict === 'down' && askedMs >= endedMs);
    const waitsMs = Math.min(longestLookMs, seen.probe.intervalMs + lateMs);
    return !wasAsked && view.atMs - endedMs < waitsMs ? 'settling' : null;
  }

  #assess(open: readonly Incident[]): Assessed {
    const stamp = `${this.#o.atMs()} ${this.#news} ${open.length} ${open[0]?.id}`;
    if (this.#assessed?.stamp === stamp) return this.#assessed;
    const view = this.#o.sight.view(open);
    const scene = sceneOf(view);
    const verdict = judgeNetwork(scene.network);
    const { atMs } = view;
    const isOpen = (cause: NetworkCause) => open.some(isOf(signOf(cause)));
    const before = this.#network ?? this.#restored(open);
    const beganMs = before === null && scene.isOlder ? verdict.sinceMs - longestPastMs : verdict.sinceMs;
    this.#network = followNetwork(before, { ...verdict, sinceMs: beganMs }, { atMs, isOpen });
    this.#moments.follow(open, atMs);
    const trouble = { network: this.#network, failing: scene.failing, moments: this.#moments.list() };
    const byId = new Map(open.map((one) => [one.id, one]));
    const watched = new Map<string, boolean>();
    this.#assessed = { stamp, view, scene, verdict, trouble, byId, about: aboutOf(open), watched };
    if (!verdict.isOpen && !scene.isAwaited) this.#findMoment(this.#assessed);
    this.#gather(this.#assessed);
    return this.#assessed;
  }

  /** Of before a restart. */
  #restored(open: readonly Incident[]): Lasting | null {
    const cause = networkCauses.find((one) => open.some(isOf(signOf(one))));
    const incident = cause && open.find(isOf(signOf(cause)));
    if (cause === undefined || incident === undefined) return null;
    return { cause, sinceMs: this.#o.atOf(incident.openedMs) - gathersMs, untilMs: Number.POSITIVE_INFINITY };
  }

  /** Of those that have been explained or told of before none belongs to a new moment. */
  #findMoment(now: Assessed): void {
    const { view, scene, trouble, byId } = now;
    const known = new Set(
      view.open.filter(({ told, cause }) => told || (cause !== null && byId.has(cause))).map(keyOf),
    );
    this.#moments.find(
      [...scene.failing.values()].filter(
        (one) =>
          !known.has(one.key) &&
          explain(one, trouble) === null &&
          this.#companies.endedMs(one.key) === undefined,
      ),
    );
    now.trouble = { ...trouble, moments: this.#moments.list() };
  }

  /** Who belongs to which cause now. */
  #gather(now: Assessed): void {
    const { view, scene, byId } = now;
    for (const failing of scene.failing.values()) {
      const { key, name } = failing;
      const cause = this.#incidentOf(this.#explained(failing, now), now);
      const root = cause === undefined ? undefined : rootOf(cause, byId);
      if (root !== undefined && keyOf(root) !== key) this.#companies.add(root.id, key, name, view.atMs);
    }
    this.#companies.keepOnly(new Set(byId.keys()), view.atMs);
    this.#companies.forget(howIs(scene, view), view.atMs - comesAndGoesMs);
    for (const id of this.#seenMs.keys()) if (!byId.has(id)) this.#seenMs.delete(id);
  }

  #explained(failing: Failing | undefined, { trouble, watched }: Assessed): Explanation {
    const found = failing === undefined ? null : explain(failing, trouble);
    if (found === null || found === 'wait' || 'by' in found) return found;
    const sign = 'network' in found ? signOf(found.network) : found.moment;
    const isWatched = watched.get(sign) ?? this.#o.watches(sign);
    watched.set(sign, isWatched);
    return isWatched ? found : null;
  }

  #incidentOf(found: Explanation, { about }: Assessed): Incident | undefined {
    if (found === null || found === 'wait') return undefined;
    if ('network' in found) return about.get(signOf(found.network));
    return about.get('moment' in found ? found.moment : found.by);
  }

  #waitedMs({ id }: Incident, { view: { atMs } }: Assessed): number {
    const seenMs = this.#seenMs.get(id) ?? atMs;
    this.#seenMs.set(id, seenMs);
    return atMs - seenMs;
  }
}
