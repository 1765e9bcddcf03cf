/** What a rule would have found in the last days. */
import type { Preview } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { writeDuration } from '../../language/durations.ts';
import type { WatchPage } from './index.ts';
import { machineName, textIn } from './parts.ts';

export function previewNode(page: WatchPage, found: Preview, days: number): HTMLElement {
  const { words, format } = page;
  const machines = found.machines.map((one) => ({ ...one, name: machineName(page, one.machine) }));
  // A rule judges machines or probes, never both.
  const isOfProbes = found.probes.length > 0;
  const busy = [...machines, ...found.probes].filter(({ incidents }) => incidents.length > 0);
  const count = busy.reduce((sum, { incidents }) => sum + incidents.length, 0);
  const series = found.machines.reduce((sum, one) => sum + one.series, 0);
  return h(
    'section',
    { class: 'preview', 'aria-label': words.say('preview.title') },
    ...found.warnings.map((warning) =>
      h('p', { class: 'warning' }, icon('attention'), textIn(words, warning)),
    ),
    h(
      'p',
      { class: 'strong' },
      count === 0
        ? words.count('preview.none', days)
        : words.count('preview.some', count, {
            machines: words.count(isOfProbes ? 'count.probes' : 'count.machines', busy.length),
          }),
    ),
    h(
      'p',
      { class: 'soft' },
      words.say('preview.how', {
        series: isOfProbes
          ? words.count('count.probes', found.probes.length)
          : words.count('count.series', series),
      }),
      found.stepMs === null
        ? ''
        : ` ${words.say('preview.step', { step: writeDuration(found.stepMs, words.language) })}`,
    ),
    ...busy.map(({ name, incidents }) =>
      h(
        'details',
        { open: busy.length === 1 },
        h('summary', null, words.say('colon', { a: name, b: format.number(incidents.length) })),
        h(
          'ul',
          { class: 'rows' },
          ...incidents.map(({ openedMs, resolvedMs, text }) =>
            h(
              'li',
              null,
              h('span', null, textIn(words, text)),
              h(
                'span',
                { class: 'soft' },
                format.since(openedMs, found.toMs),
                ' · ',
                resolvedMs === null
                  ? words.say('preview.open')
                  : words.say('incident.lasted', { time: format.duration((resolvedMs - openedMs) / 1000) }),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
