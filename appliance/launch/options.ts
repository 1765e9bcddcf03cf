/** What a person may say to `npm start`. */

import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Environment } from '../runtime/environment.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Language } from './texts.ts';

export type Options = {
  help: boolean;
  json: boolean;
  home: string;
  port: number | undefined;
  language: Language;
};

export const help = `usage: npm start [-- OPTION…]

Starts NetMonitor on this computer: store, ingest, watch, web, display and agent, until Ctrl-C.

  --home DIR        where configuration, data and logs are kept (default: .netmonitor in this folder,
                    or NETMONITOR_HOME)
  --port N          the page's HTTPS port (default: 8443, or the next free one)
  --language en|fr  language of these lines and of the small screen (default: that of the terminal)
  --json            print one line of JSON when all is up, instead of text
  --help            this text
`;

export function readOptions(environment: Environment, defaultHome: string): Options {
  const values = parse(environment.argv);
  if (values.home === '') throw new Failure('CONFIG_INVALID', '--home needs a folder.');
  const home = values.home ?? environment.home ?? defaultHome;
  return {
    help: values.help === true,
    json: values.json === true,
    home: isAbsolute(home) ? home : resolve(home),
    port: readPort(values.port),
    language: readLanguage(values.language, environment.locale),
  };
}

function parse(argv: string[]) {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  try {
    const options = { home: string, port: string, language: string, json: boolean, help: boolean };
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    throw new Failure('CONFIG_INVALID', `${messageOf(error)}\nnpm start -- --help lists the options.`, {
      cause: error,
    });
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Failure('CONFIG_INVALID', `--port must be a number from 1 to 65535, not "${text}".`);
}

function readLanguage(text: string | undefined, locale: string | undefined): Language {
  if (text === 'en' || text === 'fr') return text;
  if (text !== undefined) throw new Failure('CONFIG_INVALID', `--language must be en or fr, not "${text}".`);
  return locale?.startsWith('fr') ? 'fr' : 'en';
}
