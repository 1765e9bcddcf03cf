/** Views that few visits need: each comes, with its style, when it is opened. */
import type { Door, Page, View } from '../context.ts';
import type { LaterRoute } from '../router.ts';
import type { OutsideName } from './house.ts';

const namesMs = 3_000;

/** The build writes its address into index.html. */
function laterStyle(): Promise<void> {
  const href = document.documentElement.dataset.later ?? '';
  if (document.querySelector(`link[href="${href}"]`) !== null) return Promise.resolve();
  const link = document.createElement('link');
  const come = new Promise<void>((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error(href));
    };
  });
  link.rel = 'stylesheet';
  link.href = href;
  document.head.append(link);
  return come;
}

/** These pages call machines by their names; without an answer they are called by their numbers. */
function names({ connection: { fleet } }: Page): Promise<void> {
  if (fleet.loaded) return Promise.resolve();
  return new Promise((resolve) => {
    const enough = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const stop = fleet.onChange(enough);
    const timer = setTimeout(enough, namesMs);
  });
}

export async function laterView(route: LaterRoute, page: Page): Promise<View> {
  const style = laterStyle();
  if (route.view === 'watch') {
    const [{ watchView }] = await Promise.all([import('./watch/index.ts'), style, names(page)]);
    return watchView(route.name, route.id, page);
  }
  if (route.view === 'beside') {
    const [{ besideView }] = await Promise.all([import('./beside.ts'), style]);
    return besideView(route.name, page);
  }
  const [{ insideView }] = await Promise.all([import('./house.ts'), style]);
  return insideView(route.name, page);
}

/** Most who come are signed in already. */
export async function laterDoor(name: OutsideName | 'sign-in', door: Door): Promise<View> {
  if (name === 'sign-in') return (await import('./sign-in.ts')).signInView(door);
  const [{ outsideView }] = await Promise.all([import('./house.ts'), laterStyle()]);
  return outsideView(name, door);
}
