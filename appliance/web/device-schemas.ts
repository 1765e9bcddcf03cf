/** Devices on the network over REST. */
import * as T from 'typebox';
import { deviceStandings } from '../watch/client/devices.ts';
import { newProbe } from './probe-schemas.ts';
import { closed, nullable, timeMs } from './schemas.ts';

const standing = T.Enum([...deviceStandings], {
  description: '`new`: nobody has looked at it yet; `ignored`: it may come and go.',
});
const label = T.String({ maxLength: 100, description: 'What people call it here.' });

export const deviceParams = T.Object({
  device: T.String({ maxLength: 48, pattern: '^([0-9a-f]{12}|at-[0-9a-f.:]{2,45})$' }),
});
export const deviceChange = T.Object({ label: T.Optional(label), standing: T.Optional(standing) }, closed);

export const device = T.Object({
  id: T.String(),
  mac: nullable(T.String()),
  isMadeUp: T.Boolean({ description: 'It draws its hardware address itself, as phones do.' }),
  vendor: nullable(T.String({ description: 'Who made it, as the public registry says.' })),
  addresses: T.Array(T.String()),
  names: T.Array(T.String()),
  services: T.Array(T.String({ description: '`_ipp._tcp` of DNS-SD, `upnp:MediaRenderer` of SSDP.' })),
  label,
  standing,
  firstMs: timeMs('When it was seen first.'),
  lastMs: timeMs('When it was heard last.'),
  machine: nullable(T.Integer({ description: 'The machine with an agent that it is.' })),
  probes: T.Array(T.String({ description: 'Probes that are aimed at it.' })),
  suggestions: T.Array(newProbe, { description: 'What could be checked, ready for `POST /probes`.' }),
});

export const devices = T.Object({
  devices: T.Array(device),
  searching: T.Boolean(),
  looking: T.Boolean({ description: 'False while the agent of the box is away: nothing new is seen.' }),
  makers: T.Boolean({ description: 'False where the box has no table of makers.' }),
});
