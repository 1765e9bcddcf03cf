/** `netmonitor probe`: what is checked from where, and what came of it. */
import { aimOf } from '../../protocol/probes/target.ts';
import type { ProbeState } from '../../watch/client/probes.ts';
import type { Verdict } from '../../watch/client/types.ts';
import { moment } from '../format.ts';
import { type Cell, type Tone, table, toJson } from '../print.ts';
import { addProbe } from './probe-add.ts';
import { changeProbe, removeProbe, runProbe, switchProbe } from './probe-deeds.ts';
import { kindFlags } from './probe-options.ts';
import { showProbe } from './probe-show.ts';
import { saying, verdictWords } from './probe-words.table.ts';
import { type Call, Misuse, type Verb } from './verb.ts';

const deeds: Record<string, (call: Call) => Promise<0 | 1>> = {
  list,
  show: showProbe,
  add: addProbe,
  change: changeProbe,
  start: (call) => switchProbe(call, true),
  stop: (call) => switchProbe(call, false),
  run: runProbe,
  remove: removeProbe,
};

export const probe: Verb = {
  about: {
    en: 'list what is checked, or show, add, change, start, stop, run and remove a probe; add alone asks step by step',
    fr: 'lister ce qui est vérifié, ou montrer, créer, modifier, démarrer, arrêter, lancer et supprimer une sonde ; add seul demande pas à pas',
  },
  usage:
    '[list | show PROBE | add [KIND NAME] | change PROBE | start PROBE | stop PROBE | run PROBE | remove PROBE]',
  mostWords: 32,
  options: {
    every: {
      type: 'string',
      value: 'TIME',
      about: { en: 'how often: 20s, 5min, 1h (20s)', fr: 'à quelle fréquence : 20s, 5min, 1h (20s)' },
    },
    from: {
      type: 'string',
      value: 'NAME|NO,…',
      about: {
        en: 'machines that check it; box: the box itself, as usual',
        fr: 'machines qui vérifient ; box : le boîtier lui-même, comme d’habitude',
      },
    },
    group: {
      type: 'string',
      value: 'ID,…',
      about: {
        en: 'groups that it belongs to; empty: none',
        fr: 'groupes dont elle fait partie ; vide : aucun',
      },
    },
    behind: {
      type: 'string',
      value: 'PROBE',
      about: {
        en: 'probe of the switch or router in front of it; empty: none',
        fr: 'sonde du commutateur ou du routeur qui la précède ; vide : aucune',
      },
    },
    beyond: {
      type: 'boolean',
      about: { en: 'let it leave the local networks', fr: 'la laisser sortir des réseaux locaux' },
    },
    within: {
      type: 'boolean',
      about: {
        en: 'keep it in the local networks again',
        fr: 'la garder de nouveau dans les réseaux locaux',
      },
    },
    stopped: {
      type: 'boolean',
      about: { en: 'add it without starting it', fr: 'la créer sans la démarrer' },
    },
    rename: {
      type: 'string',
      value: 'NAME',
      about: { en: 'with change: its new name', fr: 'avec change : son nouveau nom' },
    },
    yes: {
      type: 'boolean',
      about: { en: 'remove without a question', fr: 'supprimer sans question' },
    },
    ...kindFlags(),
  },
  async run(call) {
    const [what = 'list'] = call.words;
    const deed = Object.hasOwn(deeds, what) ? deeds[what] : undefined;
    if (deed === undefined) throw new Misuse(saying(call.language)('whatToDo'));
    return deed(call);
  },
};

const marks: Record<Verdict, { mark: string; tone: Tone }> = {
  good: { mark: '✓', tone: 'well' },
  bad: { mark: '●', tone: 'bad' },
  unknown: { mark: '?', tone: 'soft' },
};

async function list({ box, terminal, language, json, nowMs, words }: Call): Promise<0> {
  const say = saying(language);
  if (words.length > 1) throw new Misuse(say('whatToDo'));
  const probes = await box.watch.probes();
  if (json) terminal.print(toJson({ probes }, 2));
  else if (probes.length === 0) terminal.print(say('none'));
  else {
    const head = ['Id', say('verdict'), say('kind'), say('target'), say('last'), say('says')];
    for (const line of table(head, probes.map(row), terminal.paint)) terminal.print(line);
  }
  return 0;

  function row({ probe: one, verdict, vantages, text }: ProbeState): Cell[] {
    const { mark, tone } = marks[verdict];
    const last = vantages.reduce((most, { lastMs }) => Math.max(most, lastMs ?? 0), 0);
    return [
      one.id,
      { text: `${mark} ${one.enabled ? verdictWords[verdict][language] : say('stopped')}`, tone },
      one.kind,
      aimOf(one.options),
      last === 0 ? '' : moment(last, nowMs, language),
      text[language],
    ];
  }
}
