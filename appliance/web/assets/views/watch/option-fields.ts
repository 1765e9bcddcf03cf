/** Fields made from what a kind declares: of rules, of channels, of probes. None is written by hand. */
import { h, setAttribute, setText } from '../../dom/h.ts';
import { readDuration, writeDuration } from '../../language/durations.ts';
import { demand, type Field, fieldAround } from '../form.ts';
import type { WatchPage, WatchWords } from './index.ts';
import { capital } from './parts.ts';

export type OptionType =
  | 'text'
  | 'number'
  | 'duration'
  | 'choice'
  | 'flag'
  | 'list'
  | 'area'
  | 'metric'
  | 'machines'
  | 'host'
  | 'url';

export type Option = {
  /** Of its input, if it is not made from group and name. */
  id?: string;
  name: string;
  /** What stands before the name in an answer that refuses it. */
  group: string;
  type: OptionType;
  about: string;
  value: unknown;
  isOptional?: boolean;
  /** Typed, never shown; `isSet`: the box has one. */
  isSecret?: boolean;
  isSet?: boolean;
  min?: number | undefined;
  max?: number | undefined;
  length?: number | undefined;
  choices?: readonly string[] | undefined;
  hint?: string | null;
};

/** Undefined: left out. Says at the field what does not fit. */
export type OptionField = Field & { name: string; read(): unknown };

export function optionField(page: WatchPage, option: Option): OptionField {
  const made = makers[option.type](page, option);
  made.path = `${option.group}.${option.name}`;
  return { ...made, name: option.name };
}

export function readOptions(fields: readonly OptionField[]): Record<string, unknown> {
  const values = fields.map((one) => [one.name, one.read()] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

type Maker = (page: WatchPage, option: Option) => Field & { read(): unknown };

const idOf = ({ id, group, name }: Option): string => id ?? `${group}-${name}`;
const labelOf = ({ about, isOptional }: Option, words: WatchWords): string =>
  isOptional ? `${capital(about)} (${words.say('form.optional')})` : capital(about);

function line(
  page: WatchPage,
  option: Option,
  props: Record<string, string | number | boolean | null>,
): Field {
  const id = idOf(option);
  const input = h('input', {
    id,
    name: option.name,
    autocomplete: 'off',
    maxlength: option.length ?? 2000,
    value: String(option.value ?? ''),
    ...props,
  });
  return fieldAround(id, labelOf(option, page.words), option.hint ?? null, input);
}

const textLine: Maker = (page, option) => {
  const { words } = page;
  const { isSecret = false, isSet = false, isOptional = false } = option;
  const secret = {
    type: 'password',
    autocomplete: 'new-password',
    value: '',
    placeholder: isSet ? words.say('form.kept') : null,
  };
  const one = line(page, option, { spellcheck: 'false', ...(isSecret ? secret : {}) });
  return {
    ...one,
    read() {
      const text = isSecret ? one.input.value : one.input.value.trim();
      if (text !== '') return text;
      // A default that is empty may stay so.
      demand(one, isOptional || isSet || option.value === '', words.say('form.missing'));
      return option.value === '' && !isSecret && !isOptional ? '' : undefined;
    },
  };
};

const numberLine: Maker = (page, option) => {
  const { words, format } = page;
  const { min, max, isOptional = false } = option;
  const one = line(page, option, { type: 'number', step: 'any', min: min ?? null, max: max ?? null });
  return {
    ...one,
    read() {
      const text = one.input.value.trim();
      if (text === '' && isOptional) return undefined;
      const value = Number(text);
      const fits =
        text !== '' && Number.isFinite(value) && value >= (min ?? -Infinity) && value <= (max ?? Infinity);
      const bounds =
        min !== undefined && max !== undefined
          ? words.say('form.between', { min: format.plain(min), max: format.plain(max) })
          : min !== undefined
            ? words.say('form.least', { min: format.plain(min) })
            : words.say('form.number');
      demand(one, fits, bounds);
      return value;
    },
  };
};

const durationLine: Maker = (page, option) => {
  const { words } = page;
  const { min = 0, max = Infinity } = option;
  const written = typeof option.value === 'number' ? writeDuration(option.value, words.language) : '';
  const one = line(page, { ...option, value: written, length: 30 }, {});
  return {
    ...one,
    read() {
      const ms = readDuration(one.input.value);
      demand(one, ms !== null, words.say('form.duration'));
      const bounds = { min: writeDuration(min, words.language), max: writeDuration(max, words.language) };
      demand(one, ms !== null && ms >= min && ms <= max, words.say('form.between', bounds));
      return ms;
    },
  };
};

const choiceLine: Maker = (page, option) => {
  const { words } = page;
  const id = idOf(option);
  const select = h(
    'select',
    { id, name: option.name },
    ...(option.choices ?? []).map((value) =>
      h('option', { value, selected: value === option.value }, words.maybe(`choice.${value}`, value)),
    ),
  );
  const one = fieldAround(id, labelOf(option, words), option.hint ?? null, select);
  return { ...one, read: () => select.value };
};

const flagLine: Maker = (page, option) => {
  const one = checkField(idOf(option), option.name, labelOf(option, page.words), option.value === true);
  return { ...one, read: () => (one.input as HTMLInputElement).checked };
};

/** A text a line. */
const area =
  (isList: boolean): Maker =>
  (page, option) => {
    const { words } = page;
    const id = idOf(option);
    const value = Array.isArray(option.value) ? option.value.join('\n') : String(option.value ?? '');
    const text = h('textarea', { id, name: option.name, rows: isList ? 3 : 6, spellcheck: 'false' }, value);
    const hint = option.hint ?? (isList ? words.say('form.perLine') : null);
    const one = fieldAround(id, labelOf(option, words), hint, text);
    return {
      ...one,
      read() {
        const lines = text.value
          .split(/[\n,;]/)
          .map((part) => part.trim())
          .filter((part) => part !== '');
        const given = text.value.trim();
        demand(one, option.isOptional === true || given !== '', words.say('form.missing'));
        if (given === '') return undefined;
        return isList ? lines : given;
      },
    };
  };

const machinesList: Maker = (page, option) => {
  const chosen = new Set(Array.isArray(option.value) ? option.value.map(String) : []);
  const collator = new Intl.Collator(page.words.language, { numeric: true });
  const machines = [...page.connection.fleet.rows.values()].sort((a, b) => collator.compare(a.name, b.name));
  const one = checks(
    idOf(option),
    option.name,
    labelOf(option, page.words),
    machines.map(({ machine, name }) => ({ value: String(machine), text: name })),
    chosen,
    option.hint ?? null,
  );
  return { ...one, read: () => one.values().map(Number) };
};

const makers: Record<OptionType, Maker> = {
  text: textLine,
  metric: textLine,
  host: textLine,
  url: textLine,
  number: numberLine,
  duration: durationLine,
  choice: choiceLine,
  flag: flagLine,
  list: area(true),
  area: area(false),
  machines: machinesList,
};

/** One box to tick, with its words behind it. */
export function checkField(id: string, name: string, text: string, isOn: boolean, hint?: string): Field {
  const input = h('input', { type: 'checkbox', id, name, checked: isOn });
  const problem = h('span', { class: 'field-error', id: `${id}-error`, role: 'alert' });
  setAttribute(input, 'aria-describedby', `${id}-error`);
  return {
    node: h(
      'div',
      { class: 'field' },
      h('label', { class: 'check', for: id }, input, h('span', null, text)),
      hint === undefined ? null : h('span', { class: 'soft' }, hint),
      problem,
    ),
    input,
    refuse: (said) => setText(problem, said ?? ''),
  };
}

/** Several boxes of one question. */
export function checks(
  id: string,
  name: string,
  legend: string,
  choices: readonly { value: string; text: string }[],
  chosen: ReadonlySet<string>,
  hint: string | null = null,
): Field & { values(): string[] } {
  const inputs = choices.map(({ value }, index) =>
    h('input', { type: 'checkbox', id: `${id}-${index}`, name, value, checked: chosen.has(value) }),
  );
  const problem = h('span', { class: 'field-error', id: `${id}-error`, role: 'alert' });
  const marks = choices.map(({ text }, index) =>
    h('label', { class: 'check', for: `${id}-${index}` }, inputs[index], h('span', null, text)),
  );
  return {
    node: h(
      'fieldset',
      { 'aria-describedby': `${id}-error` },
      h('legend', null, legend),
      hint === null ? null : h('span', { class: 'soft' }, hint),
      h('div', { class: 'many', tabindex: choices.length > 12 ? 0 : null }, ...marks),
      problem,
    ),
    input: inputs[0] ?? h('input', { name }),
    refuse: (said) => setText(problem, said ?? ''),
    values: () => inputs.filter(({ checked }) => checked).map(({ value }) => value),
  };
}
