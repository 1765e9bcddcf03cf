/** Groups of machines: a room, a floor, all servers. */
import type { Group } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { demand, field, formNode } from '../form.ts';
import { choice, rows, section } from '../settled.ts';
import { removing, rowDeeds } from './deeds.ts';
import type { WatchPage } from './index.ts';
import { optionField } from './option-fields.ts';
import { machineName, mayManage, probeName } from './parts.ts';

/** What a name becomes where only plain letters fit; never one that is there already. */
export function groupId(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{Mn}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  const base = plain === '' ? 'group' : plain;
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

export function groupsSection(
  page: WatchPage,
  groups: readonly Group[],
  onChange: () => Promise<void>,
): HTMLElement {
  const { words, watch } = page;
  const place = h('div');
  const edit = (group: Group | null): void => {
    const title = words.say(group === null ? 'groups.new' : 'groups.change');
    place.replaceChildren(
      h('h3', null, title),
      groupForm(page, groups, group, onChange, () => place.replaceChildren()),
    );
    place.querySelector<HTMLElement>('input')?.focus();
  };
  const list = rows<Group>(
    words,
    async () => [...groups],
    (group) => {
      const { id, name, machines } = group;
      const remove = removing(words, {
        title: words.say('form.removeTitle', { name }),
        consequence: words.say('groups.removeText'),
        run: (buttons) =>
          list.act(buttons, async () => {
            await watch.removeGroup(id);
            await onChange();
          }),
      });
      const members = machines.map((machine) => machineName(page, machine)).join(', ');
      return h(
        'li',
        null,
        h(
          'div',
          null,
          h('strong', null, name),
          h('p', { class: 'soft' }, members === '' ? words.say('groups.empty') : members),
        ),
        rowDeeds(page, () => edit(group), ...remove),
      );
    },
  );
  void list.load();
  const add = h('button', { type: 'button', on: { click: () => edit(null) } }, words.say('groups.new'));
  return section(
    words.say('groups.title'),
    words.say('groups.intro'),
    list.node,
    mayManage(page) ? h('div', { class: 'buttons' }, add) : null,
    place,
  );
}

function groupForm(
  page: WatchPage,
  groups: readonly Group[],
  old: Group | null,
  onChange: () => Promise<void>,
  onClose: () => void,
): HTMLElement {
  const { words, watch } = page;
  const name = field('group-name', words.say('groups.name'), null, {
    name: 'name',
    maxlength: 100,
    value: old?.name ?? '',
    autocomplete: 'off',
  });
  const machines = optionField(page, {
    ...{ name: 'machines', group: 'group', type: 'machines' },
    ...{ about: words.say('groups.machines'), value: old?.machines ?? [] },
  });
  let parentOf = () => old?.parent;
  const parent = h('div', { class: 'field', hidden: true });
  const offer = async (): Promise<void> => {
    const probes = (await watch.probes()).filter(({ probe }) => !probe.builtIn);
    const none = { value: '', text: words.say('probes.noParent') };
    const some = probes.map(({ probe }) => ({ value: probe.id, text: probeName(page, probe) }));
    const chosen = choice('group-parent', words.say('probes.parent'), [none, ...some], old?.parent ?? '');
    parentOf = () => (chosen.value() === '' ? undefined : chosen.value());
    parent.replaceChildren(chosen.node, h('span', { class: 'soft' }, words.say('groups.parentHint')));
    parent.hidden = false;
  };
  // Who cannot be told which probes there are leaves it as it is.
  offer().catch(() => parent.remove());
  return formNode({
    words,
    fields: [name, machines],
    more: [parent],
    verb: words.say('form.save'),
    others: [{ verb: words.say('cancel'), run: async () => onClose() }],
    async send() {
      const said = name.input.value.trim();
      demand(name, said !== '', words.say('form.missing'));
      const id =
        old?.id ??
        groupId(
          said,
          groups.map((one) => one.id),
        );
      const behind = parentOf();
      await watch.putGroup({
        ...{ id, name: said, machines: machines.read() as number[] },
        ...(behind === undefined ? {} : { parent: behind }),
      });
      page.announce(words.say('form.saved'));
      await onChange();
    },
  });
}
