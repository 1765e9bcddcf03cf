/** A notice on the desktops of chosen machines, through their agents: it needs nothing but the LAN. */
import { integer, list, optional, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { messageOf } from '../../runtime/errors.ts';
import { plainLine } from '../../runtime/plain-text.ts';
import { groupPattern } from '../library/checks.ts';
import { type Letter, type Notifier, type Order, type Outcome, Undelivered } from './notifier.ts';

export type DesktopOptions = { machines?: number[] | undefined; groups?: string[] | undefined };

const mostMachines = 200;
/** An agent shows one each 20 s, and drops what is more (agent/notices.ts). */
const apartMs = 20_000;

export const desktop: Notifier<DesktopOptions> = {
  about: { en: 'Notice on desktops', fr: 'Avis sur les écrans' },
  apartMs,
  fields: {
    machines: {
      check: optional(list(integer({ min: 1, max: 2 ** 32 - 1 }), { max: mostMachines })),
      ...{ type: 'machines', isOptional: true },
      about: { en: 'machines on which it is shown', fr: 'machines qui l’affichent' },
    },
    groups: {
      check: optional(
        list(text({ max: 32, pattern: groupPattern, what: { en: 'a group', fr: 'un groupe' } }), { max: 64 }),
      ),
      ...{ type: 'list', isOptional: true },
      about: { en: 'groups whose machines show it', fr: 'groupes dont les machines l’affichent' },
    },
  },
  assertFits({ machines = [], groups = [] }) {
    if (machines.length + groups.length === 0)
      throw new Malformed('MISSING', 'machines', {
        en: 'at least one machine or group has to show it',
        fr: 'au moins une machine ou un groupe doit l’afficher',
      });
  },
  send,
};

/** Whoever sits at a machine that is off reads it elsewhere, or not: one desktop is enough, none is not. */
async function send({ options, letter, reach }: Order<DesktopOptions>): Promise<Outcome> {
  const { machines = [], groups = [] } = options;
  const wanted = [...new Set([...machines, ...reach.machinesOf(groups)])]
    .filter((machine) => reach.nameOf(machine) !== null)
    .slice(0, mostMachines);
  if (wanted.length === 0)
    throw new Undelivered({
      en: 'none of these machines is there any more',
      fr: 'aucune de ces machines n’est plus là',
    });
  const took = await reach.notify(wanted, lineOf(letter)).catch((error: unknown) => {
    throw new Undelivered(messageOf(error), { cause: error });
  });
  if (took.length === 0)
    throw new Undelivered({
      en: `none of ${wanted.length} machines is connected`,
      fr: `aucune des ${wanted.length} machines n’est connectée`,
    });
  const absent = wanted.filter((machine) => !took.includes(machine)).map((machine) => reach.nameOf(machine));
  const rest = absent.length === 0 ? '' : `; not connected: ${absent.join(', ')}`;
  return { words: plainLine(`shown on ${took.length} of ${wanted.length} machines${rest}`, 500), left: [] };
}

/** One line; a note only where there is room for all of it. */
export function lineOf({ subject, notes }: Pick<Letter, 'subject' | 'notes'>): string {
  const most = limits.noticeLength;
  const line = plainLine(subject, Number.MAX_SAFE_INTEGER);
  const short = line.length <= most ? line : `${plainLine(line, most - 1)}…`;
  return notes.reduce((text, note) => {
    const longer = `${text} · ${plainLine(note, most)}`;
    return longer.length <= most ? longer : text;
  }, short);
}
