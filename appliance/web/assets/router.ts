/** Addresses of the page and the views they name. */

export type Route =
  | {
      view:
        | 'overview'
        | 'waiting'
        | 'journal'
        | 'panel'
        | 'about'
        | 'account'
        | 'people'
        | 'programs'
        | 'enrolment'
        | 'certificate'
        | 'privacy'
        | 'missing';
    }
  | { view: 'machine'; machine: number };

const plain = {
  '/': 'overview',
  '/waiting': 'waiting',
  '/journal': 'journal',
  '/panel': 'panel',
  '/about': 'about',
  '/account': 'account',
  '/people': 'people',
  '/programs': 'programs',
  '/enrolment': 'enrolment',
  '/certificate': 'certificate',
  '/privacy': 'privacy',
  // The doors, for whoever is inside already.
  '/recovery': 'account',
  '/invitation': 'account',
} as const;

export function matchRoute(path: string): Route {
  const clean = path.length > 1 ? path.replace(/\/$/, '') : path;
  if (Object.hasOwn(plain, clean)) return { view: plain[clean as keyof typeof plain] };
  const machine = /^\/machines\/([1-9]\d{0,8})$/.exec(clean)?.[1];
  if (machine !== undefined) return { view: 'machine', machine: Number(machine) };
  return clean === '/machines' ? { view: 'overview' } : { view: 'missing' };
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
