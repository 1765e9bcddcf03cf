/** What a start says to the person at the terminal, in English and French. */
export type Language = 'en' | 'fr';

const en = {
  page: 'Page',
  elsewhere: 'From another computer',
  warning:
    'The browser warns about the certificate, because the box made it itself.\nSHA-256 fingerprint of the certificate, as the browser shows it:',
  code: 'First sign-in code',
  codeNote: 'to be typed on the page',
  signedUp: 'Sign in with the name and password that you chose.',
  door: 'Agents connect to port',
  anotherAgent: 'Another computer joins with',
  anotherAgentNote: 'in a clone there',
  home: 'Data, configuration, logs',
  keys: 'Keys: o draws the small screen here; p presses its button, h holds it,\nd presses it twice, R holds it ten seconds (recovery); q stops everything.',
  noKeys: 'The small screen is drawn on the page, where its button can be pressed too.',
  stop: 'Ctrl-C stops everything.',
  starting: 'Starting store, ingest, watch, web, display and agent …',
  slow: 'This takes longer than usual; not up yet, see their logs:',
  stopping: 'Stopping …',
  stopped: 'All processes have ended.',
  killed: 'Ended by force, because they did not end when asked:',
  restarts: 'ended unexpectedly and is started again; see',
  gaveUp: 'ended and is not started again, because that would not help:',
  away: 'The small screen does not answer yet.',
  started: 'The agent runs until Ctrl-C. Its log:',
};
const fr: Record<keyof typeof en, string> = {
  page: 'Page',
  elsewhere: 'Depuis un autre ordinateur',
  warning:
    'Le navigateur avertira, car le boîtier a créé lui-même son certificat.\nEmpreinte SHA-256 du certificat, comme le navigateur la montre :',
  code: 'Code de première connexion',
  codeNote: 'à saisir sur la page',
  signedUp: 'Connectez-vous avec le nom et le mot de passe que vous avez choisis.',
  door: 'Les agents se connectent au port',
  anotherAgent: 'Ajouter un autre ordinateur',
  anotherAgentNote: 'dans un clone, là-bas',
  home: 'Données, configuration, journaux',
  keys: 'Touches : o dessine le petit écran ici ; son bouton : p appuie, h maintient,\nd appuie deux fois, R maintient dix secondes (secours) ; q arrête tout.',
  noKeys: 'Le petit écran est dessiné sur la page, où l’on peut aussi appuyer sur son bouton.',
  stop: 'Ctrl-C arrête tout.',
  starting: 'Démarrage de store, ingest, watch, web, display et agent…',
  slow: 'C’est plus long que d’habitude ; pas encore prêts, voir leurs journaux :',
  stopping: 'Arrêt…',
  stopped: 'Tous les processus sont terminés.',
  killed: 'Terminés de force, car ils ne se sont pas arrêtés à la demande :',
  restarts: 's’est terminé de façon inattendue et redémarre ; voir',
  gaveUp: 's’est terminé et ne redémarre pas, car cela ne servirait à rien :',
  away: 'Le petit écran ne répond pas encore.',
  started: 'L’agent tourne jusqu’à Ctrl-C. Son journal :',
};

export const texts = { en, fr };
export type Texts = Record<keyof typeof en, string>;
