import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { changeKeys } from '../../agent/config-file.ts';

const change = (text: string, changes: Record<string, string | number | boolean | undefined>) =>
  changeKeys(text, new Map(Object.entries(changes)), 'agent.toml');

test('a key is exchanged where it stands, and what a person wrote around it stays', () => {
  const text = '# ours\nbox = "10.0.0.1"  # upstairs\n\ninterval = "10s"\n# end';
  assert.equal(
    change(text, { interval: '30s', name: 'till "2"' }),
    '# ours\nbox = "10.0.0.1"  # upstairs\n\ninterval = "30s"\n# end\nname = "till \\"2\\""\n',
  );
  assert.equal(change(text, { box: undefined }), '# ours\n\ninterval = "10s"\n# end\n');
  assert.equal(change('', {}), '');
  assert.equal(change('name = "a"\n', { name: undefined }), '');
});

test('any text comes back from the file as it was given', () => {
  const value = fc
    .string({ unit: 'grapheme', maxLength: 30 })
    .filter((text) => !/[\p{Cc}\ud800-\udfff]/u.test(text));
  fc.assert(
    fc.property(value, fc.boolean(), (name, discover) => {
      const text = change('interval = "5s"\n', { name, discover });
      assert.deepEqual({ ...parse(text) }, { interval: '5s', name, discover });
      assert.deepEqual({ ...parse(change(text, { name: 'x' })) }, { interval: '5s', name: 'x', discover });
    }),
    { numRuns: 50 },
  );
});

test('a file that cannot be changed line by line is left to a person', () => {
  assert.throws(() => change('name = """\na\nb"""\n', { name: 'x' }), { code: 'CONFIG_INVALID' });
  assert.throws(() => change('x = """\nname = 1\n"""\n', { name: 'x' }), { code: 'CONFIG_INVALID' });
  assert.throws(() => change('[part]\na = 1\n', { name: 'x' }), { code: 'CONFIG_INVALID' });
  assert.throws(() => change('name = ', { name: 'x' }), { code: 'CONFIG_INVALID' });
});
