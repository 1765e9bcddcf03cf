/** What a notice says of the link, in English and French. */
const en = {
  connected: 'Connected to the box',
  connectedText: '{box} measures how this machine is.',
  lost: 'The box is away',
  lostText: '{box} does not answer. What is measured is kept until it does.',
  message: 'Message from {box}',
};

const fr: Record<keyof typeof en, string> = {
  connected: 'Connectée au boîtier',
  connectedText: '{box} mesure l’état de cette machine.',
  lost: 'Le boîtier ne répond plus',
  lostText: '{box} est absent. Les mesures sont gardées jusqu’à son retour.',
  message: 'Message de {box}',
};

export type NoticeWord = keyof typeof en;

export function noticeWord(key: NoticeWord, box: string, locale: string | undefined): string {
  const table = /^fr\b|^fr_/i.test(locale ?? '') ? fr : en;
  return table[key].replace('{box}', () => box || 'NetMonitor');
}
