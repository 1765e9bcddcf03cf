/** What a rule does, in words made from what its kind declares. */
import type { OptionSpec, OptionValues, RuleKindInfo } from '../../api/watch.ts';
import { writeDuration } from '../../language/durations.ts';
import type { Format } from '../../language/format.ts';
import type { WatchWords } from './index.ts';
import { textIn } from './parts.ts';

/** Units that a series has, where the option itself names none. */
function unitOf(metric: string): string {
  if (/utilization|battery\.charge/.test(metric)) return 'share';
  if (/\.io(:|$|\*)/.test(metric)) return 'By/s';
  return metric.startsWith('hw.temperature') ? 'Cel' : '';
}

export function optionText(
  name: string,
  spec: OptionSpec,
  value: number | string,
  o: { options: OptionValues; words: WatchWords; format: Format },
): string {
  const { options, words, format } = o;
  if (typeof value === 'string') return words.maybe(`choice.${value}`, value);
  if (spec.type === 'duration') return writeDuration(value, words.language);
  const isOfMetric = spec.unit === undefined && ['limit', 'hysteresis', 'floor'].includes(name);
  const unit = spec.unit ?? (isOfMetric && typeof options.metric === 'string' ? unitOf(options.metric) : '');
  if (unit === 'share') return format.percent(value);
  if (unit === 'By/s') return format.rate(value);
  if (unit === 's') return writeDuration(value * 1000, words.language);
  if (unit === 'd') return words.count('count.days', value);
  if (unit === 'Cel') return `${format.plain(value)}\u00a0°C`;
  return format.plain(value);
}

/** A value of a series, in its unit. */
export function amountOf(series: string, value: number, o: { words: WatchWords; format: Format }): string {
  const spec = { type: 'number', default: 0, about: { en: '', fr: '' } } as const;
  return optionText('limit', spec, value, { ...o, options: { metric: series } });
}

/** A sentence where the page has one for the kind; else each option with its words. */
export function ruleText(
  rule: { kind: string; options: OptionValues },
  info: RuleKindInfo | undefined,
  o: { words: WatchWords; format: Format },
): string {
  if (info === undefined) return rule.kind;
  const texts = Object.entries(info.options).map(([name, spec]) => {
    const value = rule.options[name] ?? spec.default;
    const text = optionText(name, spec, value, { ...o, options: rule.options });
    return [
      name,
      spec.type === 'metric' ? o.words.maybe(`metric.${text.replace(/:\*$/, '')}`, text) : text,
    ] as const;
  });
  // «for 0 s» and «within 0 days» have sentences of their own.
  const isNow = rule.options.forMs === 0 || rule.options.days === 0;
  const usual = o.words.maybe(`rule.${rule.kind}`, '');
  const { metric, bad = 1 } = rule.options;
  // What a series says when it is 1 has a sentence of its own, too.
  const sentence =
    (bad === 1 && o.words.maybe(`rule.${rule.kind}.${metric}`, '')) ||
    (isNow ? o.words.maybe(`rule.${rule.kind}.0`, usual) : usual);
  if (sentence === '')
    return [
      textIn(o.words, info.about),
      ...texts.map(([name, text]) =>
        o.words.say('colon', { a: textIn(o.words, info.options[name]!.about), b: text }),
      ),
    ].join(' · ');
  const values = Object.fromEntries(texts);
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
