/** Starts the page: language, who is signed in, then the right view. */
import { createApp } from './app.ts';
import { chooseLanguage } from './language/words.ts';
import { readStored } from './stored.ts';

createApp(document.body, chooseLanguage(readStored('language'), navigator.languages, undefined)).start();
