/** Who calls web. Each has a socket of its own, so that the kernel says who calls and no message can. */
export const webRoles = ['display', 'console', 'watch', 'ingest'] as const;
export type WebRole = (typeof webRoles)[number];

/** Below the run folder. The folder around it decides who may come in. */
export function webSocket(role: WebRole): string {
  return `web-${role}/sock`;
}
