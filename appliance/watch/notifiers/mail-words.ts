/** A letter as mail: headers, plain text, and HTML that needs nothing from elsewhere. */
import type { Severity } from '../client/types.ts';
import type { Letter } from './notifier.ts';

const colours: Record<Severity, string> = {
  low: '#5b6770',
  medium: '#8a6100',
  high: '#b54708',
  critical: '#b42318',
};
const good = '#1a7f4b';

export function mailText({ items, notes }: Letter): string {
  return `${[...items.map(({ when, text, more }) => `${when}  ${text}${more === undefined ? '' : `\n\n${more}\n`}`), '', ...notes].join('\n').trim()}\n`;
}

export function mailHtml({ subject, items, notes, severity, isGood }: Letter): string {
  const rows = items
    .map((item) => {
      const colour = item.isGood ? good : colours[item.severity];
      return (
        `<tr><td style="border-left:4px solid ${colour};padding:8px 12px;font-size:16px">${escaped(item.text)}` +
        (item.more === undefined
          ? ''
          : `<div style="font-size:14px;padding-top:6px">${escaped(item.more)}</div>`) +
        `<div style="color:#5b6770;font-size:13px;padding-top:2px">${escaped(item.when)}</div></td></tr>` +
        '<tr><td style="height:8px"></td></tr>'
      );
    })
    .join('');
  const small = notes.map((note) => `<p style="color:#5b6770;font-size:13px">${escaped(note)}</p>`).join('');
  return (
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head>' +
    '<body style="margin:0;padding:16px;font-family:system-ui,sans-serif;color:#16202a;background:#ffffff">' +
    `<h1 style="font-size:18px;color:${isGood ? good : colours[severity]}">${escaped(subject)}</h1>` +
    `<table role="presentation" style="border-collapse:collapse">${rows}</table>${small}</body></html>`
  );
}

export function mailHeaders({ severity, isGood }: Letter): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated',
    ...(severity === 'critical' && !isGood ? { Importance: 'high', 'X-Priority': '1' } : {}),
  };
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
