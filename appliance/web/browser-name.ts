/** Of the long sentence that a browser says about itself, the two words by which its owner knows it. */

export function nameOfBrowser(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari|curl)[/ ]?\d*/.exec(agent)?.[1] ?? '';
  const system = /Android|iPhone|iPad|Windows|Macintosh|CrOS|Linux/.exec(agent)?.[0] ?? '';
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'macOS', CrOS: 'ChromeOS' };
  return [browser, system]
    .map((one) => names[one] ?? one)
    .filter((one) => one !== '')
    .join(', ');
}
