/** What a person does next about an incident: by its rule where that says more, else by the kind of the rule. Short: it stands in messages. */
import type { Incident, WatchText } from '../client/types.ts';

const byRule: Readonly<Record<string, WatchText>> = {
  cpu: {
    en: 'See which program keeps it busy; end or restart it if it hangs.',
    fr: 'Regardez quel programme l’occupe ; arrêtez-le ou relancez-le s’il est bloqué.',
  },
  memory: {
    en: 'See which program takes the memory; restart it, or add memory.',
    fr: 'Regardez quel programme prend la mémoire ; relancez-le, ou ajoutez de la mémoire.',
  },
  'network-box': {
    en: 'Check the cable of the box and the switch behind it.',
    fr: 'Vérifiez le câble du boîtier et le commutateur derrière lui.',
  },
  'network-gateway': {
    en: 'Look at the router: is it on, are its cables plugged in? Switch it off and on.',
    fr: 'Regardez le routeur : est-il allumé, ses câbles branchés ? Éteignez-le et rallumez-le.',
  },
  'network-internet': {
    en: 'Ask your provider whether there is a failure, and restart the router.',
    fr: 'Demandez à votre opérateur s’il y a une panne, et redémarrez le routeur.',
  },
  'network-names': {
    en: 'Restart the name server, which is often the router.',
    fr: 'Redémarrez le serveur de noms, qui est souvent le routeur.',
  },
  'vanished-together': {
    en: 'Look for what they share: a switch, a power strip, a room.',
    fr: 'Cherchez ce qu’ils partagent : un commutateur, une multiprise, une salle.',
  },
  disk: {
    en: 'Delete what is not needed any more, or make the disk larger.',
    fr: 'Supprimez ce qui ne sert plus, ou agrandissez le disque.',
  },
  'disk-full': {
    en: 'Make room at once: programs fail when the disk is full.',
    fr: 'Faites de la place tout de suite : les programmes échouent quand le disque est plein.',
  },
  'box-power': {
    en: 'Give the box its own power supply and a short cable.',
    fr: 'Donnez au boîtier sa propre alimentation et un câble court.',
  },
  'box-throttled': {
    en: 'Give the box air: it slows down because it is hot or short of power.',
    fr: 'Donnez de l’air au boîtier : il ralentit parce qu’il a chaud ou manque de courant.',
  },
  'read-only': {
    en: 'Save what is on it and replace the card or disk: it takes no writes any more.',
    fr: 'Sauvegardez son contenu et remplacez la carte ou le disque : il n’accepte plus d’écriture.',
  },
  'box-clock': {
    en: 'Let the box reach a time server, or set its clock.',
    fr: 'Laissez le boîtier joindre un serveur de temps, ou réglez son horloge.',
  },
  'box-full': {
    en: 'Keep less history, or use a larger card.',
    fr: 'Gardez moins d’historique, ou prenez une carte plus grande.',
  },
  'box-damaged': {
    en: 'Take a backup now and replace the card: it gave back what was not written.',
    fr: 'Faites une sauvegarde maintenant et remplacez la carte : elle a rendu ce qui n’y était pas écrit.',
  },
  'sign-ins': {
    en: 'Look in the journal from where they came; if it was none of you, change the password.',
    fr: 'Regardez dans le journal d’où ils venaient ; si ce n’était aucun de vous, changez le mot de passe.',
  },
  'certificate-expired': {
    en: 'Renew it today: visitors are refused until then.',
    fr: 'Renouvelez-le aujourd’hui : les visiteurs sont refusés d’ici là.',
  },
};

const byKind: Readonly<Record<string, WatchText>> = {
  vanished: {
    en: 'See whether it has power and network; a machine that was shut down properly is not told of.',
    fr: 'Vérifiez son alimentation et son réseau ; une machine éteinte normalement n’est pas annoncée.',
  },
  'probe-failing': {
    en: 'See whether the device is on and its service runs.',
    fr: 'Vérifiez que l’appareil est allumé et que son service tourne.',
  },
  'probe-latency': {
    en: 'See what keeps the device or the line to it busy.',
    fr: 'Regardez ce qui occupe l’appareil ou la ligne qui y mène.',
  },
  certificate: {
    en: 'Renew it before it ends.',
    fr: 'Renouvelez-le avant sa fin.',
  },
  'disk-filling': {
    en: 'Find what grows, or make the disk larger before that day.',
    fr: 'Trouvez ce qui grossit, ou agrandissez le disque avant ce jour.',
  },
  'service-stopped': {
    en: 'Read why in the log of the machine, and start it again.',
    fr: 'Lisez pourquoi dans le journal de la machine, et relancez-le.',
  },
  'interface-down': {
    en: 'Check its cable and the port of the switch.',
    fr: 'Vérifiez son câble et le port du commutateur.',
  },
  flapping: {
    en: 'Look for a loose cable, a weak power supply or a poor radio link.',
    fr: 'Cherchez un câble mal branché, une alimentation faible ou une mauvaise liaison radio.',
  },
  'clock-off': {
    en: 'Let the machine set its clock by a time server.',
    fr: 'Réglez l’heure de la machine par un serveur de temps.',
  },
  bandwidth: {
    en: 'See who sends or fetches so much.',
    fr: 'Regardez qui envoie ou reçoit autant.',
  },
  'new-device': {
    en: 'If you do not know it, look where it is plugged in.',
    fr: 'Si vous ne le connaissez pas, regardez où il est branché.',
  },
};

export function nextStepOf({ rule, kind }: Pick<Incident, 'rule' | 'kind'>): WatchText | undefined {
  if (Object.hasOwn(byRule, rule)) return byRule[rule];
  return Object.hasOwn(byKind, kind) ? byKind[kind] : undefined;
}
