/** Devices on the network that nobody had to list: who they are, what people say of them, what could be checked. */
import type { Device, DeviceStanding, NewProbe } from '../../api/watch.ts';
import { createEnds, type View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { field, formNode } from '../form.ts';
import { button, errorLine, errorText, teach, whileBusy } from '../parts.ts';
import { choice } from '../settled.ts';
import { removing } from './deeds.ts';
import type { WatchPage } from './index.ts';
import { backLink, facts, help, machineName, mayManage, mayOperate, moment } from './parts.ts';

const places = ['new', 'known', 'ignored'] as const satisfies readonly DeviceStanding[];
/** A search takes half a minute; its end is asked for. */
const askAgainMs = 3_000;

export function devicesView(page: WatchPage): View {
  const { words, watch } = page;
  const ends = createEnds();
  const line = errorLine();
  const state = h('p', { class: 'soft', role: 'status' });
  const lists = h('div', { class: 'watch' });
  const nameless = h('p', { class: 'soft', hidden: true }, words.say('devices.noMakers'));
  const empty = teach(words.say('devices.none'), h('p', null, words.say('devices.noneText')));
  empty.hidden = true;
  let again: ReturnType<typeof setTimeout> | undefined;
  /** What a person has opened stays open when the list is read again. */
  const open = new Set<string>();

  const load = async (read = watch.devices): Promise<void> => {
    clearTimeout(again);
    try {
      const [{ devices, searching, looking, makers }, probes] = await Promise.all([
        read(),
        watch.probes().catch(() => []),
      ]);
      const called = new Map(probes.map(({ probe }) => [probe.id, probe.name]));
      nameless.hidden = makers;
      line.show(null);
      state.textContent = words.say(
        searching ? 'devices.searching' : looking ? 'devices.looking' : 'devices.blind',
      );
      search.disabled = searching;
      lists.replaceChildren(...places.map((place) => placeList(place, devices, called)));
      empty.hidden = devices.length > 0;
      if (searching) again = setTimeout(() => void load(), askAgainMs);
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const act = async (buttons: readonly HTMLButtonElement[], deed: () => Promise<unknown>): Promise<void> => {
    try {
      await whileBusy(buttons, async () => void (await deed()));
      await load();
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const search = button(words.say('devices.search'), {}, () => void load(watch.searchDevices));
  const placeList = (place: DeviceStanding, all: readonly Device[], called: Called): HTMLElement => {
    const some = all.filter(({ standing }) => standing === place);
    return h(
      'section',
      { class: 'card', hidden: some.length === 0 },
      h('h2', null, `${words.say(`devices.${place}`)} · ${some.length}`),
      h('ul', { class: 'rows' }, ...some.map((one) => deviceRow(page, one, called, open, act))),
    );
  };
  const node = h(
    'div',
    { class: 'watch' },
    backLink('/probes', words.say('nav.probes')),
    h('h1', null, words.say('devices.title')),
    h('p', null, words.say('devices.intro')),
    line.node,
    mayOperate(page) ? h('div', { class: 'buttons' }, search) : null,
    state,
    nameless,
    empty,
    lists,
    help(words.say('devices.help'), words.say('devices.help1'), words.say('devices.help2')),
  );
  ends.add(
    page.connection.onUp(() => void load()),
    () => clearTimeout(again),
  );
  void load();
  return { node, title: words.say('devices.title'), stop: () => ends.all() };
}

type Act = (buttons: readonly HTMLButtonElement[], deed: () => Promise<unknown>) => Promise<void>;

function nameOf({ label, names, vendor, addresses, id }: Device): string {
  return label || names[0] || [vendor, addresses[0] ?? id].filter((part) => part !== null).join(' ');
}

/** What its probes are called. */
type Called = ReadonlyMap<string, string>;

function deviceRow(
  page: WatchPage,
  device: Device,
  called: Called,
  open: Set<string>,
  act: Act,
): HTMLElement {
  const { words, format, clock } = page;
  const { machine, mac, vendor, addresses, services, lastMs, firstMs, isMadeUp } = device;
  const name = nameOf(device);
  return h(
    'li',
    { 'data-id': device.id },
    h(
      'div',
      null,
      h(
        'p',
        null,
        h('span', { class: 'strong' }, name),
        device.label !== '' && device.names[0] !== undefined
          ? h('span', { class: 'soft' }, ` · ${device.names[0]}`)
          : null,
      ),
      facts(
        vendor ?? (isMadeUp ? words.say('devices.madeUp') : null),
        addresses.join(', '),
        mac,
        ...[...new Set(services.map((one) => one.replace(/^_|^upnp:|\._(tcp|udp)$/g, '')))].slice(0, 6),
      ),
      facts(
        words.say('devices.heard', { time: format.since(lastMs, clock.now()) }),
        words.say('devices.first', { time: moment(format, firstMs) }),
        machine === null
          ? null
          : h(
              'a',
              { href: `/machines/${machine}` },
              words.say('devices.isMachine', { name: machineName(page, machine) }),
            ),
        ...device.probes.map((id, at) => {
          const name = called.get(id);
          const watched = words.say('devices.watched');
          const text =
            name === undefined ? watched : at > 0 ? name : words.say('colon', { a: watched, b: name });
          return h('a', { href: `/probes/${id}` }, text);
        }),
      ),
      mayOperate(page) ? deviceForm(page, device, open, act) : null,
    ),
  );
}

function deviceForm(page: WatchPage, device: Device, open: Set<string>, act: Act): HTMLElement {
  const { words, watch } = page;
  const { id, label, standing, suggestions } = device;
  const name = field(`label-${id}`, words.say('devices.name'), null, {
    ...{ name: 'label', maxlength: 100, value: label, autocomplete: 'off' },
  });
  const options = places.map((value) => ({ value, text: words.say(`devices.${value}`) }));
  const chosen = choice(`standing-${id}`, words.say('devices.standing'), options, standing);
  const form = formNode({
    ...{ words, fields: [name], more: [chosen.node], verb: words.say('form.save') },
    // Whoever gives it a name knows it.
    send: () =>
      act([], () =>
        watch.changeDevice(id, {
          label: name.input.value.trim(),
          ...(chosen.value() === standing ? {} : { standing: chosen.value() }),
        }),
      ),
  });
  const remove = removing(words, {
    title: words.say('form.removeTitle', { name: nameOf(device) }),
    consequence: words.say('devices.removeText'),
    run: (buttons) => act(buttons, () => watch.removeDevice(id)),
  });
  const ways =
    mayManage(page) && suggestions.length > 0
      ? h(
          'div',
          null,
          h('p', { class: 'soft' }, words.say('devices.watch')),
          h('div', { class: 'buttons' }, ...suggestions.map((probe) => suggestionButton(page, probe, act))),
        )
      : null;
  const details = h(
    'details',
    { class: 'use', open: open.has(id) },
    h('summary', { class: 'soft' }, words.say('devices.more')),
    h('div', { class: 'fields' }, ways, form, h('div', { class: 'buttons' }, ...remove)),
  );
  details.addEventListener('toggle', () => {
    if (details.open) open.add(id);
    else open.delete(id);
  });
  return details;
}

function suggestionButton({ watch, go }: WatchPage, probe: NewProbe, act: Act): HTMLButtonElement {
  const { port } = probe.options as { port?: number };
  const one: HTMLButtonElement = button(
    port === undefined ? probe.kind : `${probe.kind} ${port}`,
    {},
    () =>
      void act([one], async () => {
        const { probe: made } = await watch.makeProbe(probe);
        go(`/probes/${made.id}`);
      }),
  );
  return one;
}
