/** What stands beside the waiting machines, loaded with them. */

export const comingInEn = {
  'house.text':
    'Admit all for ten minutes: machines that know this box by its key come in without digits. Others still wait.',
  'house.start': 'Admit all for 10 minutes',
  'house.open': 'The box admits all: {minutes} min left, {admitted} of {most} came in.',
  'house.stop': 'Stop now',
  'wanted.text':
    'Does a machine not show up because many others knock? Keep a place for it by a part of its name or the beginning of its key; for ten minutes.',
  'wanted.label': 'Name or key',
  'wanted.keep': 'Keep a place',
  'wanted.kept': 'A place is kept for “{text}”. Start the agent there, or wait until it knocks again.',
  'wanted.nobody': 'No place is kept any more.',
  'clone.text':
    'Two machines use the key of {name} ({addresses}): one is probably a copy of its disk. Neither is heard. Run netmonitor-agent new-identity on the copy, or take it away; then:',
  'clone.release': 'Only one uses it now',
};

export const comingInFr: Record<keyof typeof comingInEn, string> = {
  'house.text':
    'Tout admettre pendant dix minutes : les machines qui connaissent ce boîtier par sa clé entrent sans chiffres. Les autres attendent.',
  'house.start': 'Tout admettre pendant 10 minutes',
  'house.open': 'Le boîtier admet tout : encore {minutes} min, {admitted} entrées sur {most}.',
  'house.stop': 'Arrêter',
  'wanted.text':
    'Une machine ne se montre pas parce que beaucoup d’autres frappent ? Gardez-lui une place, par une partie de son nom ou le début de sa clé ; pour dix minutes.',
  'wanted.label': 'Nom ou clé',
  'wanted.keep': 'Garder une place',
  'wanted.kept':
    'Une place est gardée pour « {text} ». Lancez-y l’agent, ou attendez qu’il frappe de nouveau.',
  'wanted.nobody': 'Plus aucune place n’est gardée.',
  'clone.text':
    'Deux machines utilisent la clé de {name} ({addresses}) : l’une est sans doute une copie de son disque. Aucune n’est écoutée. Lancez netmonitor-agent new-identity sur la copie, ou retirez-la ; puis :',
  'clone.release': 'Une seule l’utilise à présent',
};
