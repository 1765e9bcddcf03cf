/** Addresses on the web that a person gives: http and https, without a name and password in them. */
import { type Check, text } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';

const longest = text({ min: 8, max: 2_000 });

export const checkUrl: Check<string> = (value, path = '') => {
  const given = longest(value, path);
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new Malformed('BAD_TEXT', path, {
      en: 'this is no address that begins with https:// or http://',
      fr: 'ce n’est pas une adresse qui commence par https:// ou http://',
    });
  if (url.username !== '' || url.password !== '')
    throw new Malformed('BAD_TEXT', path, {
      en: 'a name or password does not belong into an address',
      fr: 'un nom ou un mot de passe n’a pas sa place dans une adresse',
    });
  return url.href;
};
