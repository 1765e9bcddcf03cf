/** Sees to it that nothing that a page shows is taken for more than text. */
import type { Page } from 'playwright-core';
import { payloads } from './corpus.ts';

/** What a page did that text alone cannot do. */
export type Seen = {
  executed: number[];
  dialogs: string[];
  /** What only the content security policy kept from running: there was markup where text should be. */
  violations: string[];
  /** Requests that lead elsewhere. */
  strangers: string[];
  errors: string[];
};

export const nothing: Seen = { executed: [], dialogs: [], violations: [], strangers: [], errors: [] };

/** To be called before the page is opened; it goes on filling what it returns. */
export async function watchPage(page: Page, origin: string): Promise<Seen> {
  const seen: Seen = { executed: [], dialogs: [], violations: [], strangers: [], errors: [] };
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):image\//.test(request.url()))
      seen.strangers.push(request.url().slice(0, 80));
  });
  await page.exposeFunction('tellExecuted', (id: number) => void seen.executed.push(id));
  await page.exposeFunction('tellViolation', (what: string) => void seen.violations.push(what));
  await page.addInitScript(`
    window.xss = (id) => { window.tellExecuted(Number(id)); };
    document.addEventListener('securitypolicyviolation', (event) =>
      window.tellViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
  `);
  return seen;
}

const each = JSON.stringify(payloads.map(({ id, text }) => [id, text]));

/** Numbers of the payloads that stand on the page as text, letter by letter, also in what a pointer or a reader is told. */
export async function shownOn(page: Page): Promise<Set<number>> {
  const shown = await page.evaluate(`(() => {
    const names = ['title', 'aria-label', 'value', 'data-name'];
    const all = [document.title, document.body.textContent,
      ...[...document.querySelectorAll(names.map((name) => '[' + name + ']').join())]
        .flatMap((one) => names.map((name) => one.getAttribute(name) ?? '')),
      ...[...document.querySelectorAll('input,textarea')].map((one) => one.value)].join('\\n');
    return ${each}.filter(([, text]) => all.includes(text)).map(([id]) => id);
  })()`);
  return new Set(shown as number[]);
}

/** Elements that a payload has made: the page itself has none of these inside its views. */
export async function madeElements(page: Page): Promise<string[]> {
  return (await page.evaluate(`
    [...document.querySelectorAll('body script, body style, iframe, object, embed, marquee, math, base, body link, body meta, xss, video, audio, isindex, form#body, form#document, [onerror], [onload], [onfocus], [srcdoc], [href^="javascript" i], [action^="javascript" i]')]
      .map((one) => one.outerHTML.slice(0, 120))
  `)) as string[];
}
