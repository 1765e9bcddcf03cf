/** Who calls the store. Each has a socket of its own, so that the kernel says who calls and no message can. */
export const storeRoles = ['ingest', 'web', 'watch', 'display', 'console'] as const;
export type StoreRole = (typeof storeRoles)[number];

/** Below the run folder. The folder around it decides who may come in. */
export function storeSocket(role: StoreRole): string {
  return `store-${role}/sock`;
}
