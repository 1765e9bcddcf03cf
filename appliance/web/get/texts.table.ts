/** What the page /get says, in both languages. Parts in braces are filled in. */
import type { Language } from '../language.ts';

const en = {
  title: 'Bring a computer to this box',
  intro:
    'Do this on the computer that the box shall watch. The agent comes from this box; the internet is not needed.',
  phone: 'This looks like a telephone or tablet: open this address on the computer itself.',
  here: '{system}: this computer',
  linux: 'Linux',
  windows: 'Windows',
  macos: 'macOS',
  linuxHow: 'In a terminal. Without sudo if you are root; curl must be installed.',
  macosHow: 'In the Terminal.',
  windowsHow: 'In PowerShell, opened by “Run as administrator”.',
  what: 'The line checks the key of this page, fetches the agent and installs it with a user of its own. It names the key of the box, so no digits have to be compared at the computer: it waits on the page and on the screen of the box until somebody admits it.',
  away: 'To remove it: {command}',
  others: 'Other systems',
  keysTitle: 'Before you paste',
  keys: 'Whoever stands between you and the box could show you another page. The screen of the box shows both keys; they begin like these:',
  pageKey: 'Key of the page',
  boxKey: 'Key of the box',
  filesTitle: 'The packages',
  files:
    'Installed without the line above, an agent finds the box by itself; then compare six digits: netmonitor-agent pair.',
  file: 'File',
  size: 'Size',
  megabytes: '{size} MB',
  token: 'As an admin you can make a token with which computers are admitted by themselves:',
  tokenLink: 'enrolment tokens',
  notBuiltTitle: 'The packages are not built yet',
  notBuilt: 'Build them once where the box was started, then load this page again:',
  noDoor:
    'The agents’ door does not answer at the moment, so its key is not known. Load this page again in a few seconds.',
  home: 'To the page of the box',
};

type Texts = Record<keyof typeof en, string>;

const fr: Texts = {
  title: 'Ajouter un ordinateur à ce boîtier',
  intro:
    'À faire sur l’ordinateur que le boîtier doit surveiller. L’agent vient de ce boîtier ; il ne faut pas d’internet.',
  phone: 'Ceci semble être un téléphone ou une tablette : ouvrez cette adresse sur l’ordinateur lui-même.',
  here: '{system} : cet ordinateur',
  linux: 'Linux',
  windows: 'Windows',
  macos: 'macOS',
  linuxHow: 'Dans un terminal. Sans sudo si vous êtes root ; curl doit être installé.',
  macosHow: 'Dans le Terminal.',
  windowsHow: 'Dans PowerShell, ouvert par « Exécuter en tant qu’administrateur ».',
  what: 'La ligne vérifie la clé de cette page, télécharge l’agent et l’installe avec un utilisateur à lui. Elle nomme la clé du boîtier : aucun chiffre à comparer sur l’ordinateur, qui attend sur la page et sur l’écran du boîtier que quelqu’un l’admette.',
  away: 'Pour l’enlever : {command}',
  others: 'Autres systèmes',
  keysTitle: 'Avant de coller',
  keys: 'Qui se place entre vous et le boîtier pourrait vous montrer une autre page. L’écran du boîtier affiche les deux clés ; elles commencent ainsi :',
  pageKey: 'Clé de la page',
  boxKey: 'Clé du boîtier',
  filesTitle: 'Les paquets',
  files:
    'Installé sans la ligne ci-dessus, un agent trouve le boîtier tout seul ; comparez alors six chiffres : netmonitor-agent pair.',
  file: 'Fichier',
  size: 'Taille',
  megabytes: '{size} Mo',
  token:
    'En tant qu’administrateur, vous pouvez faire un jeton avec lequel des ordinateurs sont admis tout seuls :',
  tokenLink: 'jetons d’admission',
  notBuiltTitle: 'Les paquets ne sont pas encore construits',
  notBuilt: 'Construisez-les une fois là où le boîtier a été lancé, puis rechargez cette page :',
  noDoor:
    'La porte des agents ne répond pas pour l’instant, donc sa clé n’est pas connue. Rechargez cette page dans quelques secondes.',
  home: 'Vers la page du boîtier',
};

export const getTexts = (language: Language): Texts => (language === 'fr' ? fr : en);
export type GetTexts = Texts;
