/** Starts the page: language, who is signed in, then the right view. */
import { createApp } from './app.ts';
import { chooseLanguage, loadWords } from './language/words.ts';
import { readStored } from './stored.ts';

const language = chooseLanguage(readStored('language'), navigator.languages, undefined);
createApp(document.body, await loadWords(language)).start();
