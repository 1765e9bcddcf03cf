import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashesOf, mayHold, Signature } from '../../../appliance/store/journal/signature.ts';

test('a word that is in a text is never ruled out, however far the signature was folded', () => {
  const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcde0123.é') });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), fc.nat(), fc.nat(), (words, pick, cut) => {
      const signature = new Signature();
      signature.add(words.join(' '));
      const chosen = words[pick % words.length]!;
      const part = chosen.slice(cut % chosen.length);
      assert.ok(mayHold(signature.bytes(), hashesOf([part])));
    }),
    { numRuns: 200 },
  );
});

test('most other words are ruled out, in few bytes an entry', () => {
  const signature = new Signature();
  for (let index = 0; index < 256; index++)
    signature.add(`machine-${index % 30} of the workshop has vanished from 10.0.${index}.1`);
  const bytes = signature.bytes();
  assert.ok(bytes.length <= 2048, `${bytes.length} bytes`);
  const others = Array.from({ length: 200 }, (_, index) => `printer${index * 7}`);
  const kept = others.filter((word) => mayHold(bytes, hashesOf([word])));
  assert.ok(kept.length < 10, `${kept.length} of 200 are not ruled out`);
});
