/** Points in time on the page: relative under a day, the exact one on hover, kept fresh by one timer. */
import type { Format } from '../language/format.ts';
import { h, setText } from './h.ts';

export function timeNode(format: Format, atMs: number, nowMs: number): HTMLTimeElement {
  return h(
    'time',
    { datetime: new Date(atMs).toISOString(), title: format.exact(atMs), 'data-at': atMs },
    format.ago(atMs, nowMs),
  );
}

export function refreshTimes(root: ParentNode, format: Format, nowMs: number): void {
  for (const node of root.querySelectorAll<HTMLTimeElement>('time[data-at]')) {
    setText(node, format.ago(Number(node.dataset.at), nowMs));
  }
}
