/** The form of a rule, for everything or for a few; what would have fired stands below before anything is saved. */
import type { NewRule, OptionSpec, Rule, RuleChange, RuleKindInfo, Severity } from '../../api/watch.ts';
import { severities } from '../../api/watch.ts';
import { h, setText } from '../../dom/h.ts';
import { demand, type Field, field, formNode } from '../form.ts';
import { choice } from '../settled.ts';
import type { WatchPage } from './index.ts';
import { checkField, type OptionField, optionField, readOptions } from './option-fields.ts';
import { textIn } from './parts.ts';
import { previewNode } from './preview.ts';
import { optionText } from './rule-words.ts';

const previewDays = 7;
const longestPauseMs = 30 * 86_400_000;

type Values = Required<RuleChange>;

export type RuleFormOptions = {
  /** Before the names of its fields, so that two forms may stand on one page. */
  id: string;
  info: RuleKindInfo;
  /** As it is now, for this scope. */
  values: Values;
  /** Null: a person gives the name. */
  name: string | null;
  /** Only these machines; undefined: all. */
  machines?: number[];
  verb: string;
  send(values: Values, name: string): Promise<void>;
};

export function ruleForm(page: WatchPage, o: RuleFormOptions): HTMLElement {
  const { words, watch } = page;
  const { info, values } = o;
  const name = field(`${o.id}-name`, words.say('rules.name'), null, {
    name: 'name',
    maxlength: 100,
    autocomplete: 'off',
  });
  const enabled = checkField(`${o.id}-enabled`, 'enabled', words.say('rules.enabled'), values.enabled);
  const severity = choice<Severity>(
    `${o.id}-severity`,
    words.say('rules.severity'),
    severities.map((value) => ({ value, text: words.say(`severity.${value}`) })),
    values.severity,
  );
  const specs = Object.entries(info.options);
  const options = specs.map(([key, spec]) =>
    withMeaning(
      page,
      key,
      spec,
      optionField(page, { ...optionOf(page, key, spec, values.options[key]), id: `${o.id}-${key}` }),
      () => metricOf(),
    ),
  );
  const metricOf = (): string => options.find((one) => one.name === 'metric')?.input.value ?? '';
  const pause = (key: 'cooldownMs' | 'repeatMs'): OptionField =>
    optionField(page, {
      ...{
        id: `${o.id}-${key}`,
        name: key,
        group: 'rule',
        type: 'duration',
        about: words.say(`rules.${key}`),
      },
      ...{ value: values[key], min: 0, max: longestPauseMs, hint: words.say(`rules.${key}.hint`) },
    });
  const cooldown = pause('cooldownMs');
  const repeat = pause('repeatMs');
  const told = h('div', { 'aria-live': 'polite' });

  const read = (): { values: Values; name: string } => {
    const said = o.name ?? name.input.value.trim();
    demand(name, said !== '', words.say('form.missing'));
    return {
      name: said,
      values: {
        enabled: (enabled.input as HTMLInputElement).checked,
        severity: severity.value(),
        options: readOptions(options) as Values['options'],
        cooldownMs: cooldown.read() as number,
        repeatMs: repeat.read() as number,
      },
    };
  };
  const preview = async (): Promise<void> => {
    const now = read();
    const rule: NewRule = { kind: info.kind, name: now.name, ...now.values };
    told.replaceChildren(h('p', { class: 'soft' }, words.say('preview.busy')));
    try {
      const found = await watch.preview({
        rule,
        days: previewDays,
        ...(o.machines === undefined ? {} : { machines: o.machines }),
      });
      told.replaceChildren(previewNode(page, found, previewDays));
      const metric = options.find(({ path }) => path === 'options.metric');
      const [warning] = found.warnings;
      if (warning !== undefined && metric !== undefined) metric.refuse(textIn(words, warning));
    } catch (error) {
      told.replaceChildren();
      throw error;
    }
  };
  const fields: Field[] = [...(o.name === null ? [name] : []), enabled, ...options, cooldown, repeat];
  const form = formNode({
    words,
    fields,
    more: [severity.node],
    verb: o.verb,
    others: [{ verb: words.count('preview.verb', previewDays), run: preview }],
    async send() {
      const now = read();
      await o.send(now.values, now.name);
    },
  });
  return h('div', { class: 'with-preview' }, form, told);
}

/** Beside a bare number stands what it means for the series that is named. */
function withMeaning(
  { words, format }: WatchPage,
  key: string,
  spec: OptionSpec,
  one: OptionField,
  metric: () => string,
): OptionField {
  if (spec.type !== 'number') return one;
  const meaning = h('span', { class: 'soft', 'aria-live': 'polite' });
  const show = (): void => {
    const value = Number(one.input.value);
    const text = optionText(key, spec, value, { options: { metric: metric() }, words, format });
    setText(meaning, one.input.value === '' || text === format.plain(value) ? '' : `= ${text}`);
  };
  one.input.addEventListener('input', show);
  one.input.after(meaning);
  queueMicrotask(show);
  return one;
}

function optionOf({ words }: WatchPage, name: string, spec: OptionSpec, value: number | string | undefined) {
  const { type, about, min, max, choices } = spec;
  const isAnything = type === 'metric' && spec.default === '';
  return {
    ...{ name, group: 'options', type, about: textIn(words, about), value: value ?? spec.default },
    ...{ min, max, choices, isOptional: isAnything },
    hint: type === 'metric' ? words.say('rules.metricHint') : null,
  };
}

/** As a rule of this kind is when nobody has said anything of it. */
export function usualValues(info: RuleKindInfo): Values {
  const options = Object.fromEntries(
    Object.entries(info.options).map(([name, spec]) => [name, spec.default]),
  );
  return {
    ...{ enabled: true, severity: 'medium', options },
    ...{ cooldownMs: 15 * 60_000, repeatMs: 4 * 3_600_000 },
  };
}

export const valuesOf = (rule: Rule, change: RuleChange = {}): Values => ({
  enabled: change.enabled ?? rule.enabled,
  severity: change.severity ?? rule.severity,
  options: { ...rule.options, ...change.options },
  cooldownMs: change.cooldownMs ?? rule.cooldownMs,
  repeatMs: change.repeatMs ?? rule.repeatMs,
});

/** What a narrower scope says: only that in which it differs. */
export function differences(wider: Values, now: Values): RuleChange {
  const options = Object.entries(now.options).filter(([name, value]) => wider.options[name] !== value);
  return {
    ...(now.enabled === wider.enabled ? {} : { enabled: now.enabled }),
    ...(now.severity === wider.severity ? {} : { severity: now.severity }),
    ...(options.length === 0 ? {} : { options: Object.fromEntries(options) }),
    ...(now.cooldownMs === wider.cooldownMs ? {} : { cooldownMs: now.cooldownMs }),
    ...(now.repeatMs === wider.repeatMs ? {} : { repeatMs: now.repeatMs }),
  };
}
