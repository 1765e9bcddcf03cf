/** What `netmonitor-agent` says about its installation, and how each verb is used, in English and French. */

const en = {
  written: 'Written:',
  needsRoot: 'This needs root: put sudo before it.',
  needsAdministrator: 'This needs an administrator: open PowerShell by "Run as administrator".',
  startAgain: 'Start the agent again for that to count.',
  notInstalled:
    'This agent was not installed from a package: it runs where somebody started it, and its log is there.',
  removeAll: 'Remove the agent with its key, its configuration and what the box has not got? [y/n] ',
  removeAndKeep: 'Remove the agent, and keep its key, its configuration and what the box has not got? [y/n] ',
  stays: 'Nothing was removed.',
  removed: 'Removed. The box still lists this machine: remove it there, too, if it does not come back.',
  nobodyToAsk: 'Nobody answers here: use the options (netmonitor-agent configure --help).',
  configureIntro: 'Enter leaves a value as it is, "-" goes back to the usual.',
  ask_box: 'Address of the box (usually none: it is found)',
  ask_interval: 'How often to measure (5s, 1min …)',
  ask_name: 'Name of this machine for people (usually that of the system)',
};

const fr: Record<keyof typeof en, string> = {
  written: 'Écrit :',
  needsRoot: 'Il faut être root : mettez sudo devant.',
  needsAdministrator: 'Il faut un PowerShell ouvert en tant qu’administrateur.',
  startAgain: 'Relancez l’agent pour que cela compte.',
  notInstalled:
    'Cet agent n’a pas été installé par un paquet : il tourne là où quelqu’un l’a lancé, son journal y est aussi.',
  removeAll: 'Enlever l’agent avec sa clé, sa configuration et ce que le boîtier n’a pas reçu ? [o/n] ',
  removeAndKeep:
    'Enlever l’agent, en gardant sa clé, sa configuration et ce que le boîtier n’a pas reçu ? [o/n] ',
  stays: 'Rien n’a été enlevé.',
  removed: 'Enlevé. Le boîtier montre encore cette machine : enlevez-la aussi là-bas si elle ne revient pas.',
  nobodyToAsk: 'Personne ne répond ici : employez les options (netmonitor-agent configure --help).',
  configureIntro: 'Entrée laisse une valeur comme elle est, « - » revient à l’habituelle.',
  ask_box: 'Adresse du boîtier (d’ordinaire aucune : il est trouvé)',
  ask_interval: 'Tous les combien mesurer (5s, 1min…)',
  ask_name: 'Nom de cette machine pour les gens (d’ordinaire celui du système)',
};

export type InstallationWords = Record<keyof typeof en, string>;

export const isYes = (said: string): boolean => ['y', 'yes', 'o', 'oui'].includes(said.trim().toLowerCase());

const usageEn = {
  status: 'Usage: netmonitor-agent status [--json]\nHow the agent is, and which box it sends to.\n',
  pair: `Usage: netmonitor-agent pair [--box=KEY | --forget] [--digits=N --same|--other] [--json]
Shows the six digits and asks whether the box shows the same.
  --box=KEY        among several boxes that answer, the one whose key begins so
  --forget         trust the box no longer; the next one must show its digits
  --digits=N       answer without being asked: these digits were compared …
  --same, --other  … and the box shows the same, or others
`,
  goodbye: `Usage: netmonitor-agent goodbye sleep|shutdown|restart
Tells the box why it will hear nothing (for scripts of the system).
`,
  'new-identity': `Usage: netmonitor-agent new-identity
A key of its own for a machine whose disk was copied from another.
`,
  doctor: `Usage: netmonitor-agent doctor [--box=ADDRESS] [--json]
Looks for a box in every way and says what fails; with --box only there.
`,
  watch: `Usage: netmonitor-agent watch
Says what becomes of the link and asks about digits, until Ctrl-C.
`,
  configure: `Usage: netmonitor-agent configure [OPTION]...
Asks for box, interval and name, writes the configuration, and starts the agent again. With options it asks nothing.
  --box=ADDRESS    where the box is, "host" or "host:port"; empty: it is found
  --box-hash=HEX   the key of the box, 64 hexadecimal digits: this box is trusted and no other
  --interval=TIME  how often everything is measured: 1s to 5min
  --name=NAME      name of this machine for people
  --set KEY=VALUE  any other key of agent.toml, as often as wanted
  --token=HEX      the enrolment token that an admin made for this machine
  --token-file=F   the same out of a file: a command line can be read by everybody on the machine
  --no-restart     leave the agent as it runs
`,
  logs: `Usage: netmonitor-agent logs [--lines=N] [--follow]
Shows what the agent wrote last.
  -n, --lines=N    so many lines (200)
  -f, --follow     and what comes from now on, until Ctrl-C
`,
  uninstall: `Usage: netmonitor-agent uninstall [--keep] [--yes]
Removes the agent, its user, its key, its configuration and what the box has not got.
  --keep           key, configuration and what the box has not got stay for another installation
  -y, --yes        without being asked
`,
};

const usageFr: Record<keyof typeof usageEn, string> = {
  status:
    'Utilisation : netmonitor-agent status [--json]\nL’état de l’agent et le boîtier auquel il envoie.\n',
  pair: `Utilisation : netmonitor-agent pair [--box=CLÉ | --forget] [--digits=N --same|--other] [--json]
Montre les six chiffres et demande si le boîtier affiche les mêmes.
  --box=CLÉ        parmi plusieurs boîtiers, celui dont la clé commence ainsi
  --forget         ne plus faire confiance au boîtier ; le prochain devra montrer ses chiffres
  --digits=N       répondre sans question : ces chiffres ont été comparés…
  --same, --other  … et le boîtier affiche les mêmes, ou d’autres
`,
  goodbye: `Utilisation : netmonitor-agent goodbye sleep|shutdown|restart
Dit au boîtier pourquoi il n’entendra plus rien (pour les scripts du système).
`,
  'new-identity': `Utilisation : netmonitor-agent new-identity
Une clé à soi, pour une machine dont le disque vient d’une autre.
`,
  doctor: `Utilisation : netmonitor-agent doctor [--box=ADRESSE] [--json]
Cherche un boîtier par tous les moyens et dit ce qui échoue ; avec --box, là seulement.
`,
  watch: `Utilisation : netmonitor-agent watch
Dit ce que devient la liaison et pose la question des chiffres, jusqu’à Ctrl-C.
`,
  configure: `Utilisation : netmonitor-agent configure [OPTION]...
Demande boîtier, intervalle et nom, écrit la configuration et relance l’agent. Avec des options, rien n’est demandé.
  --box=ADRESSE    où est le boîtier, « hôte » ou « hôte:port » ; vide : il est trouvé
  --box-hash=HEX   la clé du boîtier, 64 chiffres hexadécimaux : confiance à lui seul
  --interval=TEMPS tous les combien tout est mesuré : de 1s à 5min
  --name=NOM       nom de cette machine pour les gens
  --set CLÉ=VALEUR toute autre clé d’agent.toml, autant de fois que voulu
  --token=HEX      le jeton qu’un administrateur a fait pour cette machine
  --token-file=F   de même, lu dans un fichier : tout le monde sur la machine peut lire une ligne de commande
  --no-restart     laisser l’agent comme il tourne
`,
  logs: `Utilisation : netmonitor-agent logs [--lines=N] [--follow]
Montre ce que l’agent a écrit en dernier.
  -n, --lines=N    tant de lignes (200)
  -f, --follow     et la suite, jusqu’à Ctrl-C
`,
  uninstall: `Utilisation : netmonitor-agent uninstall [--keep] [--yes]
Enlève l’agent, son utilisateur, sa clé, sa configuration et ce que le boîtier n’a pas reçu.
  --keep           clé, configuration et ce que le boîtier n’a pas reçu restent pour une autre installation
  -y, --yes        sans question
`,
};

export type DescribedVerb = keyof typeof usageEn;

export const installationWords = (french: boolean): InstallationWords => (french ? fr : en);
export const usageOf = (verb: DescribedVerb, french: boolean): string => (french ? usageFr : usageEn)[verb];
