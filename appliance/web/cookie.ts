/** The one cookie. Its prefix makes browsers insist on https, the whole path and no domain. */

export const cookieName = '__Host-netmonitor';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export function readCookie(header: string | undefined): string | null {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}

export const setCookie = (token: string): string => `${cookieName}=${token}; ${attributes}`;
export const clearCookie = (): string => `${cookieName}=; ${attributes}; Max-Age=0`;
