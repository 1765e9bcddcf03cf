/** Who asks the watch. Each has a socket of its own, so that the kernel says who calls and no message can. */
export const watchRoles = ['web', 'display', 'console'] as const;
export type WatchRole = (typeof watchRoles)[number];

/** Below the run folder. The folder around it decides who may come in. */
export function watchSocket(role: WatchRole): string {
  return `watch-${role}/sock`;
}
