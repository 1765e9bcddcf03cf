/** Beside the waiting machines: admit all for ten minutes, keep a place for one, and keys that two machines use. */
import type { Clone, OpenHouse } from '../api/types.ts';
import { h } from '../dom/h.ts';
import { comingInEn, comingInFr } from '../language/arrivals.table.ts';
import type { Key, Words } from '../language/words.ts';
import type { BesidePage } from './beside.ts';
import { field, formNode } from './form.ts';
import { button, errorLine, errorText, whileBusy } from './parts.ts';

const lookEveryMs = 5_000;

export function comingIn(page: BesidePage): { node: HTMLElement; stop(): void } {
  const { api } = page;
  const words = page.words.and({ en: comingInEn, fr: comingInFr });
  const line = errorLine();
  const house = h('div', { class: 'card open-house' });
  const copies = h('div', { class: 'copies' });
  let stopped = false;

  const run = async (one: HTMLButtonElement, deed: () => Promise<unknown>): Promise<void> => {
    line.show(null);
    try {
      await whileBusy([one], async () => void (await deed()));
      await look();
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const showHouse = (now: OpenHouse | null): void => {
    const text =
      now === null
        ? words.say('house.text')
        : words.say('house.open', {
            minutes: Math.ceil(now.leftMs / 60_000),
            admitted: now.admitted,
            most: now.most,
          });
    const deed = button(
      words.say(now === null ? 'house.start' : 'house.stop'),
      {},
      () =>
        void run(
          deed,
          now === null ? () => api.call('POST', '/open-house') : () => api.call('DELETE', '/open-house'),
        ),
    );
    house.replaceChildren(h('p', null, text), h('div', { class: 'buttons' }, deed));
  };
  const showCopies = (clones: readonly Clone[]): void => {
    copies.replaceChildren(
      ...clones.map(({ machine, name, addresses }) => {
        const release = button(
          words.say('clone.release'),
          {},
          () => void run(release, () => api.call('POST', `/clones/${machine}/release`)),
        );
        const text = words.say('clone.text', { name, addresses: addresses.join(', ') });
        return h(
          'div',
          { class: 'card', role: 'alert' },
          h('p', null, text),
          h('div', { class: 'buttons' }, release),
        );
      }),
    );
  };
  const look = async (): Promise<void> => {
    try {
      const [now, copied] = await Promise.all([api.call('GET', '/open-house'), api.call('GET', '/clones')]);
      if (stopped) return;
      showHouse((now as { openHouse: OpenHouse | null }).openHouse);
      showCopies((copied as { clones: Clone[] }).clones);
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const wanted = keepPlace(page, words);
  const timer = setInterval(() => void look(), lookEveryMs);
  void look();
  return {
    node: h('div', { class: 'coming-in' }, line.node, copies, house, wanted),
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

type ComingInWords = BesidePage['words'] & Words<Key | keyof typeof comingInEn>;

/** When more machines knock than the waiting room shows, the one that a person waits for has a place. */
function keepPlace({ api, announce }: BesidePage, words: ComingInWords): HTMLElement {
  const text = field('wanted', words.say('wanted.label'), words.say('wanted.text'), {
    maxlength: 64,
    required: false,
    autocomplete: 'off',
  });
  const done = h('p', { class: 'done', role: 'status' });
  return formNode({
    words,
    class: 'card form',
    fields: [text],
    more: [done],
    verb: words.say('wanted.keep'),
    async send() {
      const wish = text.input.value.trim();
      await api.call('POST', '/waiting/wanted', { body: { text: wish } });
      const said = wish === '' ? words.say('wanted.nobody') : words.say('wanted.kept', { text: wish });
      done.textContent = said;
      announce(said);
    },
  });
}
