/** Chromium for tests that look at the page; where it is missing a test says so, and in CI that is a failure. */
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

/** The reason to skip, or false; CI installs Chromium, so there a missing one fails in `launchBrowser`. */
export function chromiumMissing(): string | false {
  if (existsSync(executablePath) || process.env.CI !== undefined) return false;
  return `Chromium is not installed at ${executablePath} (apt-get install chromium)`;
}

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath, args });
}
