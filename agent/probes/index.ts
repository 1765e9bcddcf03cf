/** All kinds of probes. A new one is a file beside this one, a line here, and its options in the protocol's table. */
import type { ProbeKind } from '../../appliance/protocol/probes/kinds.table.ts';
import { dns } from './dns.ts';
import { http, https } from './http.ts';
import { icmp } from './icmp.ts';
import { ntp } from './ntp.ts';
import type { Probe } from './probe.ts';
import { snmp } from './snmp.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';

export const probes = { icmp, http, https, tcp, udp, dns, ntp, snmp } satisfies {
  [K in ProbeKind]: Probe<K>;
};
