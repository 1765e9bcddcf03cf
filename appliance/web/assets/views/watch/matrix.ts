/** What each vantage point says of a probe. */
import { type ProbeReason, probeReasons } from '../../../../protocol/probes/reasons.table.ts';
import type { ProbeState, VantageResult } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { timeNode } from '../../dom/time.ts';
import { dash } from '../../language/format.ts';
import type { WatchPage } from './index.ts';
import { machineName, textIn } from './parts.ts';

const looks = { up: 'well', down: 'bad', unknown: 'unknown' } as const;

export function matrixTable(page: WatchPage, { vantages }: ProbeState): HTMLElement {
  const { words } = page;
  if (vantages.length === 0) return h('p', { class: 'soft' }, words.say('probe.nobody'));
  const heads = (['from', 'verdict', 'duration', 'since', 'last'] as const).map((key) =>
    h('th', { scope: 'col', class: `c-${key}` }, words.say(`matrix.${key}`)),
  );
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.say('probe.matrix') },
    h(
      'table',
      { class: 'running' },
      h('thead', null, h('tr', null, ...heads)),
      h('tbody', null, ...vantages.map((one) => row(page, one))),
    ),
  );
}

function row(page: WatchPage, one: VantageResult): HTMLElement {
  const { words, format, clock } = page;
  const { machine, verdict, reason, sinceMs, lastMs, durationS } = one;
  const time = (atMs: number | null) => (atMs === null ? dash : timeNode(format, atMs, clock.now()));
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, h('a', { href: `/machines/${machine}` }, machineName(page, machine))),
    h(
      'td',
      { 'data-look': looks[verdict] },
      icon(looks[verdict]),
      ' ',
      words.say(`vantage.${verdict}`),
      reason === null ? null : h('div', { class: 'soft' }, reasonText(page, reason)),
    ),
    h('td', { class: 'num c-duration' }, durationS === null ? dash : format.latency(durationS)),
    h('td', { class: 'soft c-since' }, time(sinceMs)),
    h('td', { class: 'soft c-last' }, time(lastMs)),
  );
}

/** The detail comes from whoever answered, or did not. */
function reasonText({ words }: WatchPage, { code, detail }: { code: string; detail: string }): string {
  const known = Object.hasOwn(probeReasons, code) ? probeReasons[code as ProbeReason] : undefined;
  const said = known === undefined ? code : textIn(words, known);
  return detail === '' ? said : `${said} (${detail})`;
}
