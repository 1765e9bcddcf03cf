/** The two cookies. Their prefix makes browsers insist on https, the whole path and no domain. */

export const cookieName = '__Host-netmonitor';
/** Of a browser that was used to sign in: opens nothing, see known-browsers.ts. */
export const knownCookieName = '__Host-netmonitor-known';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const knownForS = 180 * 86_400;

export const readCookie = (header: string | undefined): string | null => readNamed(header, cookieName);
export const readKnownCookie = (header: string | undefined): string | null =>
  readNamed(header, knownCookieName);

function readNamed(header: string | undefined, wanted: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === wanted && value && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}

export const setCookie = (token: string): string => `${cookieName}=${token}; ${attributes}`;
export const clearCookie = (): string => `${cookieName}=; ${attributes}; Max-Age=0`;
export const setKnownCookie = (mark: string): string =>
  `${knownCookieName}=${mark}; ${attributes}; Max-Age=${knownForS}`;
