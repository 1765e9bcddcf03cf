/** The steps, in the order in which a whole product is made. */
import { agents } from './agents.ts';
import { bundles } from './bundles.ts';
import { natives } from './natives.ts';
import { sbom } from './sbom.ts';
import type { Step } from './step.ts';

export const steps = { natives, bundles, agents, sbom } as const satisfies Record<string, Step>;
