/** Which of the systems that the box has an agent for a browser runs on, by what it says of itself. */

export const systems = ['linux', 'windows', 'macos'] as const;
export type System = (typeof systems)[number];

/** Null: a telephone, or nobody knows. */
export function systemOf(userAgent: string | undefined): System | null {
  const said = (userAgent ?? '').slice(0, 512);
  if (/Android|iPhone|iPad|Mobile/i.test(said)) return null;
  if (/Windows/i.test(said)) return 'windows';
  if (/Mac OS X|Macintosh|Darwin/i.test(said)) return 'macos';
  return /Linux|X11|CrOS/i.test(said) ? 'linux' : null;
}
