/** A form as the page uses it: fields with their own errors, one button, one line for what fits no field. */
import { ApiError } from '../api/client.ts';
import { type Child, h, type Props, setAttribute, setText } from '../dom/h.ts';
import type { Words } from '../language/words.ts';
import { button, errorLine, errorText, whileBusy } from './parts.ts';

export type Field = {
  node: HTMLElement;
  input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
  /** By which an answer that is refused names it, if not by the name of the input. */
  path?: string;
  refuse(text: string | null): void;
};

export function field(id: string, label: string, hint: string | null, props: Props): Field {
  return fieldAround(id, label, hint, h('input', { id, name: id, required: true, maxlength: 256, ...props }));
}

/** For text of many lines, as PEM. */
export function areaField(id: string, label: string, hint: string | null): Field {
  const area = h('textarea', {
    id,
    name: id,
    rows: 6,
    spellcheck: 'false',
    autocomplete: 'off',
    class: 'pem',
  });
  return fieldAround(id, label, hint, area);
}

export function fieldAround(id: string, label: string, hint: string | null, input: Field['input']): Field {
  const problem = h('span', { class: 'field-error', id: `${id}-error`, role: 'alert' });
  const help = hint === null ? null : h('span', { class: 'soft', id: `${id}-hint` }, hint);
  setAttribute(input, 'aria-describedby', `${help === null ? '' : `${id}-hint `}${id}-error`);
  return {
    node: h('div', { class: 'field' }, h('label', { for: id }, label), help, input, problem),
    input,
    refuse(text) {
      setText(problem, text ?? '');
      setAttribute(input, 'aria-invalid', text === null ? null : 'true');
    },
  };
}

export type FormOptions = {
  words: Words;
  fields: readonly Field[];
  verb: string;
  send(): Promise<void>;
  /** Further buttons; what is refused to them stands at the fields, too. */
  others?: readonly { verb: string; run(): Promise<void> }[];
  /** Between the fields and the button. */
  more?: readonly Child[];
  /** Before the fields. */
  head?: readonly Child[];
  class?: string;
};

export function formNode(o: FormOptions): HTMLFormElement {
  const line = errorLine();
  const submit = h('button', { type: 'submit', class: 'primary' }, o.verb);
  const refuse = (one: Field, text: string): void => {
    one.refuse(text);
    one.input.closest('details')?.setAttribute('open', '');
    one.input.focus();
  };
  const attempt = async (run: () => Promise<void>): Promise<void> => {
    line.show(null);
    for (const one of o.fields) one.refuse(null);
    try {
      await whileBusy([submit, ...others], run);
    } catch (error) {
      if (error instanceof Refused) return refuse(error.field, error.message);
      // An answer that names a field stands beside that field.
      const named = error instanceof ApiError ? fieldAt(o.fields, error.path) : undefined;
      if (named === undefined) line.show(errorText(error, o.words));
      else refuse(named, withoutPath(error as ApiError, o.words));
    }
  };
  const others = (o.others ?? []).map(({ verb, run }) => button(verb, {}, () => void attempt(run)));
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void attempt(o.send);
  };
  return h(
    'form',
    { class: o.class ?? 'form', novalidate: true, on: { submit: onSubmit } },
    ...(o.head ?? []),
    ...o.fields.map((one) => one.node),
    ...(o.more ?? []),
    line.node,
    others.length === 0 ? submit : h('div', { class: 'buttons' }, submit, ...others),
  );
}

/** At its field an answer need not say which field it means, nor that something does not fit. */
function withoutPath(error: ApiError, words: Words): string {
  const text = errorText(error, words);
  const parts = text.split(': ');
  const at = parts.slice(0, 2).findIndex((part) => part !== '' && `.${error.path}`.endsWith(`.${part}`));
  const said = at >= 0 && parts.length > at + 1 ? parts.slice(at + 1).join(': ') : text;
  return said.slice(0, 1).toUpperCase() + said.slice(1);
}

/** `rule.options.limit` is the field of `options.limit`, or of `limit`; `to.2` is that of `to`. */
function fieldAt(fields: readonly Field[], path = ''): Field | undefined {
  const wanted = `.${path.replace(/\[\d+\]|[./]\d+$/g, '').replaceAll('/', '.')}`;
  const keyOf = (one: Field): string => one.path ?? one.input.name;
  return fields
    .filter((one) => wanted.endsWith(`.${keyOf(one)}`))
    .sort((a, b) => keyOf(b).length - keyOf(a).length)[0];
}

export class Refused extends Error {
  readonly field: Field;
  constructor(field: Field, message: string) {
    super(message);
    this.field = field;
  }
}

export function demand(one: Field, good: boolean, text: string): void {
  if (!good) throw new Refused(one, text);
}
