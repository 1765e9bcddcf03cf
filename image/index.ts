/** The steps, in the order in which a whole product is made. */
import { bundles } from './bundles.ts';
import { natives } from './natives.ts';
import { sbom } from './sbom.ts';
import type { Step } from './step.ts';

export const steps = { natives, bundles, sbom } as const satisfies Record<string, Step>;
