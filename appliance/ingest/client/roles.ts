/** Who asks at the door's inner side. Each has a socket of its own. */
export const ingestRoles = ['web', 'watch', 'display', 'console'] as const;
export type IngestRole = (typeof ingestRoles)[number];

/** Below the run folder. The folder around it decides who may come in. */
export function ingestSocket(role: IngestRole): string {
  return `ingest-${role}/sock`;
}
