/** What the person reads when all is up. */
import type { Ports } from './daemons.ts';
import type { Ready } from './readiness.ts';
import type { Texts } from './texts.ts';

export type Scene = Ready & { home: string; ports: Ports; keys: boolean };

function localUrl(ports: Ports): string {
  return `https://localhost:${ports.https}`;
}

export function firstLines(t: Texts, { address, door, home, ports, keys }: Scene): string {
  const rows: [string, string][] = [[t.page, localUrl(ports)]];
  for (const url of address.urls.filter((url) => !url.includes('localhost'))) rows.push([t.elsewhere, url]);
  if (address.code !== null) rows.push([t.code, `${address.code}   (${t.codeNote})`]);
  rows.push([t.door, String(door)]);
  rows.push([t.anotherAgent, `npm run agent   (${t.anotherAgentNote})`]);
  rows.push([t.home, home]);
  const width = Math.max(...rows.map(([label]) => label.length));
  const table = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  const notes = [t.warning, ...fingerprintLines(address.certificateFingerprint)];
  if (address.code === null) notes.push(t.signedUp);
  return `\n${['NetMonitor', ...table, '', ...notes, '', keys ? t.keys : t.noKeys, t.stop].join('\n')}\n`;
}

/** In pairs with colons; in two lines, because a terminal has 80 columns. */
function fingerprintLines(hex: string): string[] {
  const pairs = hex.toUpperCase().match(/../g) ?? [];
  const half = pairs.length / 2;
  return [`  ${pairs.slice(0, half).join(':')}:`, `  ${pairs.slice(half).join(':')}`];
}

export function readyLine({ address, door, home, ports }: Omit<Scene, 'keys'>): string {
  return JSON.stringify({ ready: true, url: localUrl(ports), door, code: address.code, home });
}
