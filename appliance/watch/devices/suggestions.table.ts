/** What could be checked of a device, by what it says it offers. That it is there at all can always be asked. */
import type { NewProbe } from '../client/probes.ts';

type Suggestion = (host: string) => Pick<NewProbe, 'kind' | 'options'>;

const tcp =
  (port: number): Suggestion =>
  (host) => ({ kind: 'tcp', options: { host, port } });
const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);
const http: Suggestion = (host) => ({ kind: 'http', options: { url: `http://${bracketed(host)}/` } });
/** Devices sign their own certificates. */
const https: Suggestion = (host) => ({
  kind: 'https',
  options: { url: `https://${bracketed(host)}/`, certificate: 'any' },
});
const snmp: Suggestion = (host) => ({ kind: 'snmp', options: { host } });

const suggestionsAlways: readonly Suggestion[] = [(host) => ({ kind: 'icmp', options: { host } })];

const suggestionsByService: Readonly<Record<string, readonly Suggestion[]>> = {
  _http: [http],
  _https: [https],
  _ipp: [tcp(631), snmp],
  _ipps: [tcp(631), snmp],
  _printer: [tcp(515), snmp],
  '_pdl-datastream': [tcp(9_100), snmp],
  'upnp:Printer': [snmp],
  _ssh: [tcp(22)],
  _smb: [tcp(445)],
  _nfs: [tcp(2_049)],
  _afpovertcp: [tcp(548)],
  _rtsp: [tcp(554)],
  _sip: [tcp(5_060)],
  _mqtt: [tcp(1_883)],
  'upnp:InternetGatewayDevice': [http, snmp],
};

/** Of DNS-SD the kind without its transport. */
export function suggestionsFor(
  services: readonly string[],
  host: string,
): Pick<NewProbe, 'kind' | 'options'>[] {
  const wanted = services.flatMap((service) => suggestionsByService[service.split('.')[0] ?? ''] ?? []);
  const made = [...suggestionsAlways, ...wanted].map((suggest) => suggest(host));
  return [...new Map(made.map((one) => [JSON.stringify(one), one])).values()];
}
