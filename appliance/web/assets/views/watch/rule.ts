/** One rule: how it is for everything, where it is otherwise, and a new one. */
import type { Rule, RuleKindInfo, Scope } from '../../api/watch.ts';
import type { View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { missingView } from '../missing.ts';
import { errorLine, errorText } from '../parts.ts';
import { choice, section } from '../settled.ts';
import { removing, rowDeeds } from './deeds.ts';
import type { WatchPage } from './index.ts';
import {
  backLink,
  facts,
  mayManage,
  mayOperate,
  type Names,
  readNames,
  scopeChoices,
  severityMark,
  textIn,
} from './parts.ts';
import { differences, ruleForm, usualValues, valuesOf } from './rule-form.ts';
import { ruleText } from './rule-words.ts';

export function ruleView(page: WatchPage, id: string): View {
  const { words, watch, format } = page;
  const line = errorLine();
  const body = h('div', { class: 'watch' });
  const title = h('h1', null, words.say('loading'));
  const node = frame(page, title, line.node, body);
  const load = async (): Promise<void> => {
    try {
      const [{ rules, kinds }, names] = await Promise.all([watch.rules(), readNames(page)]);
      const rule = rules.find((one) => one.id === id);
      const info = kinds.find(({ kind }) => kind === rule?.kind);
      if (rule === undefined || info === undefined) {
        node.replaceChildren(missingView(page).node);
        return;
      }
      title.textContent = textIn(words, rule.name);
      document.title = `${textIn(words, rule.name)} · NetMonitor`;
      body.replaceChildren(
        h('p', null, textIn(words, info.about)),
        h('p', { class: 'soft' }, ruleText(rule, info, { words, format })),
        forAll(page, rule, info, load),
        section(
          words.say('overrides.title'),
          words.say('overrides.intro'),
          overrides(page, { rule, info, names, load }),
        ),
        ...removal(page, rule, line.show),
      );
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  void load();
  return { node, title: words.say('rules.title'), stop: () => undefined };
}

function frame({ words }: WatchPage, title: HTMLElement, ...rest: HTMLElement[]): HTMLElement {
  return h('div', { class: 'watch' }, backLink('/rules', words.say('rules.title')), title, ...rest);
}

function forAll(page: WatchPage, rule: Rule, info: RuleKindInfo, load: () => Promise<void>): HTMLElement {
  const { words, watch } = page;
  if (!mayOperate(page)) return section(words.say('scope.all'), null, severityMark(words, rule.severity));
  const form = ruleForm(page, {
    ...{ id: 'rule', info, values: valuesOf(rule), name: textIn(words, rule.name) },
    verb: words.say('form.save'),
    async send(values) {
      await watch.changeRule(rule.id, 'all', values);
      page.announce(words.say('form.saved'));
      await load();
    },
  });
  if (!mayManage(page)) form.querySelector('button[type=submit]')?.remove();
  return section(words.say('scope.all'), null, form);
}

type Parts = { rule: Rule; info: RuleKindInfo; names: Names; load(): Promise<void> };

function overrides(page: WatchPage, parts: Parts): HTMLElement {
  const { words, watch, format } = page;
  const { rule, info, names, load } = parts;
  const place = h('div');
  const edit = (scope: Scope): void => {
    const form = overrideForm(page, parts, scope);
    place.replaceChildren(h('h3', null, names.scope(scope)), form);
    form.querySelector<HTMLElement>('input, select')?.focus();
  };
  const row = (scope: Scope): HTMLElement => {
    const change = rule.overrides[scope] ?? {};
    const now = valuesOf(rule, change);
    const name = names.scope(scope);
    const remove = removing(words, {
      title: words.say('overrides.removeTitle', { name }),
      consequence: words.say('overrides.removeText', { name }),
      async run() {
        await watch.changeRule(rule.id, scope, {});
        await load();
      },
    });
    return h(
      'li',
      null,
      h(
        'div',
        null,
        h('strong', null, name),
        h(
          'p',
          { class: 'soft' },
          ruleText({ kind: rule.kind, options: now.options }, info, { words, format }),
        ),
        facts(severityMark(words, now.severity), words.say(now.enabled ? 'rules.on' : 'rules.off')),
      ),
      rowDeeds(page, () => edit(scope), ...remove),
    );
  };
  const scopes = Object.keys(rule.overrides) as Scope[];
  const free = scopeChoices(page, names, /probe|certificate|flapping/.test(rule.kind)).filter(
    ([scope]) => !scopes.includes(scope),
  );
  return h(
    'div',
    { class: 'watch' },
    scopes.length === 0
      ? h('p', { class: 'soft' }, words.say('overrides.none'))
      : h('ul', { class: 'rows' }, ...scopes.map(row)),
    mayManage(page) && free.length > 0 ? chooser(page, free, edit) : null,
    place,
  );
}

function chooser({ words }: WatchPage, free: [Scope, string][], edit: (scope: Scope) => void): HTMLElement {
  const options = free.map(([value, text]) => ({ value, text }));
  const first = free[0]?.[0] ?? 'all';
  const one = choice<Scope>('override-for', words.say('overrides.for'), options, first);
  const open = h(
    'button',
    { type: 'button', on: { click: () => edit(one.value()) } },
    words.say('overrides.add'),
  );
  return h('div', { class: 'beside' }, one.node, open);
}

function overrideForm(page: WatchPage, { rule, info, names, load }: Parts, scope: Scope): HTMLElement {
  const { words, watch } = page;
  const machines = machinesOf(scope, names);
  return ruleForm(page, {
    ...{
      id: 'exception',
      info,
      values: valuesOf(rule, rule.overrides[scope]),
      name: textIn(words, rule.name),
    },
    ...(machines === undefined || machines.length === 0 ? {} : { machines }),
    verb: words.say('form.save'),
    async send(values) {
      await watch.changeRule(rule.id, scope, differences(valuesOf(rule), values));
      page.announce(words.say('form.saved'));
      await load();
    },
  });
}

function machinesOf(scope: Scope, { groups }: Names): number[] | undefined {
  const [kind, id = ''] = scope.split(':');
  if (kind === 'machine') return [Number(id)];
  return kind === 'group' ? groups.find((one) => one.id === id)?.machines : undefined;
}

function removal(page: WatchPage, rule: Rule, tell: (text: string) => void): HTMLElement[] {
  const { words, watch } = page;
  if (rule.builtIn || !mayManage(page)) return [];
  const name = textIn(words, rule.name);
  return [
    h(
      'p',
      null,
      ...removing(words, {
        text: words.say('rules.remove'),
        title: words.say('form.removeTitle', { name }),
        consequence: words.say('rules.removeText'),
        async run() {
          try {
            await watch.removeRule(rule.id);
            page.go('/rules');
          } catch (error) {
            tell(errorText(error, words));
          }
        },
      }),
    ),
  ];
}

export function newRuleView(page: WatchPage): View {
  const { words, watch } = page;
  const line = errorLine();
  const body = h('div', { class: 'watch' });
  const node = frame(page, h('h1', null, words.say('rules.new')), line.node, body);
  const open = (kinds: readonly RuleKindInfo[]): void => {
    const options = kinds.map(({ kind, about }) => ({ value: kind, text: textIn(words, about) }));
    const kind = choice('rule-kind', words.say('rules.kind'), options, options[0]?.value ?? '');
    const place = h('div');
    const show = (): void => {
      const info = kinds.find((one) => one.kind === kind.value());
      if (info === undefined) return;
      place.replaceChildren(
        ruleForm(page, {
          ...{ id: 'rule', info, values: usualValues(info), name: null },
          verb: words.say('rules.make'),
          async send(values, name) {
            const made = await watch.makeRule({ kind: info.kind, name, ...values });
            page.go(`/rules/${made.id}`);
          },
        }),
      );
    };
    kind.select.addEventListener('change', show);
    show();
    body.replaceChildren(h('section', { class: 'card' }, kind.node, place));
  };
  watch.rules().then(
    ({ kinds }) => open(kinds),
    (error: unknown) => line.show(errorText(error, words)),
  );
  return { node, title: words.say('rules.new'), stop: () => undefined };
}
