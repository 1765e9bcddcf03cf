/** A letter as mail: headers, plain text, and HTML that needs nothing from elsewhere and reads well on a telephone and in the dark. */
import type { Severity } from '../client/types.ts';
import type { Letter, LetterItem } from './notifier.ts';

/** Of text on white, at least 4.5 to 1; each with a sign, since colours alone tell nothing to many. */
const looks: Record<Severity | 'good', { colour: string; sign: string }> = {
  low: { colour: '#5b6770', sign: '■' },
  medium: { colour: '#8a6100', sign: '▲' },
  high: { colour: '#b54708', sign: '▲' },
  critical: { colour: '#b42318', sign: '●' },
  good: { colour: '#1a7f4b', sign: '✓' },
};
const lookOf = ({ isGood, severity }: Pick<LetterItem, 'isGood' | 'severity'>) =>
  looks[isGood ? 'good' : severity];

export function mailText({ items, notes }: Letter): string {
  const parts = items.map((item) => {
    const { label, when, text, more } = item;
    const rest = more === undefined ? [] : [more];
    return [`${lookOf(item).sign} ${label} · ${when}`, text, ...rest].join('\n');
  });
  return `${[...parts, ...notes].join('\n\n')}\n\n-- \nNetMonitor${numbersOf(items)}\n`;
}

/** Clients that know the style of the head turn it dark; the others show what stands at each element. */
const dark =
  '@media (prefers-color-scheme:dark){' +
  '.page{background:#14161a!important}.card{background:#1b1e23!important;border-color:#2c3037!important}' +
  '.text{color:#e8e6e1!important}.soft{color:#9aa0a8!important}.note{background:#2c3037!important}' +
  '.low{color:#a9b1ba!important}.medium{color:#e0b04c!important}.high{color:#f09a5c!important}' +
  '.critical{color:#f47c6f!important}.good{color:#5fc48e!important}}';

export function mailHtml({ subject, items, notes }: Letter): string {
  const rows = items.map((item) => rowOf(item, items.length === 1)).join('');
  const said = notes.map((note) => `<div style="padding:2px 0">${unbroken(note)}</div>`).join('');
  const noted =
    said === ''
      ? ''
      : '<tr><td style="padding:4px 20px 12px"><div class="note text" style="background:#f4f1ea;color:#1f2328;' +
        `border-radius:6px;padding:8px 12px;font-size:15px">${said}</div></td></tr>`;
  const title =
    items.length === 1
      ? ''
      : `<tr><td class="text" style="padding:10px 20px 2px;font-size:20px;font-weight:600;color:#1f2328">${escaped(subject)}</td></tr>`;
  return (
    '<!DOCTYPE html><html><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta name="color-scheme" content="light dark"><style>${dark}</style></head>` +
    '<body class="page" style="margin:0;padding:0;background:#fbfaf7">' +
    '<table role="presentation" class="page" width="100%" style="border-collapse:collapse;background:#fbfaf7">' +
    '<tr><td align="center" style="padding:16px 8px">' +
    '<table role="presentation" class="card" width="100%" style="max-width:600px;border-collapse:separate;border-spacing:0;' +
    'background:#ffffff;border:1px solid #e4e1da;border-radius:6px;text-align:left;line-height:1.45;' +
    'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif">' +
    `${title}${rows}${noted}` +
    '<tr><td class="soft" style="padding:10px 20px 14px;font-size:13px;color:#6b6f76">' +
    `NetMonitor${numbersOf(items)}</td></tr></table></td></tr></table></body></html>`
  );
}

function rowOf(item: LetterItem, isAlone: boolean): string {
  const { colour, sign } = lookOf(item);
  const name = item.isGood ? 'good' : item.severity;
  const more =
    item.more === undefined
      ? ''
      : `<div class="soft" style="font-size:15px;padding-top:8px;color:#6b6f76">${lines(item.more)}</div>`;
  return (
    `<tr><td style="padding:${isAlone ? '18px' : '10px'} 20px">` +
    `<div class="${name}" style="border-left:4px solid ${colour};color:${colour};padding:2px 0 2px 14px">` +
    `<div style="font-size:14px;font-weight:600">${sign} ${escaped(item.label)}` +
    `<span class="soft" style="font-weight:400;color:#6b6f76"> · ${escaped(item.when)}</span></div>` +
    `<div class="text" style="font-size:${isAlone ? '20px' : '16px'};color:#1f2328;padding-top:4px;overflow-wrap:anywhere">` +
    `${unbroken(item.text)}</div>${more}</div></td></tr>`
  );
}

/** People name an incident by its number: `netmonitor ack 7`. */
function numbersOf(items: readonly LetterItem[]): string {
  const numbers = [...new Set(items.map(({ incident }) => incident).filter((incident) => incident > 0))];
  return numbers.length === 0 || numbers.length > 8 ? '' : ` · ${numbers.map((one) => `#${one}`).join(' ')}`;
}

export function mailHeaders({ severity, isGood }: Letter): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated',
    ...(severity === 'critical' && !isGood ? { Importance: 'high', 'X-Priority': '1' } : {}),
  };
}

/** No sign stands alone at the beginning of a line: 97 %, and what French writes behind a space. */
const unbroken = (text: string) => escaped(text.replaceAll(/ (?=[%:;!?»])/g, '\u00a0'));
const lines = (text: string) => escaped(text).replaceAll('\n', '<br>');

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
