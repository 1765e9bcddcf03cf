// Whoever is told to come later comes at a time of his own: a fleet that was refused together must not come back together.
export function jittered(retryMs: number, random: () => number = Math.random): number {
  return Math.round(retryMs * (1 + random()));
}
