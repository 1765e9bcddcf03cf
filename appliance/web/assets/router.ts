/** Addresses of the page and the views they name. */
import type { BesideName } from './views/beside.ts';
import type { InsideName } from './views/house.ts';
import type { WatchName } from './views/watch/index.ts';

/** Views that are loaded when they are opened. */
export type LaterRoute =
  | { view: 'house'; name: InsideName }
  | { view: 'beside'; name: BesideName }
  | { view: 'watch'; name: WatchName; id: string };
export type Route = { view: 'overview' | 'missing' } | { view: 'machine'; machine: number } | LaterRoute;

const plain: Readonly<Record<string, Route>> = {
  '/': { view: 'overview' },
  '/machines': { view: 'overview' },
  '/waiting': { view: 'beside', name: 'waiting' },
  '/journal': { view: 'beside', name: 'journal' },
  '/panel': { view: 'beside', name: 'panel' },
  '/about': { view: 'beside', name: 'about' },
  '/account': { view: 'house', name: 'account' },
  '/people': { view: 'house', name: 'people' },
  '/programs': { view: 'house', name: 'programs' },
  '/enrolment': { view: 'house', name: 'enrolment' },
  '/certificate': { view: 'house', name: 'certificate' },
  '/privacy': { view: 'house', name: 'privacy' },
  // The doors, for whoever is inside already.
  '/recovery': { view: 'house', name: 'account' },
  '/invitation': { view: 'house', name: 'account' },
};

export function matchRoute(path: string): Route {
  const clean = path.length > 1 ? path.replace(/\/$/, '') : path;
  const found = Object.hasOwn(plain, clean) ? plain[clean] : undefined;
  if (found !== undefined) return found;
  const machine = /^\/machines\/([1-9]\d{0,8})$/.exec(clean)?.[1];
  if (machine !== undefined) return { view: 'machine', machine: Number(machine) };
  const [, name, id = ''] =
    /^\/(incidents|rules|timetables|channels|probes|devices)(?:\/([a-z0-9-]{1,40}))?$/.exec(clean) ?? [];
  return name === undefined ? { view: 'missing' } : { view: 'watch', name: name as WatchName, id };
}

/** A click that the page answers itself: plain, on a link of its own, not meant for a new tab. */
export function ownLink(event: MouseEvent, origin: string): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.target !== '' || link.origin !== origin) return null;
  // The box itself answers these.
  if (/^\/(api|get)(\/|$)/.test(link.pathname)) return null;
  return link.pathname;
}
