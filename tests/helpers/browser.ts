/** Chromium for tests that look at the page; where it is missing they say so. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The reason to skip, or false. The test runner refuses skips in CI. */
export function chromiumMissing(): string | false {
  return existsSync(executablePath)
    ? false
    : `Chromium is not installed at ${executablePath} (apt-get install chromium)`;
}

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath, args });
}
