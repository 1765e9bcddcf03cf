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

/** Marks that turn the letters around them, or end a line. */
const marks = /[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line that looks like what it is: what was said by strangers or read from a disk, before it is told or shown. */
export function plainLine(text: string, most: number): string {
  return replaceControls(text, '').replace(marks, '').toWellFormed().trim().slice(0, most).toWellFormed();
}
