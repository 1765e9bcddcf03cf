/** `netmonitor alerts`: what is wrong now, or ever was, the newest first. */
import type { Incident, Severity } from '../../watch/client/types.ts';
import { moment } from '../format.ts';
import { type Cell, type Tone, table, toJson } from '../print.ts';
import { holdWords, severityWords, stateWords, words } from './alerts-words.table.ts';
import { machineNamed } from './journal.ts';
import { type Call, textOption, type Verb, wholeNumber } from './verb.ts';

const marks: Record<Severity, { mark: string; tone: Tone }> = {
  critical: { mark: '●', tone: 'bad' },
  high: { mark: '●', tone: 'bad' },
  medium: { mark: '▲', tone: 'attention' },
  low: { mark: '·', tone: 'soft' },
};

export const alerts: Verb = {
  about: {
    en: 'list what is wrong (--all: and what was)',
    fr: 'lister ce qui ne va pas (--all : et ce qui n’allait pas)',
  },
  usage: '',
  mostWords: 0,
  options: {
    all: {
      type: 'boolean',
      about: { en: 'also what is over', fr: 'aussi ce qui est terminé' },
    },
    machine: {
      type: 'string',
      value: 'NAME|NO',
      about: { en: 'only of this machine', fr: 'seulement de cette machine' },
    },
    under: {
      type: 'string',
      value: 'NO',
      about: { en: 'what this one explains', fr: 'ce que celle-ci explique' },
    },
    limit: {
      type: 'string',
      value: 'N',
      about: { en: 'at most N (20)', fr: 'au plus N (20)' },
    },
  },
  async run(call) {
    const name = textOption(call, 'machine');
    const isAll = call.values.all === true;
    const limit = wholeNumber(call, 'limit', { min: 1, max: mostAsked, otherwise: 20 });
    const under = wholeNumber(call, 'under', { min: 1, max: Number.MAX_SAFE_INTEGER, otherwise: 0 });
    const found = await call.box.watch.incidents({
      state: isAll ? 'all' : 'open',
      machine: name === undefined ? undefined : await machineNamed(call, name),
      limit: mostAsked,
    });
    const fits = under === 0 ? standing(found.incidents) : found.incidents.filter(isUnder(under));
    const incidents = call.json && under === 0 ? found.incidents.slice(0, limit) : fits.slice(0, limit);
    const { terminal, language } = call;
    if (call.json) terminal.print(toJson({ incidents }, 2));
    else if (incidents.length === 0)
      terminal.print(terminal.paint('well', (isAll ? words.never : words.nothing)[language]));
    else for (const line of lines(call, incidents, found.incidents)) terminal.print(line);
    return 0;
  },
};

/** As many as the watch tells at once. */
const mostAsked = 1000;

const isUnder = (id: number) => (one: Incident) => one.cause === id;

/** Two rules found the same: that a probe fails for everybody, and that it fails for some. */
const isTheSame = (a: Incident, b: Incident): boolean =>
  a.kind === b.kind && a.subject === b.subject && a.machine === b.machine && a.text.en === b.text.en;

/** What another of them explains is counted there, and not listed. */
function standing(incidents: readonly Incident[]): Incident[] {
  const ids = new Set(incidents.map(({ id }) => id));
  return incidents.filter(({ cause }) => cause === null || !ids.has(cause));
}

function lines(call: Call, incidents: readonly Incident[], all: readonly Incident[]): string[] {
  const { say, terminal, nowMs, language } = call;
  const head: Cell[] = [
    { text: say('number'), right: true },
    words.severity[language],
    say('state'),
    say('since'),
    words.what[language],
  ];
  const rows = incidents.map((one): Cell[] => {
    const { mark, tone } = marks[one.severity];
    const isOver = one.state === 'resolved';
    return [
      { text: String(one.id), right: true },
      { text: `${mark} ${severityWords[one.severity][language]}`, tone: isOver ? 'soft' : tone },
      { text: stateWords[one.state][language], ...(one.state === 'open' ? {} : { tone: 'soft' as const }) },
      moment(one.openedMs, nowMs, language),
      what(one, call, all.filter((other) => isUnder(one.id)(other) && !isTheSame(other, one)).length),
    ];
  });
  return table(head, rows, terminal.paint);
}

/** What is wrong, and in brackets what is to be known of it. */
function what(one: Incident, { language }: Call, explained: number): string {
  const notes: string[] = [];
  if (explained > 0)
    notes.push(words.explains[language].replace('{0}', String(explained)).replace('{1}', String(one.id)));
  if (one.state !== 'resolved' && one.verdict === 'unknown') notes.push(words.unknown[language]);
  if (one.hold !== null) notes.push(holdWords[one.hold][language].replace('{0}', String(one.cause ?? '')));
  if (one.acknowledged !== null) {
    const { who, note } = one.acknowledged;
    notes.push(note === '' ? who : `${who}: ${note}`);
  }
  return notes.length === 0
    ? one.text[language]
    : `${one.text[language]} (${notes.join(language === 'fr' ? ' ; ' : '; ')})`;
}
