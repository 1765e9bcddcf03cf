/** Lines of what is wrong, as they stand above the machines and above one machine. */
import type { Page } from '../context.ts';
import { h } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import { timeNode } from '../dom/time.ts';
import type { Problem } from '../fleet/health.ts';
import { type Head, levelOf } from '../fleet/incidents.ts';

export type Line = { rank: number; key: unknown; draw(): HTMLElement };

export function problemsBox({ words }: Page): HTMLElement {
  return h('div', {
    class: 'problems',
    role: 'region',
    'aria-live': 'polite',
    'aria-label': words.say('overview.problems'),
  });
}

type Look = { level: 'bad' | 'attention'; href: string; text: string; more?: string; sinceMs: number | null };

function drawn({ words, format, clock }: Page, o: Look, known: boolean): HTMLElement {
  return h(
    'a',
    { class: `problem ${known ? 'known' : o.level}`, href: o.href },
    icon(known ? 'well' : o.level),
    h(
      'span',
      null,
      h('span', { class: 'sr' }, `${words.say(`health.${o.level}`)}: `),
      o.text,
      o.more === undefined || o.more === '' ? null : h('small', null, o.more),
    ),
    o.sinceMs === null ? null : timeNode(format, o.sinceMs, clock.now()),
  );
}

/** What the watch has found; what somebody knows of stands last. */
export function incidentLine(page: Page, { incident, explains }: Head): Line {
  const { id, severity, acknowledged, text, openedMs, revision } = incident;
  const { words } = page;
  const level = levelOf(severity);
  const more = [
    explains.length === 0 ? '' : words.count('overview.explains', explains.length),
    acknowledged === null ? '' : words.say('overview.known', { name: acknowledged.who }),
  ];
  return {
    rank: acknowledged === null ? Number(level !== 'bad') : 2,
    key: [id, revision, explains.length],
    draw: () =>
      drawn(
        page,
        {
          ...{ level, href: `/incidents/${id}`, text: text[words.language], sinceMs: openedMs },
          more: more.filter((part) => part !== '').join(' · '),
        },
        acknowledged !== null,
      ),
  };
}

/** What is seen of a machine before the watch calls it an incident. */
export function problemLine(page: Page, problem: Problem): Line {
  const { machine, name, level, kind, sinceMs, share } = problem;
  const since = sinceMs === null ? '' : page.format.since(sinceMs, page.clock.now());
  const percent = share === null ? '' : page.format.percent(share);
  const text = page.words.say(`problem.${kind}`, { name, since, share: percent });
  return {
    rank: Number(level !== 'bad'),
    key: problem,
    draw: () => drawn(page, { level, href: `/machines/${machine}`, text, sinceMs }, false),
  };
}
