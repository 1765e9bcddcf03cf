/** The sentences that web writes into the journal, by kind. Parts in braces are filled in. */
import type { JournalText } from '../store/client/client.ts';

export const sentences = {
  'sign-in.ok': { en: '{who} signed in from {from}.', fr: '{who} s’est connecté depuis {from}.' },
  'sign-out': { en: '{who} signed out.', fr: '{who} s’est déconnecté.' },
  'sign-out.all': {
    en: '{who} ended all other sessions of {person}.',
    fr: '{who} a fermé toutes les autres sessions de {person}.',
  },
  'sign-in.failed': {
    en: 'A sign-in as “{who}” from {from} was refused.',
    fr: 'Une connexion comme « {who} » depuis {from} a été refusée.',
  },
  'code.refused': {
    en: 'A wrong code was given for “{who}” from {from}.',
    fr: 'Un code faux a été donné pour « {who} » depuis {from}.',
  },
  'request.foreign': {
    en: 'A change that another site asked for through a browser at {from} was refused.',
    fr: 'Une modification demandée par un autre site, via un navigateur à {from}, a été refusée.',
  },
  'token.refused': {
    en: 'A token that is unknown, ended or expired was shown from {from}.',
    fr: 'Un jeton inconnu, révoqué ou expiré a été présenté depuis {from}.',
  },
  'request.forbidden': {
    en: '{who} asked from {from} for something that this role may not do: {request}.',
    fr: '{who} a demandé depuis {from} ce que ce rôle ne permet pas : {request}.',
  },
  'password.refused': {
    en: 'A wrong password was given from {from} for something that {who}, signed in, has to confirm.',
    fr: 'Un mot de passe faux a été donné depuis {from} pour ce que {who}, connecté, doit confirmer.',
  },
  'password.first': {
    en: '{who} set the first password of this box from {from}.',
    fr: '{who} a créé le premier mot de passe de ce boîtier depuis {from}.',
  },
  'password.changed': {
    en: '{who} changed the own password from {from}; all other sessions ended.',
    fr: '{who} a changé son mot de passe depuis {from} ; ses autres sessions sont fermées.',
  },
  'password.recovered': {
    en: 'With the code of the box’s screen, the password of {who} was set anew from {from}.',
    fr: 'Avec le code de l’écran du boîtier, le mot de passe de {who} a été remplacé depuis {from}.',
  },
  'recovery.armed': {
    en: 'At the box, the button was held for ten seconds: a recovery code is shown for five minutes.',
    fr: 'Au boîtier, le bouton a été tenu dix secondes : un code de secours s’affiche cinq minutes.',
  },
  'person.joined': {
    en: '{who} followed an invitation from {from} and set a password.',
    fr: '{who} a suivi une invitation depuis {from} et choisi un mot de passe.',
  },
  'person.invited': {
    en: '{who} invited {person} as {role}.',
    fr: '{who} a invité {person} comme {role}.',
  },
  'person.invited-again': {
    en: '{who} ended the password of {person} and made a new invitation.',
    fr: '{who} a annulé le mot de passe de {person} et fait une nouvelle invitation.',
  },
  'person.renamed': {
    en: '{person} is now called {who}.',
    fr: '{person} s’appelle désormais {who}.',
  },
  'person.role': {
    en: '{who} made {person} {role} instead of {before}.',
    fr: '{who} a fait passer {person} de {before} à {role}.',
  },
  'person.removed': { en: '{who} removed {person}.', fr: '{who} a retiré {person}.' },
  'token.made': {
    en: '{who} made the token “{token}” with the role {role}.',
    fr: '{who} a créé le jeton « {token} » avec le rôle {role}.',
  },
  'token.ended': { en: '{who} ended the token “{token}”.', fr: '{who} a révoqué le jeton « {token} ».' },
  'certificate.uploaded': {
    en: '{who} gave the page a certificate of its own for {names}.',
    fr: '{who} a donné à la page un certificat propre pour {names}.',
  },
  'certificate.removed': {
    en: '{who} removed the uploaded certificate: the page shows the box’s own again.',
    fr: '{who} a retiré le certificat déposé : la page montre de nouveau celui du boîtier.',
  },
  'certificate.broken': {
    en: 'The uploaded certificate cannot be used ({problem}): the page shows the box’s own.',
    fr: 'Le certificat déposé est inutilisable ({problem}) : la page montre celui du boîtier.',
  },
} as const satisfies Record<string, JournalText>;

export type AuditKind = keyof typeof sentences;

export function sentence(kind: AuditKind, values: Readonly<Record<string, string>>): JournalText {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { en, fr } = sentences[kind];
  return { en: fill(en), fr: fill(fr) };
}
