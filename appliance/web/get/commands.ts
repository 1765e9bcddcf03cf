/** The one line that brings the agent onto another computer: it names the key that the page shows, and the key of the box. */

export type Reached = {
  /** Name or address by which another computer reaches this page, without brackets. */
  host: string;
  port: number;
  /** SHA-256 of the page's public key, and of its certificate; hex. They are those that are served now. */
  fingerprint: string;
  certificateFingerprint: string;
  /** SHA-256 of the public key of the agents' door, hex. */
  boxHash: string;
  /** Port of the agents' door. */
  doorPort: number;
};

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
const urlOf = ({ host, port }: Reached): string =>
  `https://${bracketed(host)}${port === 443 ? '' : `:${port}`}`;

/** As curl writes a pin. */
const pinOf = ({ fingerprint }: Reached): string =>
  `sha256//${Buffer.from(fingerprint, 'hex').toString('base64')}`;

/**
 * With --insecure nobody has to vouch for the certificate; the pin is enforced all the same. The address is quoted because zsh,
 * the shell of macOS, looks for files where brackets stand.
 */
export function shellCommand(box: Reached): string {
  const fetch = `curl -fsSk --noproxy '*' --pinnedpubkey '${pinOf(box)}' '${urlOf(box)}/get/install.sh'`;
  return `${fetch} | sudo sh -s -- --box-hash=${box.boxHash}`;
}

/**
 * PowerShell can pin nothing by itself, so the line opens the connection, compares the certificate, and only then asks.
 * The certificate stands for its key here, because old .NET does not hand out the key as such.
 */
export function powerShellCommand(box: Reached): string {
  const { host, port, certificateFingerprint, boxHash } = box;
  const at = `${bracketed(host)}:${port}`;
  // In a block of its own, where the first error ends it, and nothing of an earlier try is taken for this one's. What is typed
  // behind the block are its arguments.
  const steps = [
    "$ErrorActionPreference='Stop'",
    `$t=[Net.Sockets.TcpClient]::new('${host}',${port})`,
    '$s=[Net.Security.SslStream]::new($t.GetStream(),$false,[Net.Security.RemoteCertificateValidationCallback]{$true})',
    `$s.AuthenticateAsClient('${host}',$null,'Tls12',$false)`,
    '$h=[BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($s.RemoteCertificate.GetRawCertData())).Replace("-","")',
    `if($h -ne '${certificateFingerprint}'){throw 'The box showed another key.'}`,
    `$b=[Text.Encoding]::ASCII.GetBytes("GET /get/install.ps1 HTTP/1.0\`r\`nHost: ${at}\`r\`n\`r\`n")`,
    '$s.Write($b,0,$b.Length)',
    '$r=[IO.StreamReader]::new($s).ReadToEnd()',
    "if($r -notmatch '^HTTP/1.1 200'){throw $r}",
    `& ([scriptblock]::Create($r.Substring($r.IndexOf("\`r\`n\`r\`n")+4))) '--box-hash=${boxHash}' @args`,
  ];
  return `& {${steps.join(';')}}`;
}

/** What the served scripts leave open. */
export function fillScript(script: string, box: Reached): string {
  const values: Record<string, string> = {
    URL: urlOf(box),
    SEEN: `${bracketed(box.host)}:${box.doorPort}`,
    PIN: pinOf(box),
    HOST: box.host,
    PORT: String(box.port),
    CERTIFICATE: box.certificateFingerprint,
  };
  return script.replace(/@([A-Z]+)@/g, (all, name: string) => values[name] ?? all);
}
