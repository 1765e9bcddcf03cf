/** Fields of /proc/meminfo in bytes; memory and swap both read them. */

/**
 * One field, undefined when this kernel does not have it. The file has some fifty lines and five are wanted, twelve
 * times a minute on every machine: looking for them costs a fifth of taking all lines apart.
 */
export function meminfoBytes(text: string, field: string): number | undefined {
  const label = `${field}:`;
  let at = text.indexOf(label);
  while (at > 0 && text.charCodeAt(at - 1) !== NEWLINE) at = text.indexOf(label, at + 1);
  if (at < 0) return undefined;
  const end = text.indexOf('\n', at);
  // A line without its end was cut off: its number may be, too.
  if (end < 0) return undefined;
  const found = /^ *(\d+) kB$/.exec(text.slice(at + label.length, end));
  return found === null ? undefined : Number(found[1]) * 1024;
}

const NEWLINE = 0x0a;
