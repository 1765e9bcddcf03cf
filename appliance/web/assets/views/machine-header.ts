/** The head of the machine page: name, state, and one line of facts. */
import type { FleetRow } from '../api/types.ts';
import type { Page } from '../context.ts';
import { h, setText } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import { timeNode } from '../dom/time.ts';
import { hasValues, healthOf } from '../fleet/health.ts';

export type Header = { node: HTMLElement; show(row: FleetRow): void };

export function createHeader(page: Page): Header {
  const { words, format, clock } = page;
  const name = h('h1');
  const state = h('p', { class: 'state', 'aria-live': 'polite' });
  const facts = h('dl', { class: 'facts' });
  const node = h('header', { class: 'machine-head' }, h('div', { class: 'title' }, name, state), facts);
  let shownState = '';
  let shownFacts = '';

  const showState = (row: FleetRow): void => {
    const health = healthOf(row);
    const key = `${health} ${row.state} ${row.stateSinceMs}`;
    if (key === shownState) return;
    shownState = key;
    node.dataset.health = health;
    const word = row.state === 'up' ? words.say(`health.${health}`) : words.say(`state.${row.state}`);
    const since = words.say('machine.since', { time: format.since(row.stateSinceMs, clock.now()) });
    state.replaceChildren(
      icon(health),
      h('b', null, word),
      h('span', { class: 'soft', title: format.exact(row.stateSinceMs) }, since),
    );
  };
  const showFacts = (row: FleetRow): void => {
    const list = factsOf(row);
    const key = JSON.stringify([list, Math.floor((row.tMs ?? row.lastSampleMs ?? 0) / 10_000)]);
    if (key === shownFacts) return;
    shownFacts = key;
    const heardMs = row.tMs ?? row.lastSampleMs;
    facts.replaceChildren(
      ...list.map(([label, text]) => h('div', null, h('dt', null, label), h('dd', null, text))),
      h(
        'div',
        null,
        h('dt', null, words.say('fact.heard')),
        h('dd', null, heardMs === null ? words.say('fact.never') : timeNode(format, heardMs, clock.now())),
      ),
    );
  };
  const factsOf = (row: FleetRow): [string, string][] => {
    const f = row.facts ?? {};
    const up = hasValues(row) ? row.summary?.uptimeS : undefined;
    const cpu = [f.cpuModel, f.cores === undefined ? undefined : words.count('fact.cores', f.cores)];
    const all: [string, string | undefined][] = [
      [words.say('fact.model'), f.model],
      [words.say('fact.os'), joined([f.os, f.arch], ' · ')],
      [words.say('fact.kernel'), f.kernel],
      [words.say('fact.cpu'), joined(cpu, ' · ')],
      [words.say('fact.memory'), f.memoryBytes === undefined ? undefined : format.memory(f.memoryBytes)],
      [words.say('fact.addresses'), joined(f.addresses ?? [], ', ')],
      [words.say('fact.agent'), f.agentVersion],
      [words.say('fact.up'), up === undefined ? undefined : format.duration(up)],
      [words.say('fact.number'), format.number(row.machine)],
    ];
    return all.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '');
  };

  return {
    node,
    show(row) {
      setText(name, row.name);
      showState(row);
      showFacts(row);
    },
  };
}

function joined(parts: readonly (string | undefined)[], by: string): string {
  return parts.filter((part) => part !== undefined && part !== '').join(by);
}
