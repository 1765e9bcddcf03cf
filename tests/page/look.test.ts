import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const file = new URL('../../appliance/web/assets/css/tokens.css', import.meta.url);

async function themes(): Promise<Record<'light' | 'dark', Map<string, string>>> {
  const [light = '', dark = ''] = (await readFile(file, 'utf8')).split(':root[data-theme="dark"]');
  const tokens = (css: string): Map<string, string> =>
    new Map([...css.matchAll(/--(\w+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
  return { light: tokens(light), dark: tokens(dark) };
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test('every text and state colour stands at 4.5 to 1 on every ground it is used on', async () => {
  for (const [name, tokens] of Object.entries(await themes())) {
    const of = (token: string): string => tokens.get(token) ?? assert.fail(`${name} has no ${token}`);
    for (const ink of ['text', 'soft', 'well', 'attention', 'bad', 'unknown']) {
      for (const ground of ['page', 'card', 'sunk']) {
        const found = contrast(of(ink), of(ground));
        assert.ok(found >= 4.5, `${name}: ${ink} on ${ground} has ${found.toFixed(2)}`);
      }
    }
  }
});

test('lines, bars, edges and the focus ring stand at 3 to 1', async () => {
  for (const [name, tokens] of Object.entries(await themes())) {
    const of = (token: string): string => tokens.get(token) ?? assert.fail(`${name} has no ${token}`);
    for (const ink of ['edge', 'focus', 'bar', 'cpu', 'memory', 'disk', 'in', 'out']) {
      const found = contrast(of(ink), of('card'));
      assert.ok(found >= 3, `${name}: ${ink} on card has ${found.toFixed(2)}`);
    }
  }
});
