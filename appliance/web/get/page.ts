/** The page /get as HTML: plain, small, without a script of its own, in the looks of the page where that is built. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import { powerShellCommand, type Reached, shellCommand } from './commands.ts';
import type { AgentPackages } from './packages.ts';
import { type System, systems } from './system.ts';
import { type GetTexts, getTexts } from './texts.table.ts';

export type GetPage = {
  language: Language;
  /** What the reader's browser runs on. */
  system: System | null;
  /** Undefined while the agents' door does not say who it is. */
  box: Reached | undefined;
  packages: AgentPackages | undefined;
  looks: string;
};

/** What index.html of the built page links: its style, and the script that makes it dark before it is drawn. */
export async function looksOf(assetsDir: string): Promise<string> {
  const index = await readFile(join(assetsDir, 'index.html'), 'utf8').catch(() => '');
  const tags = [
    /<link rel="icon"[^>]+>/,
    /<link rel="stylesheet"[^>]+>/,
    /<script src="\/assets\/theme-[^>]+><\/script>/,
  ];
  return tags.flatMap((tag) => tag.exec(index)?.[0] ?? []).join('\n');
}

export function getPage(page: GetPage): string {
  const t = getTexts(page.language);
  return `<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${t.title} · NetMonitor</title>
${page.looks}
</head>
<body>
<main class="get">
<h1>${t.title}</h1>
<p>${t.intro}</p>
${body(page, t)}
<p><a href="/">${t.home}</a></p>
</main>
</body>
</html>
`;
}

function body({ system, box, packages }: GetPage, t: GetTexts): string {
  if (packages === undefined) return notBuilt(t);
  const ready = systems.filter((one) => packages.packages.some((made) => made.system === one));
  const own = system !== null && ready.includes(system) ? system : null;
  const others = ready.filter((one) => one !== own);
  const parts = [
    system === null ? `<p>${t.phone}</p>` : '',
    box === undefined ? `<p class="error">${t.noDoor}</p>` : '',
    box !== undefined && own !== null ? section(t, box, own, fill(t.here, { system: t[own] })) : '',
    box !== undefined && others.length > 0 ? rest(t, box, others, own !== null) : '',
    box === undefined ? '' : keys(t, box),
    files(t, packages),
    `<p class="soft">${t.token} <a href="/enrolment">${t.tokenLink}</a></p>`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function section(t: GetTexts, box: Reached, system: System, title: string): string {
  const command = system === 'windows' ? powerShellCommand(box) : shellCommand(box);
  const removal = `${system === 'windows' ? '' : 'sudo '}netmonitor-agent uninstall`;
  return `<section class="card">
<h2>${title}</h2>
<p>${t[`${system}How`]}</p>
<pre class="command"><code>${escaped(command)}</code></pre>
<p class="soft">${t.what}</p>
<p class="soft">${fill(t.away, { command: removal })}</p>
</section>`;
}

/** Folded where one of them is the reader's own system. */
function rest(t: GetTexts, box: Reached, others: readonly System[], folded: boolean): string {
  const sections = others.map((system) => section(t, box, system, t[system])).join('\n');
  return folded ? `<details>\n<summary>${t.others}</summary>\n${sections}\n</details>` : sections;
}

function keys(t: GetTexts, { fingerprint, boxHash }: Reached): string {
  // As the screen of the box writes them.
  const groups = (hash: string) => (hash.slice(0, 32).toUpperCase().match(/.{4}/g) ?? []).join(' ');
  return `<section>
<h2>${t.keysTitle}</h2>
<p>${t.keys}</p>
<dl class="facts">
<div><dt>${t.pageKey}</dt><dd class="num">${groups(fingerprint)}</dd></div>
<div><dt>${t.boxKey}</dt><dd class="num">${groups(boxHash)}</dd></div>
</dl>
</section>`;
}

function files(t: GetTexts, { packages }: AgentPackages): string {
  const rows = packages.map(
    ({ file, bytes, sha256 }) =>
      `<tr><td><a href="/get/packages/${file}" download>${file}</a><div class="num soft">${sha256}</div></td><td class="num">${fill(t.megabytes, { size: (bytes / 1e6).toFixed(1) })}</td></tr>`,
  );
  return `<section>
<h2>${t.filesTitle}</h2>
<p>${t.files}</p>
<table>
<thead><tr><th>${t.file}, SHA-256</th><th>${t.size}</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}

const notBuilt = (t: GetTexts): string => `<section class="card">
<h2>${t.notBuiltTitle}</h2>
<p>${t.notBuilt}</p>
<pre class="command"><code>npm run image -- agents</code></pre>
</section>`;

const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
