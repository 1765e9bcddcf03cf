/** What `netmonitor-agent` says to people, in English and French. */

const en = {
  usage: `Usage: netmonitor-agent VERB [OPTION]...
The agent of this machine: how it is, and the six digits.

Verbs:
  status           how the agent is, and which box it sends to
  pair             show the six digits and ask whether the box shows the same
  pair --box=KEY   among several boxes that answer, the one whose key begins so
  pair --forget    trust the box no longer; the next one must show its digits
  goodbye REASON   tell the box why it will hear nothing: sleep, shutdown or restart (for scripts)
  new-identity     a key of its own for a machine whose disk was copied from another
  doctor           look for a box in every way and say what fails (--box=ADDRESS: only there)
  watch            say what becomes of the link and ask about digits, until Ctrl-C
  configure        set the address of the box, the interval, the name, and start the agent again
  logs             show what the agent wrote last
  uninstall        remove the agent and all that it made
VERB --help        how one verb is used

Options:
  --digits=N       answer without being asked: these digits were compared …
  --same, --other  … and the box shows the same, or others
  --json           one line of JSON instead of text
  --home=DIR       the agent that runs with NETMONITOR_HOME=DIR
  --help           print this text
  --version        print the version
`,
  searching: 'looking for a box',
  connecting: 'connecting to a box',
  greeting: 'greeting the box',
  waiting: 'waiting until somebody admits this machine at the box',
  untrusted:
    'admitted, but nobody at this machine has said yet that this is the right box: netmonitor-agent pair',
  sending: 'connected, measurements are flowing',
  between: 'not connected, the next attempt comes within a minute',
  machine: 'machine',
  state: 'state',
  box: 'box',
  foundBy: 'found by',
  trusts: 'trusts',
  nobody: 'nobody yet',
  outbox: 'not yet on the disk of the box',
  ticks: 'measurements',
  onDisk: 'on disk here',
  last: 'last trouble',
  key: 'key of this machine',
  selectAtBox: 'Select this machine at the box, on its page or its panel; its digits appear here.',
  digits: 'Digits',
  boxCompares: 'the person at the box compares them; nothing to answer here',
  ask: 'Does the box show the same digits? [y/n] ',
  yes: 'y',
  no: 'n',
  saidGoodbye: 'The box knows. Within a minute it hears of this machine again, if it is still awake.',
  renewed: 'This machine has a new key. Start its agent again; it then waits to be admitted at the box.',
  severalBoxes: 'Several boxes answer, and one of them may be somebody else’s:',
  boxKey: 'key',
  chooseBox: 'Look at the screen of your box for its key, then: netmonitor-agent pair --box=KEY',
  accepted: 'Yes. This machine trusts the box now; it sends once it has been admitted there as well.',
  rejected: 'No. This machine does not trust that box. Somebody may be in between: look at the box.',
  gone: 'These digits no longer count.',
  already: 'This machine trusts its box already; there is nothing to compare.',
  forgotten: 'Forgotten. The next box must show its digits.',
  configured: 'The box is named in the configuration of this machine; change it there (box_hash, door_file).',
  unknownVerb: 'unknown verb',
  notRunning: 'The agent is not running here, or this user may not open its socket.',
};

const fr: Record<keyof typeof en, string> = {
  usage: `Utilisation : netmonitor-agent VERBE [OPTION]...
L’agent de cette machine : son état, et les six chiffres.

Verbes :
  status           l’état de l’agent et le boîtier auquel il envoie
  pair             montrer les six chiffres et demander si le boîtier affiche les mêmes
  pair --box=CLÉ   parmi plusieurs boîtiers, celui dont la clé commence ainsi
  pair --forget    ne plus faire confiance au boîtier ; le prochain devra montrer ses chiffres
  goodbye RAISON   dire au boîtier pourquoi il n’entendra plus rien : sleep, shutdown ou restart (scripts)
  new-identity     une clé à soi, pour une machine dont le disque vient d’une autre
  doctor           chercher un boîtier par tous les moyens et dire ce qui échoue (--box=ADRESSE : là seulement)
  watch            dire ce que devient la liaison et poser la question des chiffres, jusqu’à Ctrl-C
  configure        donner l’adresse du boîtier, l’intervalle, le nom, et relancer l’agent
  logs             montrer ce que l’agent a écrit en dernier
  uninstall        enlever l’agent et tout ce qu’il a fait
VERBE --help       comment s’emploie un verbe

Options :
  --digits=N       répondre sans question : ces chiffres ont été comparés…
  --same, --other  … et le boîtier affiche les mêmes, ou d’autres
  --json           une ligne de JSON au lieu du texte
  --home=DIR       l’agent lancé avec NETMONITOR_HOME=DIR
  --help           afficher ce texte
  --version        afficher la version
`,
  searching: 'cherche un boîtier',
  connecting: 'se connecte à un boîtier',
  greeting: 'salue le boîtier',
  waiting: 'attend que quelqu’un admette cette machine sur le boîtier',
  untrusted: 'admise, mais personne ici n’a encore confirmé que c’est le bon boîtier : netmonitor-agent pair',
  sending: 'connectée, les mesures partent',
  between: 'non connectée, prochain essai dans moins d’une minute',
  machine: 'machine',
  state: 'état',
  box: 'boîtier',
  foundBy: 'trouvé par',
  trusts: 'fait confiance à',
  nobody: 'personne pour l’instant',
  outbox: 'pas encore sur le disque du boîtier',
  ticks: 'mesures',
  onDisk: 'sur le disque ici',
  last: 'dernier problème',
  key: 'clé de cette machine',
  selectAtBox:
    'Choisissez cette machine sur la page du boîtier ou sur son écran ; ses chiffres s’affichent ici.',
  digits: 'Chiffres',
  boxCompares: 'comparés devant le boîtier ; rien à répondre ici',
  ask: 'Le boîtier affiche-t-il les mêmes chiffres ? [o/n] ',
  yes: 'o',
  no: 'n',
  saidGoodbye:
    'Le boîtier le sait. Il réentendra cette machine dans une minute, si elle est encore éveillée.',
  renewed:
    'Cette machine a une nouvelle clé. Relancez son agent ; elle attendra alors d’être admise par le boîtier.',
  severalBoxes: 'Plusieurs boîtiers répondent ; l’un d’eux est peut-être à quelqu’un d’autre :',
  boxKey: 'clé',
  chooseBox: 'Lisez la clé sur l’écran de votre boîtier, puis : netmonitor-agent pair --box=CLÉ',
  accepted: 'Oui. Cette machine fait confiance au boîtier ; elle envoie dès qu’elle y est admise aussi.',
  rejected:
    'Non. Cette machine ne fait pas confiance à ce boîtier. Quelqu’un s’interpose peut-être : regardez le boîtier.',
  gone: 'Ces chiffres ne comptent plus.',
  already: 'Cette machine fait déjà confiance à son boîtier ; il n’y a rien à comparer.',
  forgotten: 'Oublié. Le prochain boîtier devra montrer ses chiffres.',
  configured:
    'Le boîtier est nommé dans la configuration de cette machine ; changez-le là (box_hash, door_file).',
  unknownVerb: 'verbe inconnu',
  notRunning: 'L’agent ne tourne pas ici, ou cet utilisateur ne peut pas ouvrir son socket.',
};

export type Words = Record<keyof typeof en, string>;

/** `fr_FR.UTF-8` and its kin speak French, everybody else English. */
export const wordsFor = (locale: string | undefined): Words => (speaksFrench(locale) ? fr : en);

export const speaksFrench = (locale: string | undefined): boolean => /^fr\b|^fr_/i.test(locale ?? '');
