/** All rules: what each does, how severe it is, on or off. */
import type { Rule, RuleKindInfo } from '../../api/watch.ts';
import type { View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { errorLine } from '../parts.ts';
import { rows } from '../settled.ts';
import type { WatchPage } from './index.ts';
import { facts, help, mayManage, severityMark, textIn, watchTabs } from './parts.ts';
import { ruleText } from './rule-words.ts';

export function rulesView(page: WatchPage): View {
  const { words, watch, format } = page;
  let kinds: RuleKindInfo[] = [];
  const line = errorLine();
  const draw = (rule: Rule): HTMLElement => {
    const name = textIn(words, rule.name);
    const others = Object.keys(rule.overrides).length;
    const onOff = h('input', {
      type: 'checkbox',
      role: 'switch',
      checked: rule.enabled,
      disabled: !mayManage(page),
      'aria-label': words.say('rules.onOff', { name }),
      on: {
        change: () =>
          void list.act([], async () => {
            await watch.changeRule(rule.id, 'all', { ...ownChange(rule), enabled: onOff.checked });
          }),
      },
    });
    const info = kinds.find(({ kind }) => kind === rule.kind);
    return h(
      'li',
      { class: rule.enabled ? 'rule' : 'rule off' },
      h(
        'div',
        null,
        h('a', { href: `/rules/${rule.id}`, class: 'strong' }, name),
        h('p', { class: 'soft' }, ruleText(rule, info, { words, format })),
        facts(
          severityMark(words, rule.severity),
          rule.builtIn ? null : words.say('rules.own'),
          others === 0 ? null : words.count('rules.exceptions', others),
        ),
      ),
      h(
        'label',
        { class: 'check' },
        onOff,
        h('span', null, words.say(rule.enabled ? 'rules.on' : 'rules.off')),
      ),
    );
  };
  const list = rows<Rule>(
    words,
    async () => {
      const answer = await watch.rules();
      kinds = answer.kinds;
      return answer.rules;
    },
    draw,
  );
  void list.load();
  const node = h(
    'div',
    { class: 'watch' },
    h('h1', null, words.say('nav.incidents')),
    watchTabs(page, '/rules'),
    line.node,
    h('p', null, words.say('rules.intro')),
    mayManage(page)
      ? h('p', null, h('a', { href: '/rules/new', class: 'button' }, words.say('rules.new')))
      : null,
    h('section', { class: 'card', 'aria-label': words.say('rules.title') }, list.node),
    help(words.say('rules.help'), words.say('rules.help1'), words.say('rules.help2')),
  );
  return { node, title: words.say('rules.title'), stop: () => undefined };
}

/** All that is said of the rule for everything: what is sent replaces what was said before. */
function ownChange({ enabled, severity, options, cooldownMs, repeatMs }: Rule) {
  return { enabled, severity, options, cooldownMs, repeatMs };
}
