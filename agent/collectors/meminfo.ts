/** The lines of /proc/meminfo in bytes; memory and swap both read them. */

const LINE = /^([A-Za-z0-9_()]+): +(\d+)( kB)?$/gm;

export function parseMeminfo(text: string): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const [, key, amount, unit] of text.matchAll(LINE)) {
    bytes.set(key!, Number(amount) * (unit === undefined ? 1 : 1024));
  }
  return bytes;
}
