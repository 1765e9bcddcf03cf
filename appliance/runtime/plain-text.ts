/**
 * Control characters, told without Unicode's tables: the first `\p{…}` or `normalize` of a process loads them, and that
 * is 2 to 7 MB for a process that needs nothing else of them.
 */

/** All but printable ASCII and what begins behind the second block of control characters. */
const controls = /[^ -~\u00a0-\u{10ffff}]+/gu;

export function hasControls(text: string): boolean {
  return text.search(controls) >= 0;
}

/** Each run of control characters is replaced by the same text. */
export function replaceControls(text: string, instead: string): string {
  return text.replace(controls, instead);
}
