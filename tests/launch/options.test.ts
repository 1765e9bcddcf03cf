/** What a person may say to `npm start`, and what is refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions } from '../../appliance/launch/options.ts';
import { readEnvironment } from '../../appliance/runtime/environment.ts';

const read = (...argv: string[]) => readOptions({ ...readEnvironment(), argv }, '/clone/.netmonitor');

describe('the options of a start', () => {
  it('are the defaults when nothing is said', () => {
    const { home: _, ...rest } = read();
    assert.deepEqual(
      { ...rest, language: 'en' },
      { help: false, json: false, port: undefined, language: 'en' },
    );
  });

  it('refuse a home without a name, which would be the folder that one happens to stand in', () => {
    assert.throws(() => read('--home='), { code: 'CONFIG_INVALID', message: /--home needs a folder/ });
    assert.equal(read('--home', '/box').home, '/box');
  });

  it('refuse a port that is none and an option that nobody knows', () => {
    for (const argv of [['--port', '0'], ['--port', '65536'], ['--port', 'x'], ['--prot', '1'], ['word']])
      assert.throws(() => read(...argv), { code: 'CONFIG_INVALID' }, argv.join(' '));
    assert.equal(read('--port', '9443').port, 9443);
  });
});
