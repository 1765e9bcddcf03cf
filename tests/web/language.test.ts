import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf } from '../../appliance/web/language.ts';

test('picks the language that the reader likes best', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'en'],
    ['fr', 'fr'],
    ['fr-CH, fr;q=0.9, en;q=0.8', 'fr'],
    ['en-GB,en;q=0.9,fr;q=0.8', 'en'],
    ['en;q=0.3, fr;q=0.7', 'fr'],
    ['fr;q=0', 'en'],
    ['de, fr;q=0.1', 'fr'],
    ['frisian', 'en'],
    [`${'x,'.repeat(100_000)}fr`, 'en'],
  ];
  for (const [header, language] of cases) assert.equal(languageOf(header), language, header?.slice(0, 40));
});
