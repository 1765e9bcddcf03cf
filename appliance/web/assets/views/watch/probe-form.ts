/** The form of a probe: the options of its kind as they are declared, from where, how often, how far. */
import { ApiError } from '../../api/client.ts';
import type { Group, NewProbe, ProbeKindInfo, ProbeOption, ProbeState } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { demand, type Field, field, formNode } from '../form.ts';
import { choice } from '../settled.ts';
import type { WatchPage } from './index.ts';
import { checkField, checks, type Option, optionField, readOptions } from './option-fields.ts';
import { probeName, textIn } from './parts.ts';

const usualIntervalMs = 20_000;

export type ProbeFormOptions = {
  info: ProbeKindInfo;
  old: ProbeState | null;
  probes: readonly ProbeState[];
  groups: readonly Group[];
  verb: string;
  onDone(saved: ProbeState): Promise<void>;
};

export function probeForm(page: WatchPage, o: ProbeFormOptions): HTMLElement {
  const { words, watch } = page;
  const { info, old } = o;
  const before = old?.probe;
  // What comes with the box stays where it is: only options, pace and reach can be changed.
  const isFixed = before?.builtIn ?? false;
  const name = field('probe-name', words.say('probes.name'), words.say('probes.nameHint'), {
    name: 'name',
    maxlength: 100,
    value: before?.name ?? '',
    readonly: isFixed,
    autocomplete: 'off',
  });
  name.path = 'probe.name';
  // What has no usual value is asked for first.
  const asked = info.options.toSorted((a, b) => Number('default' in a) - Number('default' in b));
  const options = asked.map((spec) => {
    const one = optionField(page, optionOf(page, spec, before?.options[spec.name]));
    return one;
  });
  const interval = optionField(page, {
    ...{ name: 'intervalMs', group: 'probe', type: 'duration', about: words.say('probes.interval') },
    ...{ value: before?.intervalMs ?? usualIntervalMs, min: 5_000, max: 86_400_000 },
  });
  const vantages = optionField(page, {
    ...{ name: 'vantages', group: 'probe', type: 'machines', about: words.say('probes.vantages') },
    ...{ value: before?.vantages ?? [], hint: words.say('probes.vantagesHint') },
  });
  const others = o.probes.filter(({ probe }) => probe.id !== before?.id);
  const parent = choice(
    'probe-parent',
    words.say('probes.parent'),
    [
      { value: '', text: words.say('probes.noParent') },
      ...others.map(({ probe }) => ({ value: probe.id, text: probeName(page, probe) })),
    ],
    before?.parent ?? '',
  );
  const groups = checks(
    'probe-groups',
    'groups',
    words.say('probes.groups'),
    o.groups.map(({ id, name: text }) => ({ value: id, text })),
    new Set(before?.groups ?? []),
  );
  groups.node.hidden = o.groups.length === 0 || isFixed;
  vantages.node.hidden = isFixed;
  const beyond = checkField(
    'probe-beyond',
    'beyond',
    words.say('probes.beyond'),
    before?.beyond ?? false,
    words.say('probes.beyondHint'),
  );
  const apart = (one: Field): Field => ({ ...one, node: h('span', { hidden: true }) });
  /** What lies outside may be meant: the field that allows it is among those that are folded away. */
  const showReach = (error: unknown): never => {
    if (error instanceof ApiError && error.message.includes('(beyond)')) reach.open = true;
    throw error;
  };
  const reach = h(
    'details',
    { class: 'use', open: before !== undefined },
    h('summary', null, words.say('probes.more')),
    h(
      'div',
      { class: 'fields' },
      vantages.node,
      beyond.node,
      h(
        'div',
        { class: 'field', hidden: isFixed },
        parent.node,
        h('span', { class: 'soft' }, words.say('probes.parentHint')),
      ),
      groups.node,
    ),
  );
  return formNode({
    words,
    fields: [name, ...options, interval, ...[vantages, groups, beyond].map(apart)],
    more: [reach],
    verb: o.verb,
    async send() {
      demand(name, name.input.value.trim() !== '', words.say('form.missing'));
      const probe = {
        name: name.input.value.trim(),
        options: readOptions(options),
        intervalMs: interval.read() as number,
        vantages: vantages.read() as number[],
        groups: groups.values(),
        parent: parent.value() === '' ? null : parent.value(),
        beyond: (beyond.input as HTMLInputElement).checked,
      } as Omit<NewProbe, 'kind'>;
      const kind = info.kind as NewProbe['kind'];
      const saving =
        before === undefined
          ? watch.makeProbe({ kind, ...probe })
          : watch.changeProbe(before.id, changesOf(before, probe));
      await o.onDone(await saving.catch(showReach));
    },
  });
}

/** Only what differs: of a probe that comes with the box not everything can be changed. */
export function changesOf<T extends object>(before: T, now: Partial<T>): Partial<T> {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
  const changed = Object.entries(now).filter(([key, value]) => !same(before[key as keyof T], value));
  return Object.fromEntries(changed) as Partial<T>;
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : value;

function optionOf({ words }: WatchPage, spec: ProbeOption, value: unknown): Option {
  const { name, type, about, choices, min, max } = spec;
  const isNumber = type === 'number';
  return {
    ...{ name, group: 'options', type, about: textIn(words, about), choices },
    value: value ?? spec.default,
    ...(isNumber ? { min, max } : { length: max }),
    // Without a usual value somebody has to say it.
    isOptional: false,
  };
}
