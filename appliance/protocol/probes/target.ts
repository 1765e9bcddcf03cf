/** What a probe may be aimed at, as text: a name, an address or a URL, and never anything that a program would take for an option. */
import { isIP } from 'node:net';
import { type Check, text } from '../check.ts';
import { Malformed } from '../malformed.ts';
import type { LooseOptions } from './exchange.ts';

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Letters and digits of host names; numbers in other notations (`0x7f.1`, `127.1`, `2130706433`) are no names. */
function isHostName(name: string): boolean {
  const labels = name.replace(/\.$/, '').split('.');
  return (
    name.length <= 253 &&
    labels.every((one) => label.test(one)) &&
    !/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1)!)
  );
}

/** What each machine has its own of. */
const ownPlaces = ['@gateway', '@resolver'] as const;
export type OwnPlace = (typeof ownPlaces)[number];

export function isOwnPlace(host: string): host is OwnPlace {
  return ownPlaces.some((place) => place === host);
}

const hostText = text({
  min: 1,
  max: 253,
  what: { en: 'a name or an address', fr: 'un nom ou une adresse' },
});

export const checkHost: Check<string> = (value, path = '') => {
  const host = hostText(value, path);
  if (isOwnPlace(host)) return host;
  // A zone names an interface, which is another one on another machine.
  if ((isIP(host) !== 0 && !host.includes('%')) || isHostName(host)) return host.toLowerCase();
  throw new Malformed('BAD_TEXT', path, {
    en: `${JSON.stringify(host)} is neither a name nor an address`,
    fr: `${JSON.stringify(host)} n’est ni un nom ni une adresse`,
  });
};

const urlText = text({
  min: 1,
  max: 1_024,
  pattern: /^https?:\/\/[^\s\\]+$/i,
  what: {
    en: 'the address of a page, which begins with http:// or https://',
    fr: 'l’adresse d’une page, qui commence par http:// ou https://',
  },
});

/** Names and passwords before an @ would stand in every list: they are refused. */
export const checkUrl: Check<string> = (value, path = '') => {
  const source = urlText(value, path);
  const url = URL.parse(source);
  if (url === null)
    throw new Malformed('BAD_TEXT', path, {
      en: 'this is not the address of a page',
      fr: 'ce n’est pas l’adresse d’une page',
    });
  if (url.username !== '' || url.password !== '')
    throw new Malformed('BAD_TEXT', path, {
      en: 'an address with a name or a password in it is not taken',
      fr: 'une adresse avec un nom ou un mot de passe n’est pas admise',
    });
  if (url.port === '0')
    throw new Malformed('OUT_OF_RANGE', path, { en: 'port 0 is no port', fr: '0 n’est pas un port' });
  checkHost(hostOfUrl(url), path);
  return url.href;
};

/** The brackets around an IPv6 address are the URL's. */
export function hostOfUrl(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** The name or address that options aim at, on its own or within a URL. */
export function hostAimedAt({ host, url }: LooseOptions): string {
  const parsed = url === undefined ? null : URL.parse(String(url));
  return parsed === null ? String(host ?? url ?? '') : hostOfUrl(parsed);
}

/** What they aim at, in the shortest form that a person would type. */
export function aimOf({ host, url, port }: LooseOptions): string {
  if (url !== undefined) return String(url);
  return port === undefined ? String(host) : `${host}:${port}`;
}
