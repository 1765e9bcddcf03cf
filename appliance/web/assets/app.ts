/** The page as a whole: signs in, keeps the connection, and puts the view of the current address into the shell. */
import { ApiError, createApi } from './api/client.ts';
import { createBoxClock } from './api/clock.ts';
import { type Connection, createConnection } from './api/connection.ts';
import type { Session } from './api/types.ts';
import { createEnds, type Door, type Page, type View } from './context.ts';
import { h, setText } from './dom/h.ts';
import { refreshTimes } from './dom/time.ts';
import { createFormat } from './language/format.ts';
import { type Language, loadWords, type Words } from './language/words.ts';
import { matchRoute, ownLink } from './router.ts';
import { createShell, type Shell } from './shell.ts';
import { writeStored } from './stored.ts';
import type { OutsideName } from './views/house.ts';
import { laterDoor, laterView } from './views/later.ts';
import { machineView } from './views/machine.ts';
import { missingView, unreachableView } from './views/missing.ts';
import { overviewView } from './views/overview.ts';

const timesMs = 10_000;

/** The doors beside the sign-in, by address. */
const doors: Record<string, OutsideName> = {
  '/privacy': 'privacy',
  '/recovery': 'recovery',
  '/invitation': 'invitation',
};

export type App = { start(): void; stop(): void };

export function createApp(root: HTMLElement, words: Words): App {
  const { language } = words;
  const format = createFormat(language);
  const api = createApi(language);
  const clock = createBoxClock();
  const speaker = h('div', { class: 'sr', 'aria-live': 'polite', role: 'status' });
  const ends = createEnds();
  let connection: Connection | null = null;
  let shell: Shell | null = null;
  let view: View | null = null;
  let asked = 0;

  const announce = (text: string): void => setText(speaker, text);
  const leave = (): void => {
    asked += 1;
    view?.stop();
    view = null;
    shell?.stop();
    shell = null;
    connection?.stop();
    connection = null;
  };
  const show = (next: View): void => {
    asked += 1;
    view?.stop();
    view = next;
    document.title = next.title === '' ? 'NetMonitor' : `${next.title} · NetMonitor`;
    shell?.show(next.node, location.pathname);
  };

  /** What is shown stays until the view has come. */
  const showLater = (door: Door, coming: Promise<View>): void => {
    const mine = ++asked;
    coming.then(
      (next) => {
        if (mine === asked) show(next);
        else next.stop();
      },
      (error: unknown) => {
        console.info('a view did not come:', error);
        if (mine === asked) show(unreachableView(door));
      },
    );
  };

  const enter = async (): Promise<void> => {
    try {
      await open(await api.session());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      leave();
      const door = doorOf({
        state: 'signed-out',
        box: { name: 'NetMonitor', version: '', fingerprint: '', certificate: '' },
        language,
      });
      frame(door, null);
      show(unreachableView(door));
    }
  };
  const doorOf = (session: Session): Door => ({ words, format, api, clock, session, announce, enter });
  const frame = (door: Door, open: Connection | null): void => {
    shell = createShell(door, open, { switchLanguage, signOut });
    root.replaceChildren(shell.node, speaker);
  };
  const open = async (session: Session): Promise<void> => {
    leave();
    const door = doorOf(session);
    if (session.state !== 'signed-in') {
      frame(door, null);
      const wished = doors[location.pathname];
      const name = session.state === 'first' && wished !== 'privacy' ? 'first' : wished;
      showLater(door, laterDoor(name ?? 'sign-in', door));
      return;
    }
    connection = createConnection(api, clock, () => void enter());
    frame(door, connection);
    route({ ...door, connection, go });
  };
  let current: Page | null = null;
  const route = (page: Page): void => {
    current = page;
    const match = matchRoute(location.pathname);
    page.connection.watchMachine(match.view === 'machine' ? match.machine : null);
    if (match.view === 'machine') show(machineView(page, match.machine));
    else if ('name' in match) showLater(page, laterView(match, page));
    else show(match.view === 'overview' ? overviewView(page) : missingView(page));
  };
  const go = (path: string): void => {
    if (path !== location.pathname) history.pushState(null, '', path);
    if (current === null || connection === null) return;
    route(current);
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  };
  const switchLanguage = async (next: Language): Promise<void> => {
    let wished: Words;
    try {
      wished = await loadWords(next);
    } catch {
      announce(words.say('error.unreachable'));
      return;
    }
    writeStored('language', next);
    app.stop();
    createApp(root, wished).start();
  };
  const signOut = async (): Promise<void> => {
    try {
      await api.signOut();
    } finally {
      await enter();
    }
  };

  const onClick = (event: MouseEvent): void => {
    const path = connection === null ? null : ownLink(event, location.origin);
    if (path === null) return;
    event.preventDefault();
    go(path);
  };
  const onPop = (): void => {
    if (current !== null && connection !== null) route(current);
  };
  const app: App = {
    start() {
      document.documentElement.lang = language;
      document.addEventListener('click', onClick);
      addEventListener('popstate', onPop);
      const timer = setInterval(() => refreshTimes(root, format, clock.now()), timesMs);
      ends.add(() => clearInterval(timer));
      void enter();
    },
    stop() {
      document.removeEventListener('click', onClick);
      removeEventListener('popstate', onPop);
      ends.all();
      leave();
    },
  };
  return app;
}
