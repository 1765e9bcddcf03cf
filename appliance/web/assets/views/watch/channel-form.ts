/** The form of a channel: its own options as its kind declares them, and what it is for. */
import type { Channel, ChannelField, ChannelKind, Group, NewChannel, Severity } from '../../api/watch.ts';
import { severities } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import type { Language } from '../../language/words.ts';
import { demand, type Field, field, formNode } from '../form.ts';
import { choice } from '../settled.ts';
import type { WatchPage } from './index.ts';
import { mailFind } from './mail-find.ts';
import { checkField, checks, type OptionField, optionField } from './option-fields.ts';
import { textIn } from './parts.ts';
import { ownZone, weeklyFields, zoneField } from './weekly.ts';

/** As it is sent to change it: secrets that are left out stay. */
export function channelOf({ id: _id, status: _status, secrets: _secrets, ...channel }: Channel): NewChannel {
  return channel;
}

export type ChannelFormOptions = {
  kind: ChannelKind;
  old: Channel | null;
  groups: readonly Group[];
  onDone(saved: Channel): Promise<void>;
  onClose(): void;
};

export function channelForm(page: WatchPage, o: ChannelFormOptions): HTMLElement {
  const { words, watch } = page;
  const { kind, old } = o;
  const id = `channel-${old?.id ?? 'new'}`;
  const name = field(`${id}-name`, words.say('channels.name'), null, {
    name: 'name',
    maxlength: 100,
    value: old?.name ?? textIn(words, kind.about),
    autocomplete: 'off',
  });
  name.path = 'channel.name';
  const enabled = checkField(`${id}-enabled`, 'enabled', words.say('channels.enabled'), old?.enabled ?? true);
  const options = kind.fields.map((one) => ({ one, input: optionOf(page, id, one, old) }));
  const forgets = kind.fields
    .filter((one) => one.isSecret && one.isOptional && old?.secrets.includes(one.name))
    .map((one) => {
      const text = words.say('channels.forget', { what: textIn(words, one.about) });
      return {
        name: one.name,
        box: checkField(`${id}-forget-${one.name}`, `forget-${one.name}`, text, false),
      };
    });
  const use = useFields(page, id, o);
  const fields: Field[] = [
    ...[name, ...options.map(({ input }) => input)],
    ...[...forgets.map(({ box }) => box), enabled, ...use.fields],
  ];
  return formNode({
    words,
    fields,
    head:
      kind.kind === 'mail'
        ? [
            mailFind(
              page,
              id,
              options.map(({ input }) => input),
            ),
          ]
        : [],
    more: use.more,
    verb: words.say('form.save'),
    others: [{ verb: words.say('cancel'), run: async () => o.onClose() }],
    async send() {
      demand(name, name.input.value.trim() !== '', words.say('form.missing'));
      const read = options.map(({ one, input }) => ({ one, value: input.read() }));
      const given = (isSecret: boolean) =>
        Object.fromEntries(
          read
            .filter(({ one, value }) => one.isSecret === isSecret && value !== undefined)
            .map(({ one, value }) => [one.name, value]),
        );
      const channel: NewChannel = {
        kind: kind.kind,
        name: name.input.value.trim(),
        enabled: (enabled.input as HTMLInputElement).checked,
        ...use.read(),
        options: given(false),
        secrets: {
          ...(given(true) as Record<string, string>),
          ...Object.fromEntries(
            forgets
              .filter(({ box }) => (box.input as HTMLInputElement).checked)
              .map(({ name: secret }) => [secret, null]),
          ),
        },
      };
      await o.onDone(
        await (old === null ? watch.makeChannel(channel) : watch.changeChannel(old.id, channel)),
      );
    },
  });
}

function optionOf(page: WatchPage, id: string, one: ChannelField, old: Channel | null): OptionField {
  const { words } = page;
  const field = optionField(page, {
    ...{ name: one.name, group: id, type: one.type, about: textIn(words, one.about) },
    value: old?.options[one.name] ?? (one.type === 'choice' ? one.choices[0] : undefined),
    ...(one.hint === null ? {} : { hint: textIn(words, one.hint) }),
    ...{ isOptional: one.isOptional, isSecret: one.isSecret, choices: one.choices },
    isSet: old?.secrets.includes(one.name) ?? false,
  });
  field.path = `${one.isSecret ? 'secrets' : 'options'}.${one.name}`;
  return field;
}

/** What it is for: from which severity on, of which groups, when, in which language. */
function useFields(page: WatchPage, id: string, { old, groups }: ChannelFormOptions) {
  const { words } = page;
  const least = choice<Severity>(
    `${id}-least`,
    words.say('channels.least'),
    severities.map((value) => ({ value, text: words.say(`severity.${value}`) })),
    old?.takes.least ?? 'low',
  );
  const language = choice<Language>(
    `${id}-language`,
    words.say('channels.language'),
    [
      { value: 'en', text: 'English' },
      { value: 'fr', text: 'Français' },
    ],
    old?.language ?? words.language,
  );
  const zone = zoneField(page, `${id}-zone`, old?.zone ?? ownZone());
  const digest = field(`${id}-digest`, words.say('channels.digest'), words.say('channels.digestHint'), {
    ...{ name: 'digestAt', type: 'time', required: false, value: old?.digestAt ?? '' },
  });
  digest.node.classList.add('short');
  const only = checks(
    `${id}-groups`,
    'groups',
    words.say('channels.groups'),
    groups.map(({ id: value, name: text }) => ({ value, text })),
    new Set(old?.takes.groups ?? []),
    words.say('channels.groupsHint'),
  );
  only.node.hidden = groups.length === 0;
  const timed = checkField(
    `${id}-timed`,
    'timed',
    words.say('channels.timed'),
    old?.takes.weekly !== undefined,
  );
  const weekly = weeklyFields(page, `${id}-weekly`, old?.takes.weekly);
  const part = h('div', { class: 'fields' }, ...weekly.fields.map(({ node }) => node));
  const isTimed = (): boolean => (timed.input as HTMLInputElement).checked;
  const show = (): void => {
    part.hidden = !isTimed();
  };
  timed.input.addEventListener('change', show);
  show();
  const apart = (one: Field): Field => ({ ...one, node: h('span', { hidden: true }) });
  return {
    fields: [zone, digest, only, timed, ...weekly.fields].map(apart),
    more: [
      h(
        'details',
        { class: 'use', open: old !== null },
        h('summary', null, words.say('channels.use')),
        h(
          'div',
          { class: 'fields' },
          ...[least.node, language.node, zone.node, digest.node, only.node, timed.node, part],
        ),
      ),
    ],
    read() {
      demand(zone, zone.input.value.trim() !== '', words.say('form.missing'));
      return {
        language: language.value(),
        zone: zone.input.value.trim(),
        digestAt: digest.input.value === '' ? null : digest.input.value.slice(0, 5),
        takes: {
          least: least.value(),
          groups: only.values(),
          ...(isTimed() ? { weekly: weekly.read() } : {}),
        },
      };
    },
  };
}
