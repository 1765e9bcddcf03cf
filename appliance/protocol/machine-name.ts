/**
 * What a machine or a box may be called: a person picks it by what is seen of the name, so nothing of it may be unseen, or
 * turn the letters around it, or be a blank that makes two names look like one.
 */
import { type Check, text } from './check.ts';
import { limits } from './limits.ts';

/**
 * Unicode's Default_Ignorable_Code_Point, the line separators, interlinear annotation and the empty braille pattern;
 * spelled out, because `\p{…}` would load tables of megabytes into each process.
 */
const unseen =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164' +
  '\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}';

export const checkMachineName: Check<string> = text({
  min: 1,
  max: limits.hostNameLength,
  pattern: new RegExp(`^(?!\\s)[^${unseen}]+(?<!\\s)$`, 'u'),
  what: 'a name (invisible characters, direction marks, and blanks at its ends are not allowed)',
});

const eachUnseen = new RegExp(`[${unseen}]`, 'gu');

/** What is left of a name that is no such name; may be empty. */
export function seenOf(name: string): string {
  return name.replace(eachUnseen, '').trim();
}
