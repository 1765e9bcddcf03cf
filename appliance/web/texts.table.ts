/** What web itself says to people, in both languages. Parts in braces are filled in. */
import type { Language } from './language.ts';

const en = {
  notFound: 'There is nothing at this address.',
  machineUnknown: 'There is no machine with the number {machine}.',
  invalidInput: 'This request does not fit: {problem}.',
  badJson: 'The body of this request is not valid JSON.',
  tooDeep: 'The body of this request is nested too deeply or has too many keys.',
  tooLarge: 'The body of this request is too large.',
  jsonOnly: 'Changes are accepted as application/json only.',
  foreignOrigin: 'This change was asked for by another site and was refused.',
  signInNeeded: 'Please sign in.',
  wrongPassword: 'Name or password is wrong. Check both and try again.',
  wrongCode: 'This is not the code on the box’s screen. Look again: it may have changed.',
  alreadySet: 'A password is already set on this box. Sign in with it.',
  notSetYet: 'No password is set on this box yet. Set one with the code on its screen.',
  badName: 'A name has 1 to 64 characters and no control characters.',
  badPassword: 'A password has 8 to 256 characters.',
  waitToTry: 'Too many attempts. Try again in {seconds} s.',
  busy: 'The box is busy with other sign-ins. Try again in a few seconds.',
  tooManyStreams: 'This session already has {count} live connections. Close a window of the page.',
  unavailable: 'A part of the box does not answer at the moment. Try again in a few seconds.',
  timeout: 'A part of the box took too long to answer. Try again.',
  forbidden: 'This is not allowed.',
  conflict: 'This does not fit what is there now. Load the page again.',
  tooMany: 'Too many requests. Try again in a minute.',
  badRequest: 'This request does not fit.',
  internal: 'Something went wrong inside the box. Its log says more.',
  pageTitle: 'Nothing here',
  pageHome: 'To the overview',
};

const fr: Record<keyof typeof en, string> = {
  notFound: 'Il n’y a rien à cette adresse.',
  machineUnknown: 'Aucune machine ne porte le numéro {machine}.',
  invalidInput: 'Cette demande ne convient pas : {problem}.',
  badJson: 'Le corps de cette demande n’est pas du JSON valide.',
  tooDeep: 'Le corps de cette demande est trop imbriqué ou compte trop de clés.',
  tooLarge: 'Le corps de cette demande est trop grand.',
  jsonOnly: 'Les modifications ne sont acceptées qu’en application/json.',
  foreignOrigin: 'Cette modification a été demandée par un autre site et a été refusée.',
  signInNeeded: 'Veuillez vous connecter.',
  wrongPassword: 'Le nom ou le mot de passe est incorrect. Vérifiez les deux et réessayez.',
  wrongCode: 'Ce n’est pas le code affiché sur l’écran du boîtier. Regardez-le à nouveau : il a pu changer.',
  alreadySet: 'Un mot de passe existe déjà sur ce boîtier. Connectez-vous avec lui.',
  notSetYet: 'Aucun mot de passe n’existe encore sur ce boîtier. Créez-le avec le code de son écran.',
  badName: 'Un nom compte 1 à 64 caractères, sans caractère de contrôle.',
  badPassword: 'Un mot de passe compte 8 à 256 caractères.',
  waitToTry: 'Trop d’essais. Réessayez dans {seconds} s.',
  busy: 'Le boîtier traite d’autres connexions. Réessayez dans quelques secondes.',
  tooManyStreams: 'Cette session a déjà {count} connexions en direct. Fermez une fenêtre de la page.',
  unavailable: 'Une partie du boîtier ne répond pas pour le moment. Réessayez dans quelques secondes.',
  timeout: 'Une partie du boîtier a mis trop de temps à répondre. Réessayez.',
  forbidden: 'Ceci n’est pas permis.',
  conflict: 'Ceci ne correspond plus à l’état actuel. Rechargez la page.',
  tooMany: 'Trop de demandes. Réessayez dans une minute.',
  badRequest: 'Cette demande ne convient pas.',
  internal: 'Une erreur est survenue dans le boîtier. Son journal en dit plus.',
  pageTitle: 'Rien ici',
  pageHome: 'Vers la vue d’ensemble',
};

export type TextKey = keyof typeof en;
export type TextValues = Record<string, string | number>;

const tables: Record<Language, Record<TextKey, string>> = { en, fr };

export function textOf(language: Language, key: TextKey, values: TextValues = {}): string {
  return tables[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
