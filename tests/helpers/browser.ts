/** Chromium for tests that look at the page; where it is missing they say so. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
/** Playwright's own choice, which ours takes the place of, and what Chromium draws beside the page. */
const withoutFeatures = [
  ...['DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'MediaRouter', 'OptimizationHints', 'PaintHolding'],
  ...['ThirdPartyStoragePartitioning', 'PreconnectToSearch', 'AimEnabled'],
  ...['SpareRendererForSitePerProcess', 'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'],
];
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${withoutFeatures.join(',')}`,
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
