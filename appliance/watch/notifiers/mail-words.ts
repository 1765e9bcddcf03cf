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

/** Of what is bad or over; whoever tries a channel, or gathers what is low, needs no sign. */
export function mailSubject({ subject, severity, isGood, isTest }: Letter): string {
  return isTest || (severity === 'low' && !isGood)
    ? subject
    : `${lookOf({ severity, isGood }).sign} ${subject}`;
}

/** As plain text is read: 72 columns, and the address of the page alone on its line. */
export function mailText({ items, notes, link, times }: Letter): string {
  const parts = items.map((item) => {
    const { label, when, text, more, next } = item;
    const lines = [text, more, next === undefined ? undefined : `→ ${next}`];
    const said = lines.flatMap((line) => (line === undefined ? [] : [wrapped(line)]));
    return [`${lookOf(item).sign} ${label} · ${when}`, ...said].join('\n');
  });
  const late = notes.length === 0 ? [] : [wrapped(notes.join(' '))];
  const page = link === null ? [] : [`${wrapped(link.text)}\n${link.url}`];
  return `${[...late, ...parts, ...page].join('\n\n')}\n\n-- \nNetMonitor${numbersOf(items)} · ${times}\n`;
}

const columns = 72;

function wrapped(text: string): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/ (?![%:;!?»])/)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (longer.length > columns && line !== '') {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** Clients that know the style of the head turn it dark; the others show what stands at each element. */
const dark =
  '@media (prefers-color-scheme:dark){' +
  '.page{background:#14161a!important}.card{background:#1b1e23!important;border-color:#2c3037!important}' +
  '.text{color:#e8e6e1!important}.soft{color:#9aa0a8!important}.note{background:#2c3037!important}' +
  '.deed{color:#e8e6e1!important;border-color:#9aa0a8!important}' +
  '.low{color:#a9b1ba!important}.medium{color:#e0b04c!important}.high{color:#f09a5c!important}' +
  '.critical{color:#f47c6f!important}.good{color:#5fc48e!important}}';

export function mailHtml(letter: Letter): string {
  const { subject, heading = subject, items, notes, link, times } = letter;
  const rows = items.map((item) => rowOf(item, items.length === 1)).join('');
  const said = notes.map((note) => `<div style="padding:2px 0">${unbroken(note)}</div>`).join('');
  const noted =
    said === ''
      ? ''
      : '<tr><td style="padding:16px 20px 0"><div class="note text" style="background:#f4f1ea;color:#1f2328;' +
        `border-radius:6px;padding:8px 12px;font-size:15px">${said}</div></td></tr>`;
  const title =
    items.length === 1
      ? ''
      : `<tr><td class="text" style="padding:14px 20px 4px;font-size:20px;font-weight:600;color:#1f2328;overflow-wrap:anywhere">${unbroken(heading)}</td></tr>`;
  const deed =
    link === null
      ? ''
      : '<tr><td style="padding:4px 20px 12px">' +
        `<a class="deed" href="${escaped(link.url)}" style="display:inline-block;padding:9px 14px;font-size:15px;font-weight:600;` +
        'color:#1f2328;border:1px solid #8c8a84;border-radius:6px;text-decoration:none">' +
        `${unbroken(link.text)}</a></td></tr>`;
  return (
    '<!DOCTYPE html><html><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta name="color-scheme" content="light dark"><style>${dark}</style></head>` +
    '<body class="page" style="margin:0;padding:0;background:#fbfaf7">' +
    `<div style="display:none;max-height:0;overflow:hidden;font-size:1px">${escaped(preview(letter))}</div>` +
    '<table role="presentation" class="page" width="100%" style="border-collapse:collapse;background:#fbfaf7">' +
    '<tr><td align="center" style="padding:16px 8px">' +
    '<table role="presentation" class="card" width="100%" style="max-width:600px;border-collapse:separate;border-spacing:0;' +
    'background:#ffffff;border:1px solid #e4e1da;border-radius:6px;text-align:left;line-height:1.45;' +
    'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif">' +
    `${noted}${title}${rows}${deed}` +
    '<tr><td class="soft" style="padding:10px 20px 14px;font-size:13px;color:#6b6f76">' +
    `NetMonitor${numbersOf(items)} · ${unbroken(times)}</td></tr></table></td></tr></table></body></html>`
  );
}

/** What a telephone shows beneath the subject: what that does not say yet. */
function preview({ items, notes }: Letter): string {
  const [only] = items;
  const besides =
    only === undefined || items.length > 1
      ? items.map(({ text }) => text)
      : [`${only.label}, ${only.when}`, only.more, only.next].filter((one) => one !== undefined);
  return [...notes, ...besides].join(' · ').slice(0, longestPreview);
}

const longestPreview = 200;

function rowOf(item: LetterItem, isAlone: boolean): string {
  const { colour, sign } = lookOf(item);
  const name = item.isGood ? 'good' : item.severity;
  const more =
    item.more === undefined
      ? ''
      : `<div class="soft" style="font-size:15px;padding-top:8px;color:#6b6f76;overflow-wrap:anywhere">${named(item.more)}</div>`;
  const next =
    item.next === undefined
      ? ''
      : `<div class="text" style="font-size:15px;padding-top:8px;color:#1f2328">→ ${unbroken(item.next)}</div>`;
  return (
    `<tr><td style="padding:${isAlone ? '18px' : '10px'} 20px">` +
    `<div class="${name}" style="border-left:4px solid;color:${colour};padding:2px 0 2px 14px">` +
    `<div style="font-size:14px;font-weight:600">${sign} ${escaped(item.label)}` +
    `<span class="soft" style="font-weight:400;color:#6b6f76"> · ${escaped(item.when)}</span></div>` +
    `<div class="text" style="font-size:${isAlone ? '20px' : '16px'};color:#1f2328;padding-top:4px;overflow-wrap:anywhere">` +
    `${unbroken(item.text)}</div>${more}${next}</div></td></tr>`
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
/** Names of machines stay whole where a line can hold them. */
const named = (text: string) =>
  escaped(text)
    .replaceAll('\n', '<br>')
    .replaceAll(
      /(?<=^|\s)[\w.-]{1,24}-[\w.-]{1,24}[,.]?(?=\s|$)/g,
      '<span style="white-space:nowrap">$&</span>',
    );

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
