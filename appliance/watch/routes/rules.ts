/** Rules: what they are, what is said of them for whom, and what they would have done. */
import { Failure } from '../../runtime/errors.ts';
import type { LocalRequest, Route } from '../../runtime/socket/server.ts';
import type { Rule, RuleKindInfo, Scope } from '../client/types.ts';
import type { Duty } from '../duty.ts';
import { checkScope } from '../library/checks.ts';
import { preview } from '../preview.ts';
import { noSuch } from '../refused.ts';
import { kindNamed, ruleKinds } from '../rules/index.ts';
import { checkChange, checkNewRule } from '../rules/options.ts';
import { dayMs } from '../rules/rule.ts';
import type { WatchStore } from '../watch-store.ts';
import { bodyOf, byOf, checkPreview, orderOf, parsed } from './bodies.ts';

export function ruleRoutes(duty: Duty, store: WatchStore): Route[] {
  const { library } = duty;
  let isPreviewing = false;
  return [
    { method: 'GET', path: '/v1/rules', handle: () => ({ json: { kinds: kinds(), rules: rulesOf(duty) } }) },
    {
      method: 'POST',
      path: '/v1/rules',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'rule', checkNewRule);
        return { json: await library.createRule(asked, by) };
      },
    },
    {
      method: 'PUT',
      path: '/v1/rules/:rule/:scope',
      async handle(request) {
        const { id, kind } = known(duty, request);
        const scope = scopeOf(duty, request);
        const { asked, by } = await orderOf(request, 'change', checkChange(kindNamed(kind)!));
        return { json: await library.changeRule(id, scope, asked, by) };
      },
    },
    {
      method: 'POST',
      path: '/v1/rules/:rule/remove',
      async handle(request) {
        const by = await byOf(request);
        await library.removeRule(known(duty, request).id, by);
        return {};
      },
    },
    {
      method: 'POST',
      path: '/v1/preview',
      async handle(request) {
        const { rule, days, machines } = await bodyOf(checkPreview, request);
        // Each reads days of every machine: one at a time is what a small box can bear.
        if (isPreviewing)
          throw new Failure('TOO_MANY', {
            en: 'another preview is being made; try again in a moment',
            fr: 'un autre aperçu est en cours ; réessayez dans un instant',
          });
        isPreviewing = true;
        try {
          const toMs = Math.round(duty.time.wallMs());
          const asked = duty.machines().filter(({ machine }) => machines?.includes(machine) ?? true);
          return {
            json: await preview({
              ...{
                store,
                rule,
                machines: asked,
                probes: duty.probes.all().filter(({ builtIn }) => !builtIn),
                toMs,
                fromMs: Math.round(toMs - days * dayMs),
              },
              signal: request.signal,
            }),
          };
        } finally {
          isPreviewing = false;
        }
      },
    },
  ];
}

function kinds(): RuleKindInfo[] {
  return Object.entries(ruleKinds).map(([kind, { about, options }]) => ({
    kind,
    about,
    options: { ...options },
  }));
}

function rulesOf({ library }: Duty): Rule[] {
  const book = library.book();
  return book.ids.flatMap((id) => book.rule(id) ?? []);
}

function known(duty: Duty, { params }: LocalRequest): Rule {
  const id = params.rule ?? '';
  const rule = duty.library.book().rule(id);
  if (rule === null) throw noSuch('rule', id);
  return rule;
}

/** Of groups, machines and probes that there are. */
function scopeOf(duty: Duty, { params }: LocalRequest): Scope {
  const scope = parsed(checkScope, params.scope, 'scope');
  const [kind, name] = scope.split(':');
  const isThere =
    kind === 'all' ||
    (kind === 'group' && duty.library.groups().some(({ id }) => id === name)) ||
    (kind === 'machine' && duty.machines().some(({ machine }) => String(machine) === name)) ||
    (kind === 'probe' && duty.probes.find(name ?? '') !== undefined);
  if (kind === 'probe' && duty.probes.find(name ?? '')?.builtIn === true)
    throw new Failure(
      'BAD_REQUEST',
      {
        en: `${name} comes with the program, and no rule about probes judges it: the rules of the network do`,
        fr: `${name} est fournie avec le programme, et aucune règle sur les sondes ne la juge : ce sont celles du réseau`,
      },
      { path: 'scope' },
    );
  if (!isThere && (kind === 'group' || kind === 'machine' || kind === 'probe'))
    throw noSuch(kind, name ?? '', 'scope');
  return scope;
}
