/** Draws every screen from the sample states: as half blocks in the terminal, and with --out as PNG files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { halfBlocks } from '../../display/client/frame.ts';
import { framePng } from '../../display/png.ts';
import { render } from '../../display/render.ts';
import { goldenFile, goldenText } from '../helpers/screen-golden.ts';
import { samples } from '../helpers/screen-samples.ts';

const usage = `Usage: npm run screens -- [--out DIR] [--scale N] [--only TEXT] [--quiet]
Draws every screen of the panel in English and French.
  --out DIR    also writes a PNG for each into DIR
  --scale N    pixels of the PNG for a pixel of the panel (4)
  --only TEXT  only screens whose name contains TEXT
  --golden     accepts these pictures as the expected ones of the tests (look at them first)
  --quiet      nothing in the terminal`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    scale: { type: 'string', default: '4' },
    only: { type: 'string', default: '' },
    golden: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
else {
  if (values.out) await mkdir(values.out, { recursive: true });
  for (const language of ['en', 'fr'] as const)
    for (const sample of samples.filter(({ name }) => name.includes(values.only))) {
      const { frame } = render(sample.screen, sample.view(language), sample.holding);
      const title = `${sample.name}.${language}`;
      if (!values.quiet) console.log(`\n${title}\n${halfBlocks(frame).join('\n')}`);
      if (values.golden) await writeFile(goldenFile(sample.name, language), goldenText(frame));
      if (values.out)
        await writeFile(join(values.out, `${title}.png`), framePng(frame, Number(values.scale)));
    }
}
