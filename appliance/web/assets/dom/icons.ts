/** State and tool icons as small drawings, so that no font and no emoji decides how they look. */
import { setAttribute } from './h.ts';

const drawings = {
  well: { stroke: ['M3.5 8.5l3 3 6-7'] },
  attention: { fill: ['M8 1.8l6.8 12H1.2z'], cut: ['M8 6v3.6M8 11.6v.6'] },
  bad: { fill: ['M8 1.2a6.8 6.8 0 1 1 0 13.6A6.8 6.8 0 0 1 8 1.2z'], cut: ['M8 4.4v4.4M8 11v.6'] },
  unknown: { stroke: ['M5.4 6a2.6 2.6 0 1 1 3.7 2.4c-.8.4-1.1.8-1.1 1.6M8 12.6v.4'] },
  asleep: { stroke: ['M13 9.6A5.6 5.6 0 1 1 6.4 3a4.6 4.6 0 0 0 6.6 6.6z'] },
  off: { stroke: ['M8 2v5.5M4.6 4.2a5 5 0 1 0 6.8 0'] },
  waiting: { stroke: ['M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM8 5v3.4l2.2 1.4'] },
  light: {
    stroke: [
      'M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M3.2 12.8l1-1M11.8 4.2l1-1',
    ],
  },
  dark: { stroke: ['M13 9.6A5.6 5.6 0 1 1 6.4 3a4.6 4.6 0 0 0 6.6 6.6z'] },
  system: { stroke: ['M2 3h12v8H2zM6 13.5h4'] },
  person: {
    stroke: ['M8 2.4a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM2.6 14c.4-3 2.6-4.4 5.4-4.4s5 1.4 5.4 4.4'],
  },
  back: { stroke: ['M9.5 3.5L5 8l4.5 4.5'] },
  leave: { stroke: ['M6.5 2.5h-4v11h4M6.5 8h7M10.8 5.2L13.6 8l-2.8 2.8'] },
  mark: { stroke: ['M1.5 9.5h3l1.6-4.6 2.8 7 1.7-4.2h4'] },
} satisfies Record<string, { stroke?: string[]; fill?: string[]; cut?: string[] }>;

export type IconName = keyof typeof drawings;

/** Icons are decoration: the word beside them carries the meaning for those who cannot see them. */
export function icon(name: IconName): SVGSVGElement {
  const svg = make('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true', class: `icon icon-${name}` });
  const drawing: { stroke?: string[]; fill?: string[]; cut?: string[] } = drawings[name];
  for (const d of drawing.fill ?? []) svg.append(make('path', { d, fill: 'currentColor' }));
  for (const d of drawing.stroke ?? []) svg.append(line(d, 'currentColor'));
  for (const d of drawing.cut ?? []) svg.append(line(d, 'var(--card)'));
  return svg;
}

function line(d: string, stroke: string): SVGElement {
  return make('path', {
    d,
    fill: 'none',
    stroke,
    'stroke-width': '1.7',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  });
}

function make<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  return element;
}
