import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { render } from '../../../display/render.ts';
import { screens } from '../../../display/screens/index.ts';
import { footText } from '../../../display/screens/parts.ts';
import { incidentOf } from '../../helpers/incident-samples.ts';
import { goldenFile, goldenText } from '../../helpers/screen-golden.ts';
import { machineRow, samples, waitingMachine } from '../../helpers/screen-samples.ts';

for (const language of ['en', 'fr'] as const) {
  test(`draws every screen as its picture in tests/fixtures/screens shows (${language})`, async () => {
    for (const sample of samples) {
      const { frame } = render(sample.screen, sample.view(language), sample.holding);
      const expected = await readFile(goldenFile(sample.name, language), 'utf8');
      assert.equal(
        goldenText(frame),
        expected,
        `${sample.name} looks different: see it with npm run screens, accept it with -- --golden`,
      );
    }
  });

  test(`says on the last line what press and hold do, unshortened (${language})`, () => {
    for (const sample of samples) {
      const view = sample.view(language);
      const offers = screens[sample.screen].offers(view);
      const foot = footText(view, offers);
      assert.ok(!foot.includes('…'), `${sample.name}: ${foot}`);
      if (offers.press) assert.ok(foot.includes(offers.press.label), sample.name);
      if (offers.hold) assert.ok(foot.includes(offers.hold.label), sample.name);
      if (foot.trim() !== '' && sample.name !== 'countdown')
        assert.ok(render(sample.screen, view).text.join(' ').endsWith(foot.replace(/ +/g, ' ').trim()));
    }
  });
}

test('every screen has a sample', () => {
  assert.deepEqual(new Set(samples.map((sample) => sample.screen)), new Set(Object.keys(screens)));
});

test('never calls the fleet well while something is wrong, silent, or unknown', () => {
  for (const { name, screen, view } of samples.filter((sample) => sample.screen === 'overview')) {
    const { text } = render(screen, view('en'));
    const well = [
      'overview-well',
      'overview-one',
      'overview-resting',
      'overview-waiting',
      'overview-minor',
      'countdown',
    ].includes(name);
    assert.equal(text.includes('ALL OK'), well, name);
  }
});

test('shows no value of a machine that is not up', () => {
  const vanished = samples.find((sample) => sample.name === 'machine-vanished')!;
  const { text } = render('machine', vanished.view('en'));
  assert.ok(!text.join('\n').includes('%'), text.join('\n'));
});

test('no name, address or text of a stranger breaks a picture', () => {
  const strange = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(strange, strange, fc.constantFrom(...samples), (name, other, sample) => {
      const view = sample.view('fr');
      const waiting = waitingMachine({ name, os: other, address: other, digits: null });
      const row = machineRow(2, name, 'vanished');
      const incident = incidentOf(1, { machine: 2, text: { en: other, fr: `${name}: ${other}` } });
      const wrong = { incidents: new Map([[1, incident]]) };
      const state = { ...view.state, ...wrong, waiting: [waiting], rows: new Map([[2, row]]) };
      const notice = view.notice && { ...view.notice, text: name };
      const drawn = render(sample.screen, { ...view, state, machine: 2, notice });
      assert.equal(drawn.frame.pages.length, 1024);
    }),
    { numRuns: 100 },
  );
});
