import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { RangeAnswer } from '../../appliance/store/client/types.ts';
import { buildPage } from '../../image/page.ts';
import { Appliance } from '../helpers/appliance.ts';
import { chromiumMissing, launchBrowser } from '../helpers/browser.ts';
import { eventually } from '../helpers/eventually.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** One number from a file under /proc, through every station, to the page, the REST answer and the panel. */
describe('the journey of a sample', { skip: chromiumMissing() }, () => {
  let folder: string;
  let box: Appliance;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nm-journey-'));
    await cp(join(fixtures, 'proc'), join(folder, 'proc'), { recursive: true });
    await cp(join(fixtures, 'sys'), join(folder, 'sys'), { recursive: true });
    await setMemory(61);
    await buildPage({ outDir: join(folder, 'page'), minify: true });
    box = await Appliance.start({
      daemons: ['store', 'ingest', 'web', 'display', 'agent'],
      assetsDir: join(folder, 'page'),
      flags: {
        agent: [
          '--proc-root',
          join(folder, 'proc'),
          '--sys-root',
          join(folder, 'sys'),
          '--name',
          'FRONT-DESK',
        ],
      },
    });
    browser = await launchBrowser();
    page = await (await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' })).newPage();
    page.setDefaultTimeout(20_000);
  });
  after(async () => {
    await browser?.close();
    await box?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A machine with 1,000,000 kB of memory, of which this share is in use. */
  async function setMemory(percent: number): Promise<void> {
    const file = join(folder, 'proc/meminfo');
    const text = await readFile(file, 'utf8');
    const line = (name: string, kilobytes: number) => `${name}:${String(kilobytes).padStart(16)} kB`;
    await writeFile(
      file,
      text
        .replace(/^MemTotal:.*$/m, line('MemTotal', 1_000_000))
        .replace(/^MemAvailable:.*$/m, line('MemAvailable', 1_000_000 - percent * 10_000)),
    );
  }

  test('the first person signs in with the code from the screen', async () => {
    const { code } = await box.web.address();
    assert.match(code ?? '', /^[A-Z0-9]{3}-[A-Z0-9]{3}$/);
    await eventually('the panel shows the same code', async () =>
      (await box.display.frame()).text.join('\n').includes(code ?? '?'),
    );
    await page.goto(`https://localhost:${box.ports.https}/`);
    await page.locator('#code').fill(code ?? '');
    await page.locator('#name').fill('Marie');
    await page.locator('#password').fill('four random words here');
    await page.locator('#again').fill('four random words here');
    await page.locator('form button[type=submit]').click();
    await page.getByText('FRONT-DESK').first().waitFor();
    assert.equal((await box.web.address()).code, null);
  });

  test('what stands in /proc is on the page, and a change follows without a reload', async () => {
    const row = page.locator('tr', { hasText: 'FRONT-DESK' });
    await row.getByText(/61\s*%/).waitFor();
    await setMemory(87);
    await row.getByText(/87\s*%/).waitFor();
  });

  test('the REST interface gives the same sample, exactly', async () => {
    const path = `/api/v1/machines/1/range?series=system.memory.utilization&points=200`;
    const now = Date.now();
    const answer = await page.request.get(
      `https://localhost:${box.ports.https}${path}&from=${now - 60_000}&to=${now + 1_000}`,
    );
    const range = (await answer.json()) as RangeAnswer;
    const values = new Set(range.columns[0]?.mean.filter((mean) => mean !== null));
    assert.deepEqual([...values], [0.61, 0.87]);
  });

  test('the panel shows the same number', async () => {
    await eventually('the overview is on the panel', async () => {
      if ((await box.display.frame()).screen === 'overview') return true;
      await box.display.press('press');
      return false;
    });
    await eventually('the memory is on the panel', async () =>
      (await box.display.frame()).text.some((line) => /87\s*%/.test(line)),
    );
  });

  test('a restart of every daemon forgets nothing', async () => {
    for (const daemon of ['store', 'ingest', 'web', 'display', 'agent'] as const) {
      await box.program(daemon).end();
      box.startDaemon(daemon);
    }
    await box.ready();
    await page.reload();
    await page
      .locator('tr', { hasText: 'FRONT-DESK' })
      .getByText(/87\s*%/)
      .waitFor();
    const { machine, local } = await box.store.machine(1);
    assert.deepEqual({ machine, local }, { machine: 1, local: true });
  });
});
