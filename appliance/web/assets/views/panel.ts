/** The box's little screen, drawn point by point, and its one button. */
import type { PanelFrame, PressKind } from '../api/types.ts';
import { createEnds, type View } from '../context.ts';
import { h, setAttribute, setText } from '../dom/h.ts';
import type { BesidePage } from './beside.ts';
import { panelHeight, panelPoints, panelWidth } from './panel-bits.ts';
import { button, errorLine, errorText } from './parts.ts';

const kinds = ['press', 'hold', 'double'] as const satisfies readonly PressKind[];
const keys: Record<string, PressKind> = {
  ' ': 'press',
  Enter: 'hold',
  Backspace: 'double',
  p: 'press',
  h: 'hold',
  d: 'double',
};
const lit = [214, 236, 255] as const;

export function panelView(page: BesidePage): View {
  const { words, api, connection, format, clock } = page;
  const ends = createEnds();
  const line = errorLine();
  const canvas = h('canvas', { width: panelWidth, height: panelHeight, 'aria-hidden': 'true' });
  const reading = h('p', { class: 'sr', 'aria-live': 'polite' });
  const glass = h(
    'div',
    {
      class: 'glass',
      tabindex: 0,
      role: 'group',
      'aria-label': words.say('panel.label'),
      on: { keydown: onKey },
    },
    canvas,
    reading,
  );
  const mayPress = page.session.user?.role !== 'viewer';
  const stale = h('p', { class: 'error', hidden: true });
  const node = h(
    'div',
    { class: 'panel' },
    h('h1', null, words.say('panel.title')),
    h('p', { class: 'soft' }, words.say('panel.intro')),
    line.node,
    stale,
    h(
      'div',
      { class: 'device' },
      glass,
      mayPress
        ? h(
            'div',
            { class: 'buttons' },
            ...kinds.map((kind) => button(words.say(`panel.${kind}`), {}, () => void press(kind))),
          )
        : null,
    ),
    mayPress ? h('p', { class: 'soft' }, words.say('panel.keys')) : null,
  );

  async function press(kind: PressKind): Promise<void> {
    try {
      await api.press(kind);
      line.show(null);
    } catch (error) {
      line.show(errorText(error, words));
    }
  }
  function onKey(event: KeyboardEvent): void {
    const kind = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!mayPress || kind === undefined || event.repeat || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    void press(kind);
  }
  const draw = (frame: PanelFrame): void => {
    const points = panelPoints(frame.bits);
    const context = canvas.getContext('2d');
    if (points === null || context === null) return;
    const image = context.createImageData(panelWidth, panelHeight);
    points.forEach((point, index) => {
      if (point === 1) image.data.set([...lit, 255], index * 4);
    });
    context.putImageData(image, 0, 0);
    setAttribute(canvas, 'data-screen', frame.screen);
    setText(reading, frame.text.join('\n'));
  };
  const load = async (): Promise<void> => {
    try {
      const frame = await api.panel();
      if (frame !== null) connection.panel.set(frame);
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  ends.add(
    connection.panel.watch((frame) => {
      if (frame !== null) draw(frame);
    }),
    connection.freshness.watch(({ display }) => {
      stale.hidden = display === null;
      setText(
        stale,
        display === null ? '' : words.say('stale.display', { time: format.since(display, clock.now()) }),
      );
    }),
    connection.onUp(() => void load()),
  );
  void load();
  return { node, title: words.say('panel.title'), stop: () => ends.all() };
}
