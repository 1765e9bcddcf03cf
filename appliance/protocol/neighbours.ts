/** Devices that a machine sees on its networks, whoever they are: told only to a box that asked. */
import { type Checked, integer, list, object, optional, text } from './check.ts';
import { limits } from './limits.ts';
import { plainMarks } from './marks.ts';

/** Of one interface of a device: as far as this machine could tell. */
const checkNeighbour = object({
  mac: optional(
    text({ max: 17, pattern: /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, what: 'six bytes as 02:00:5e:10:00:01' }),
  ),
  /** Without a zone: a link-local one belongs to the network where it was heard. */
  addresses: list(text({ max: 45, pattern: /^[0-9a-f.:]+$/, what: 'an address' }), {
    min: 1,
    max: limits.neighbourAddresses,
  }),
  /** By which it calls itself, or the network's name server calls it. */
  names: list(text({ min: 1, max: 63, pattern: plainMarks, what: 'a name of one line' }), {
    max: limits.neighbourNames,
  }),
  /** `_ipp._tcp` of DNS-SD, `upnp:MediaRenderer` of SSDP. */
  services: list(text({ max: 64, pattern: /^[a-zA-Z0-9][\w.:-]*$|^_[\w.-]+$/, what: 'a kind of service' }), {
    max: limits.neighbourServices,
  }),
  /** When it was heard last. */
  heardMs: integer({ min: 0, max: limits.runMs }),
});
export type Neighbour = Checked<typeof checkNeighbour>;

export const checkNeighbours = object({
  /** Those of which there is news; each replaces what was said of the same one. */
  neighbours: list(checkNeighbour, { max: limits.neighboursPerMessage }),
  /** The search that has come to its end. */
  searched: optional(integer({ min: 1, max: 2 ** 32 - 1 })),
});
export type Neighbours = Checked<typeof checkNeighbours>;

export const checkNeighboursWanted = object({
  /** A number that was not said before: look for them actively, once. */
  search: optional(integer({ min: 1, max: 2 ** 32 - 1 })),
});
export type NeighboursWanted = Checked<typeof checkNeighboursWanted>;
