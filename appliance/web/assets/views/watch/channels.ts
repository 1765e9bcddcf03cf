/** Through what people are told: mail, chat, telephones; each with its test, and what became of what was sent. */
import type { Channel, ChannelKind, Delivery } from '../../api/watch.ts';
import type { View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { button, errorLine, errorText, whileBusy } from '../parts.ts';
import { choice, section } from '../settled.ts';
import { channelForm, channelOf } from './channel-form.ts';
import { failing, stateFacts } from './channel-state.ts';
import { testResult } from './channel-test.ts';
import { removing } from './deeds.ts';
import { deliveryRow, mostDeliveries } from './deliveries.ts';
import type { WatchPage } from './index.ts';
import { help, lookMark, mayManage, type Names, readNames, textIn, watchTabs } from './parts.ts';

export function channelsView(page: WatchPage): View {
  const { words, watch, connection } = page;
  const line = errorLine();
  const top = h('div', { class: 'watch' });
  const list = h('ul', { class: 'rows' });
  const made = h('div');
  const sent = h('ul', { class: 'rows' });
  const empty = h('p', { class: 'soft' }, words.say('channels.none'));
  const nothing = h('p', { class: 'soft' }, words.say('deliveries.none'));
  const add = h('div', { class: 'beside' });
  const node = h(
    'div',
    { class: 'watch' },
    h('h1', null, words.say('nav.incidents')),
    watchTabs(page, '/channels'),
    ...(mayManage(page)
      ? [
          line.node,
          top,
          h('p', null, words.say('channels.intro')),
          section(words.say('channels.title'), null, empty, list, add, made),
          section(words.say('deliveries.title'), words.say('deliveries.intro'), nothing, sent),
          help(words.say('channels.help'), words.say('channels.help1'), words.say('channels.help2')),
        ]
      : [h('p', { class: 'card' }, words.say('channels.adminOnly'))]),
  );
  let names: Names | null = null;
  let kinds: ChannelKind[] = [];

  const load = async (): Promise<void> => {
    if (!mayManage(page)) return;
    try {
      const [answer, deliveries, found] = await Promise.all([
        watch.channels(),
        watch.deliveries(mostDeliveries),
        readNames(page),
      ]);
      kinds = answer.kinds;
      names = found;
      line.show(null);
      draw(answer.channels, deliveries);
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const draw = (channels: readonly Channel[], deliveries: readonly Delivery[]): void => {
    top.replaceChildren(...failing(page, channels, deliveries));
    empty.hidden = channels.length > 0;
    list.replaceChildren(...channels.map(row));
    const called = new Map(channels.map(({ id, name }) => [id, name]));
    nothing.hidden = deliveries.length > 0;
    sent.replaceChildren(...deliveries.map((one) => deliveryRow(page, one, called)));
    if (add.childElementCount === 0) drawAdd();
  };
  const drawAdd = (): void => {
    const options = kinds.map(({ kind, about }) => ({ value: kind, text: textIn(words, about) }));
    const kind = choice('channel-kind', words.say('channels.kind'), options, options[0]?.value ?? '');
    add.append(
      kind.node,
      button(words.say('channels.new'), {}, () => edit(kind.value(), null, made)),
    );
  };
  const edit = (kindName: string, old: Channel | null, place: HTMLElement): void => {
    const kind = kinds.find(({ kind: one }) => one === kindName);
    if (kind === undefined || names === null) return;
    const close = (): void => place.replaceChildren();
    const done = async (saved: Channel): Promise<void> => {
      close();
      page.announce(words.say('form.saved'));
      await load();
      list.querySelector<HTMLElement>(`[data-id="${saved.id}"] button`)?.focus();
    };
    const title = old === null ? words.say('channels.new') : words.say('channels.change', { name: old.name });
    place.replaceChildren(
      h('h3', null, words.say('colon', { a: title, b: textIn(words, kind.about) })),
      channelForm(page, { kind, old, groups: names.groups, onDone: done, onClose: close }),
    );
    place.querySelector<HTMLElement>('input')?.focus();
  };
  const row = (channel: Channel): HTMLElement => {
    const { id, name, kind, status } = channel;
    const place = h('div');
    const test = button(words.say('channels.test'), {}, async () => {
      place.replaceChildren(h('p', { class: 'soft', role: 'status' }, words.say('channels.testing')));
      await whileBusy([test], async () => {
        try {
          const found = await watch.testChannel(id);
          place.replaceChildren(testResult(page, channel, found, kept, trust));
        } catch (error) {
          place.replaceChildren(h('p', { class: 'error', role: 'alert' }, errorText(error, words)));
        }
      });
    });
    const kept =
      kinds.find((one) => one.kind === kind)?.fields.filter((one) => channel.secrets.includes(one.name)) ??
      [];
    const trust = async (fingerprint: string, secrets: Record<string, string>): Promise<void> => {
      const changed = channelOf(channel);
      await watch.changeChannel(id, { ...changed, options: { ...changed.options, fingerprint }, secrets });
      await load();
      list.querySelector<HTMLElement>(`[data-id="${id}"] button`)?.click();
    };
    const remove = removing(words, {
      title: words.say('form.removeTitle', { name }),
      consequence: words.say('channels.removeText'),
      async run() {
        try {
          await watch.removeChannel(id);
          await load();
        } catch (error) {
          line.show(errorText(error, words));
        }
      },
    });
    const info = kinds.find((one) => one.kind === kind);
    const look = status.failingSinceMs === null ? (status.lastSentMs === null ? 'unknown' : 'well') : 'bad';
    return h(
      'li',
      { 'data-id': id, class: 'channel' },
      h(
        'div',
        null,
        h(
          'p',
          null,
          lookMark(look),
          ' ',
          h('strong', null, name),
          ' · ',
          info === undefined ? kind : textIn(words, info.about),
        ),
        stateFacts(page, channel, names?.groups ?? []),
      ),
      h(
        'div',
        { class: 'buttons' },
        test,
        button(words.say('form.change'), { class: 'quiet' }, () => edit(kind, channel, place)),
        ...remove,
      ),
      place,
    );
  };
  void load();
  const stop = connection.onUp(() => void load());
  return { node, title: words.say('channels.title'), stop };
}
