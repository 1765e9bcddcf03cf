/** Who calls the display. Each has a socket of its own, so that the kernel says who calls and no message can. */
export const displayRoles = ['web', 'console', 'watch'] as const;
export type DisplayRole = (typeof displayRoles)[number];

/** Below the run folder. The folder around it decides who may come in. */
export function displaySocket(role: DisplayRole): string {
  return `display-${role}/sock`;
}
