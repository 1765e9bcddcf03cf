/** What `netmonitor-agent doctor` says, in English and French: each rung, why it may find nothing, and what to do. */

const en = {
  here: 'This machine: ',
  noNetwork: 'no network',
  trusted: 'the trusted box',
  other: 'not the trusted box',
  key: 'key',
  notTaken: 'the agent does not go this way',
  what_typed: 'the address in the configuration',
  'what_door-file': 'the file of a box on this machine',
  what_mdns: 'multicast on the own networks',
  'what_dns-sd': 'the service in the domains of the network',
  what_name: 'the names netmonitor and netmonitor.local',
  what_beacon: 'a question to everybody on the own networks',
  what_installer: 'where it was when this agent was installed',
  what_scan: 'every address of the own /24',
  unset_typed: 'none is set, nor need one be (netmonitor-agent configure --box=ADDRESS)',
  'unset_door-file': 'none is set: this machine is no box',
  unset_installer: 'not known: this agent was not installed by the line of /get (box_seen)',
  why_typed: 'the address is not usable',
  'why_door-file': 'the file is not there, or somebody else could have written it',
  why_mdns:
    'nobody answered: there is no box on these networks, or a switch, a Wi-Fi that isolates, or a firewall keeps multicast (UDP 5353) away',
  'why_dns-sd': 'no search domain has _netmonitor._tcp; whoever runs the DNS can name the box there',
  why_noDomains: 'this network tells of no domain to search in',
  why_name: 'no resolver knows either name; whoever runs the DNS can call the box netmonitor',
  why_beacon: 'nobody answered: there is no box on these networks, or a firewall keeps UDP 7411 away',
  why_installer: 'no address',
  why_scan: 'nobody listens at TCP 7411',
  why_noPrivate: 'this machine has no private IPv4 address, and the addresses of others are not knocked at',
  discoverOff: 'discover = false: nothing is looked for by itself',
  named_typed: 'box = "…" names an address: only that one counts',
  'named_door-file': 'door_file names a file: only that one counts',
  running: 'Its agent: ',
  notRunning: 'not running here, or this user may not open its socket',
  well: 'All is well: the measurements are flowing.',
  start:
    'A box can be reached, but the agent is not running: start it; its log says why it ended (netmonitor-agent logs).',
  admit:
    'The trusted box can be reached, and waits until somebody admits this machine: on its page (Waiting), or on its screen.',
  pair: 'A box can be reached. Select this machine there, then compare the digits: netmonitor-agent pair',
  stranger:
    'A box can be reached, but it is not the one that this machine trusts. If it is the right one: netmonitor-agent pair --forget, or its key into box_hash.',
  refused:
    'The trusted box can be reached, but the measurements are not flowing. Look at netmonitor-agent status, and whether the box lists this machine.',
  byName:
    'A box can be reached, but not where the configuration says. Let the agent find it: netmonitor-agent configure --box= (nothing behind the sign), or the right address there.',
  discover:
    'A box can be found, but the agent may not look for one: netmonitor-agent configure --set discover=true, or name its address: --box=ADDRESS',
  firewall:
    'A box is announced, but no door of a box answers there. Let TCP port 7411 through from here to the box.',
  notThere:
    'No door of a box answers there. Is the address right, is the box on, and does TCP port 7411 get through from here to there?',
  nothing:
    'No box was found. Is it on, and in the same network? If not, name it: netmonitor-agent doctor --box=ADDRESS tries it, netmonitor-agent configure --box=ADDRESS keeps it. Or let your DNS call it "netmonitor".',
};

const fr: Record<keyof typeof en, string> = {
  here: 'Cette machine : ',
  noNetwork: 'aucun réseau',
  trusted: 'le boîtier de confiance',
  other: 'pas le boîtier de confiance',
  key: 'clé',
  notTaken: 'l’agent ne passe pas par là',
  what_typed: 'l’adresse de la configuration',
  'what_door-file': 'le fichier d’un boîtier sur cette machine',
  what_mdns: 'multicast sur les réseaux de la machine',
  'what_dns-sd': 'le service dans les domaines du réseau',
  what_name: 'les noms netmonitor et netmonitor.local',
  what_beacon: 'une question à tous sur les réseaux de la machine',
  what_installer: 'là où il était quand cet agent a été installé',
  what_scan: 'chaque adresse du même /24',
  unset_typed: 'aucune, et il n’en faut pas (netmonitor-agent configure --box=ADRESSE)',
  'unset_door-file': 'aucun : cette machine n’est pas un boîtier',
  unset_installer: 'inconnu : cet agent n’a pas été installé par la ligne de /get (box_seen)',
  why_typed: 'l’adresse n’est pas utilisable',
  'why_door-file': 'le fichier n’est pas là, ou quelqu’un d’autre aurait pu l’écrire',
  why_mdns:
    'personne n’a répondu : pas de boîtier sur ces réseaux, ou un commutateur, un Wi-Fi qui isole ou un pare-feu arrête le multicast (UDP 5353)',
  'why_dns-sd':
    'aucun domaine de recherche n’a de _netmonitor._tcp ; qui gère le DNS peut y nommer le boîtier',
  why_noDomains: 'ce réseau n’annonce aucun domaine de recherche',
  why_name: 'aucun résolveur ne connaît ces noms ; qui gère le DNS peut nommer le boîtier netmonitor',
  why_beacon: 'personne n’a répondu : pas de boîtier sur ces réseaux, ou un pare-feu arrête UDP 7411',
  why_installer: 'aucune adresse',
  why_scan: 'personne n’écoute sur TCP 7411',
  why_noPrivate: 'cette machine n’a pas d’adresse IPv4 privée, et on ne frappe pas aux adresses des autres',
  discoverOff: 'discover = false : rien n’est cherché tout seul',
  named_typed: 'box = "…" nomme une adresse : elle seule compte',
  'named_door-file': 'door_file nomme un fichier : lui seul compte',
  running: 'Son agent : ',
  notRunning: 'ne tourne pas ici, ou cet utilisateur ne peut pas ouvrir son socket',
  well: 'Tout va bien : les mesures partent.',
  start:
    'Un boîtier est joignable, mais l’agent ne tourne pas : lancez-le ; son journal dit pourquoi il s’est arrêté (netmonitor-agent logs).',
  admit:
    'Le boîtier de confiance est joignable, et attend que quelqu’un admette cette machine : sur sa page (En attente), ou sur son écran.',
  pair: 'Un boîtier est joignable. Choisissez-y cette machine, puis comparez les chiffres : netmonitor-agent pair',
  stranger:
    'Un boîtier est joignable, mais ce n’est pas celui auquel cette machine fait confiance. Si c’est le bon : netmonitor-agent pair --forget, ou sa clé dans box_hash.',
  refused:
    'Le boîtier de confiance est joignable, mais les mesures ne partent pas. Voyez netmonitor-agent status, et si le boîtier montre cette machine.',
  byName:
    'Un boîtier est joignable, mais pas là où le dit la configuration. Laissez l’agent le trouver : netmonitor-agent configure --box= (rien derrière le signe), ou mettez-y la bonne adresse.',
  discover:
    'Un boîtier peut être trouvé, mais l’agent n’a pas le droit d’en chercher : netmonitor-agent configure --set discover=true, ou nommez son adresse : --box=ADRESSE',
  firewall:
    'Un boîtier est annoncé, mais aucune porte de boîtier n’y répond. Laissez passer le port TCP 7411 d’ici au boîtier.',
  notThere:
    'Aucune porte de boîtier n’y répond. L’adresse est-elle la bonne, le boîtier est-il allumé, et le port TCP 7411 passe-t-il d’ici à là ?',
  nothing:
    'Aucun boîtier trouvé. Est-il allumé, et dans le même réseau ? Sinon, nommez-le : netmonitor-agent doctor --box=ADRESSE l’essaie, netmonitor-agent configure --box=ADRESSE le garde. Ou que votre DNS le nomme « netmonitor ».',
};

export type DoctorWords = Record<keyof typeof en, string>;

export const doctorWords = (french: boolean): DoctorWords => (french ? fr : en);
