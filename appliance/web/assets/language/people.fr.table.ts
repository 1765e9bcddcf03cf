/** The pages about people, in French. */
import type { peopleEn } from './people.en.table.ts';

export const peopleFr: Record<keyof typeof peopleEn, string> = {
  'door.toSignIn': 'Retour à la connexion',
  'invitation.title': 'Suivre une invitation',
  'invitation.intro': 'Quelqu’un qui s’occupe de ce boîtier vous a invité et vous a donné un nom et un code.',
  'invitation.codeHint': 'Douze caractères. Il sert une seule fois, dans les sept jours.',
  'invitation.codeMissing': 'Tapez le code de l’invitation.',
  'invitation.nameHint': 'Le nom qu’on vous a donné ; vous pourrez le changer ensuite.',
  'invitation.verb': 'Choisir le mot de passe',
  'recovery.title': 'Un nouveau mot de passe',
  'recovery.intro':
    'Tenez le bouton du boîtier dix secondes. Son écran montre alors pendant cinq minutes un code, avec lequel on remplace le mot de passe d’un administrateur. Les autres demandent une nouvelle invitation à un administrateur.',
  'recovery.codeHint':
    'Six caractères sur l’écran même du boîtier ; l’image de cette page ne les montre pas.',
  'recovery.nameHint': 'Le nom d’un administrateur de ce boîtier.',
  'recovery.verb': 'Remplacer le mot de passe',
  'recovery.done': 'Le mot de passe est remplacé. Connectez-vous avec lui.',
  'role.viewer': 'observateur',
  'role.operator': 'opérateur',
  'role.admin': 'administrateur',
  'role.viewer.text': 'Un observateur regarde tout et ne change rien.',
  'role.operator.text':
    'Un opérateur admet et refuse aussi des machines, et appuie sur le bouton du boîtier.',
  'role.admin.text':
    'Un administrateur retire aussi des machines et s’occupe des personnes, des jetons et du certificat.',
  'account.title': 'Votre compte',
  'account.who': 'Vous êtes connecté comme {name}, rôle : {role}.',
  'account.admin': 'S’occuper de ce boîtier',
  'account.name': 'Nom',
  'account.rename': 'Changer le nom',
  'account.password': 'Mot de passe',
  'account.passwordIntro': 'Un nouveau mot de passe ferme toutes vos autres sessions.',
  'account.current': 'Mot de passe actuel',
  'account.changePassword': 'Changer le mot de passe',
  'account.passwordChanged': 'Le mot de passe est changé, toutes vos autres sessions sont fermées.',
  'sessions.title': 'Où vous êtes connecté',
  'sessions.intro':
    'Une session finit après une demi-heure sans usage, et de toute façon après douze heures.',
  'sessions.program': 'Un programme',
  'sessions.here': 'ici',
  'sessions.end': 'Fermer',
  'sessions.endOthers': 'Se déconnecter partout ailleurs',
  'putBack.title': 'Remise à neuf',
  'putBack.intro': 'Avant de donner le boîtier, ou pour tout recommencer.',
  'putBack.open': 'Tout effacer…',
  'putBack.text':
    'Toutes les mesures, les machines, les personnes, le journal, les clés et les certificats sont effacés ; seule une sauvegarde peut les ramener. Il faudra redire à chaque agent de faire confiance à ce boîtier. Les navigateurs avertiront de nouveau, car la page aura une autre clé. Ce qui est effacé peut rester quelque temps dans les parties inutilisées de la carte : qui la jette doit la détruire.',
  'putBack.name': 'Nom de ce boîtier',
  'putBack.nameHint': 'Tapez {name}, pour que rien n’arrive par erreur.',
  'putBack.nameWrong': 'Ce boîtier s’appelle {name}.',
  'putBack.verb': 'Tout effacer maintenant',
  'putBack.begun':
    'Le boîtier oublie tout et recommence. Dans une minute, son écran montrera un code de première connexion ; rechargez alors cette page.',
  'people.title': 'Personnes',
  'people.who': 'Qui peut se connecter',
  'people.you': 'vous',
  'people.invited': 'invitation jusqu’au {time}',
  'people.role': 'Rôle',
  'people.roleOf': 'Rôle de {name}',
  'people.new': 'Inviter quelqu’un',
  'people.newText':
    'Un code s’affiche une seule fois. Donnez-le à la personne : avec lui et le nom, elle choisit elle-même son mot de passe.',
  'people.nameHint': 'Le nom que le journal donnera à cette personne.',
  'people.invite': 'Inviter',
  'people.code': 'Le code pour {name}',
  'people.codeText':
    'Il ne s’affiche que maintenant. {name} ouvre {address} et le tape avec le nom, dans les sept jours.',
  'people.again': 'Réinviter…',
  'people.againTitle': 'Réinviter {name} ?',
  'people.againText':
    'Le mot de passe de {name} cesse aussitôt, toutes ses sessions aussi. Un nouveau code est créé.',
  'people.againYes': 'Créer un nouveau code',
  'people.remove': 'Retirer…',
  'people.removeTitle': 'Retirer {name} ?',
  'people.removeText': '{name} est aussitôt déconnecté partout. Les jetons créés par {name} cessent aussi.',
  'people.removeYes': 'Retirer {name}',
  'enrolment.title': 'Jetons d’inscription',
  'enrolment.intro':
    'Une machine qui apporte un jeton et connaît ce boîtier par sa clé entre sans chiffres. Ne donnez pas de jeton à qui ne doit pas faire entrer de machines.',
  'enrolment.list': 'Jetons',
  'enrolment.new': 'Créer un jeton',
  'enrolment.nameHint': 'Pour quelles machines : le journal le dira.',
  'enrolment.nameless': 'sans nom',
  'enrolment.uses': 'Pour combien de machines',
  'enrolment.usesWrong': 'Tapez un nombre de 1 à {most}.',
  'enrolment.made': 'Le jeton « {name} »',
  'enrolment.madeText': 'Il n’est montré que maintenant. Tapez une de ces lignes sur la machine :',
  'enrolment.shell': 'Linux et macOS',
  'enrolment.powershell': 'Windows, dans un PowerShell d’administrateur',
  'enrolment.left': 'encore {left} sur {uses}',
  'enrolment.over': 'terminé',
  'enrolment.endText': 'Plus aucune machine n’entre avec lui. Celles qui sont là restent.',
  'enrolment.life.1': 'une heure',
  'enrolment.life.24': 'un jour',
  'enrolment.life.168': 'une semaine',
  'enrolment.life.720': '30 jours',
  'programs.title': 'Jetons d’API',
  'programs.intro':
    'Un programme entre avec un jeton dans l’en-tête Authorization: Bearer. Un jeton ne va pas plus loin que la personne qui l’a créé, et cesse avec elle.',
  'programs.list': 'Jetons',
  'programs.new': 'Créer un jeton',
  'programs.name': 'Nom',
  'programs.nameHint': 'À quoi il sert : le journal le dira.',
  'programs.nameMissing': 'Dites à quoi sert ce jeton.',
  'programs.scopes': 'Ce qu’il permet',
  'programs.life': 'Combien de temps il vaut',
  'programs.make': 'Créer le jeton',
  'programs.made': 'Le jeton « {name} »',
  'programs.madeText': 'Il ne s’affiche que maintenant. Le boîtier n’en garde qu’une empreinte.',
  'programs.madeBy': 'créé par {name}',
  'programs.until': 'jusqu’au {time}',
  'programs.forever': 'sans fin',
  'programs.used': 'dernier usage',
  'programs.unused': 'jamais utilisé',
  'programs.end': 'Révoquer ce jeton',
  'programs.endTitle': 'Révoquer le jeton « {name} » ?',
  'programs.endText': 'Le programme qui s’en sert sera refusé dès maintenant.',
  'scope.read': 'lire',
  'scope.change': 'changer',
  'scope.manage': 'gérer',
  'scope.read.text': 'Lire : voir ce que le rôle peut voir.',
  'scope.change.text': 'Changer : faire avec les machines ce que le rôle permet.',
  'scope.manage.text':
    'Gérer : retirer des personnes et des jetons, changer le certificat, créer des jetons d’inscription, nettoyer le journal ; administrateurs seulement. Inviter et créer des jetons d’API reste aux personnes.',
  'life.30': '30 jours',
  'life.90': '90 jours',
  'life.365': 'un an',
  'life.never': 'sans fin',
  'certificate.title': 'Certificat de cette page',
  'certificate.warningText':
    'Un navigateur fait confiance à une page quand une autorité qu’il connaît s’est portée garante de son nom. Personne ne se porte garant des noms de votre réseau : le boîtier a donc créé son certificat lui-même. La connexion est chiffrée tout de même ; ce que le navigateur ne peut savoir, c’est si c’est bien ce boîtier qui répond.',
  'certificate.warningHow':
    'Vous le pouvez : ouvrez le certificat depuis l’avertissement du navigateur et comparez son empreinte SHA-256 à celle de l’écran du boîtier. Si elles sont égales, personne n’est entre les deux et vous pouvez continuer. Si elles diffèrent, ne tapez aucun mot de passe. La question vient une fois par navigateur, et de nouveau si le certificat change.',
  'certificate.marks': 'Empreintes',
  'certificate.marksText':
    'On reconnaît cette page à ces empreintes. L’écran du boîtier les montre aussi : appuyez jusqu’à l’adresse web, puis tenez.',
  'certificate.ofCertificate': 'Certificat, SHA-256 : c’est ce que montrent les navigateurs',
  'certificate.ofKey':
    'Clé publique, SHA-256 : reste la même si le certificat est renouvelé avec la même clé',
  'certificate.own': 'Votre propre certificat',
  'certificate.ownText':
    'Si votre réseau a ses noms et son autorité, déposez un certificat pour ce boîtier : les navigateurs qui connaissent l’autorité n’avertiront plus. Il est d’abord vérifié, puis montré aussitôt, sans redémarrage. Les agents ne sont pas concernés : ils reconnaissent le boîtier à une autre clé.',
  'certificate.chain': 'Chaîne de certificats (PEM)',
  'certificate.chainHint':
    'D’abord le certificat de la page, puis chaque fois celui qui a signé le précédent.',
  'certificate.key': 'Clé privée (PEM)',
  'certificate.keyHint':
    'Sans mot de passe. Elle reste sur le boîtier, lisible du seul processus de la page.',
  'certificate.missing': 'Collez-le ici.',
  'certificate.upload': 'Vérifier et utiliser',
  'certificate.uploaded': 'Votre certificat est utilisé',
  'certificate.names': 'Noms',
  'certificate.issuer': 'Délivré par',
  'certificate.keyType': 'Clé',
  'certificate.until': 'Valable jusqu’au',
  'certificate.replace': 'Le remplacer',
  'certificate.remove': 'Revenir au certificat du boîtier…',
  'certificate.removeText':
    'Le certificat déposé et sa clé sont effacés. Les navigateurs avertiront de nouveau.',
  'certificate.removeYes': 'L’effacer',
  'privacy.intro':
    'NetMonitor observe des machines, pas des personnes. Cette page dit ce qu’il garde tout de même, pourquoi, combien de temps, et où cela va.',
  'privacy.what': 'Quoi',
  'privacy.why': 'Pourquoi',
  'privacy.long': 'Combien de temps',
  'privacy.machines': 'Machines',
  'privacy.machines.what':
    'De chaque machine admise : nom, adresses, système, processeur, mémoire, empreinte de sa clé, et qui l’a admise. Des machines qui attendent : la même chose, en mémoire vive seulement.',
  'privacy.machines.why':
    'Pour distinguer les machines et ne laisser entrer que celles qu’une personne a admises.',
  'privacy.machines.long':
    'Jusqu’à ce qu’un administrateur la retire ; son numéro et sa clé restent notés, pour qu’elle retrouve son historique si elle revient.',
  'privacy.samples': 'Mesures',
  'privacy.samples.what':
    'Charge, mémoire, disques, trafic réseau en sommes, températures, nombre de processus. Aucun nom d’utilisateur, aucun contenu, aucune adresse de site.',
  'privacy.samples.why': 'Pour voir quand une machine va mal, et depuis quand.',
  'privacy.samples.long':
    'Sauf autre réglage : deux jours telles quelles, 30 jours par minute, deux ans par dix minutes ; moins quand la carte se remplit.',
  'privacy.running': 'Ce qui tourne sur les machines',
  'privacy.running.what':
    'Noms et états des services. Noms des programmes les plus actifs, avec leur usage du processeur et de la mémoire ; leurs arguments seulement là où le propriétaire de la machine le permet.',
  'privacy.running.why':
    'Pour voir qu’un service est en échec, et ce qui ralentit une machine. Une machine n’indique ses programmes que pendant qu’une personne autorisée regarde sa page ; son propriétaire peut l’interdire sur place.',
  'privacy.running.long':
    'Services : la dernière liste, jusqu’au retrait de la machine. Programmes : rien ; deux secondes en mémoire, puis oubliés.',
  'privacy.devices': 'Autres appareils du réseau',
  'privacy.devices.what':
    'De ce qu’il y a d’autre sur le réseau du boîtier, téléphones compris : adresse matérielle et fabricant, adresses, noms et services annoncés, première et dernière fois qu’il a été entendu.',
  'privacy.devices.why':
    'Pour proposer de le surveiller, et signaler un nouvel appareil là où un administrateur le souhaite.',
  'privacy.devices.long':
    'Jusqu’à 90 jours sans être entendu, sept si l’adresse matérielle est inventée ; ce qu’une personne a nommé ou jugé reste jusqu’à ce qu’une personne le fasse oublier.',
  'privacy.messages': 'Alertes et messages',
  'privacy.messages.what':
    'Ce qui n’allait pas et quand, qui en a pris connaissance et en quels mots. Les adresses où vont les messages, ce qui y a été envoyé et quand.',
  'privacy.messages.why': 'Pour prévenir les bonnes personnes, et voir plus tard ce qui s’est passé.',
  'privacy.messages.long':
    'Les 10 000 dernières alertes et les 1 000 derniers messages ; les adresses jusqu’à ce qu’un administrateur les retire.',
  'privacy.people': 'Personnes qui se connectent',
  'privacy.people.what':
    'Nom, rôle, et une empreinte argon2id salée du mot de passe. Jamais le mot de passe lui-même.',
  'privacy.people.why': 'Pour savoir qui peut regarder et qui peut changer quelque chose.',
  'privacy.people.long': 'Jusqu’à ce qu’un administrateur retire la personne.',
  'privacy.sessions': 'Sessions',
  'privacy.sessions.what':
    'L’adresse de l’ordinateur, le genre de navigateur, le moment de la connexion et du dernier usage. Des navigateurs qui ont servi à se connecter : une marque au hasard.',
  'privacy.sessions.why':
    'Pour que vous voyiez où vous êtes connecté, et ne soyez pas bloqué pendant que quelqu’un d’autre devine des mots de passe.',
  'privacy.sessions.long':
    'Sessions : douze heures au plus. Marques : huit par personne au plus, jusqu’au changement du mot de passe.',
  'privacy.tokens': 'Jetons d’API',
  'privacy.tokens.what':
    'Nom, rôle, empreinte du jeton, qui l’a créé, quand et depuis quelle adresse il a servi en dernier.',
  'privacy.tokens.why': 'Pour laisser entrer des programmes, et voir lesquels servent encore.',
  'privacy.tokens.long': 'Jusqu’à ce que le jeton soit révoqué ou son auteur retiré.',
  'privacy.journal': 'Journal',
  'privacy.journal.what':
    'Qui s’est connecté ou a échoué, a admis, retiré ou changé quelque chose, quand et depuis quelle adresse ; les changements d’état des machines.',
  'privacy.journal.why': 'Pour savoir après coup ce qui s’est passé, et remarquer un inconnu.',
  'privacy.journal.long': 'Jusqu’à ce qu’un administrateur le nettoie ; le nettoyage lui-même reste écrit.',
  'privacy.where': 'Où cela va',
  'privacy.where.text':
    'Nulle part de lui-même : rien de cela ne quitte votre réseau, sauf ce qu’un administrateur envoie au-dehors, par des messages ou des sondes de lieux extérieurs. Le boîtier y annonce son nom et son adresse, pour que les machines le trouvent. Pour remarquer une coupure d’Internet, il ouvre toutes les 20 secondes une connexion vide vers 1.1.1.1 et vers 9.9.9.9, jusqu’à ce qu’un administrateur arrête ces deux sondes ; toutes les 10 secondes il demande un nom fixe à votre serveur de noms. Cette page ne charge rien d’ailleurs, et personne ne compte vos visites.',
  'privacy.browser': 'Ce que garde votre navigateur',
  'privacy.browser.text':
    'Deux cookies, illisibles pour les scripts : un pour la session, un pour la marque d’un navigateur connu (180 jours). Et, si vous les avez choisis, votre langue et votre thème.',
  'privacy.rest': 'Ce qui n’est pas protégé',
  'privacy.rest.text':
    'Ce qui est sur la carte du boîtier n’est pas chiffré : qui prend la carte peut le lire.',
  'privacy.contact': 'À qui demander',
  'privacy.contact.text':
    'À qui s’occupe de ce boîtier : ce sont les personnes qu’il appelle administrateurs. Les faiblesses de NetMonitor lui-même se signalent par la page Security de son dépôt, voir SECURITY.md.',
  'first.title': 'Bienvenue',
  'first.intro':
    'Ce boîtier n’a pas encore de propriétaire. Qui peut lire le code sur son écran peut le devenir.',
  'first.code': 'Code',
  'first.codeHint': 'Six caractères sur l’écran du boîtier, ou dans le terminal qui l’a démarré.',
  'first.codeMissing': 'Le code compte six caractères, comme 7QK-4MD.',
  'first.nameHint': 'Le nom sous lequel le journal vous citera.',
  'first.password': 'Nouveau mot de passe',
  'first.passwordHint':
    'Au moins 10 caractères. Quatre mots au hasard font un mot de passe solide et facile à retenir.',
  'first.again': 'Le même mot de passe encore une fois',
  'first.differs': 'Les deux mots de passe sont différents.',
  'first.verb': 'Prendre possession du boîtier',
  'strength.empty': '',
  'strength.badPassword': 'Trop court ou trop long : 10 à 256 caractères.',
  'strength.plainPassword': 'Refusé : trop peu de caractères différents.',
  'strength.nameInPassword': 'Refusé : guère plus que le nom.',
  'strength.commonPassword':
    'Refusé : tout le monde essaie celui-ci d’abord. Quatre mots au hasard sont solides.',
  'strength.weak': 'Facile à deviner.',
  'strength.fair': 'Convenable. Plus long serait plus solide.',
  'strength.good': 'Solide.',
};
