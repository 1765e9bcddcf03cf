# Installs the NetMonitor agent on this Windows machine, from the box that served this script, in a PowerShell of an administrator.
#   & ([scriptblock]::Create($script)) [--box-hash=HEX] [--token=HEX] [--box=ADDRESS] [--interval=TIME] [--name=NAME]
# The options are those of `netmonitor-agent configure`.
# The box has put in here where it is, the hash of the certificate that it shows there, and the hash of the package.
$ErrorActionPreference = 'Stop'
# What finds the box where nothing but this address does, as behind a router; trust comes of the key alone.
$options = @('--set=box_seen=@SEEN@') + $args
$boxHost = '@HOST@'
$boxPort = @PORT@
$certificate = '@CERTIFICATE@'
$packages = @'
@PACKAGES@
'@

function Get-HexHash([byte[]]$Bytes) {
  $sha = [Security.Cryptography.SHA256]::Create()
  ([BitConverter]::ToString($sha.ComputeHash($Bytes)) -replace '-', '').ToLowerInvariant()
}

# The certificate is the box's own, so nobody vouches for it: its hash alone counts, looked at before anything is asked.
function Save-FromBox([string]$Path, [string]$File) {
  $client = New-Object Net.Sockets.TcpClient($boxHost, $boxPort)
  try {
    $tls = New-Object Net.Security.SslStream($client.GetStream(), $false, ([Net.Security.RemoteCertificateValidationCallback] { $true }))
    $tls.AuthenticateAsClient($boxHost, $null, [Security.Authentication.SslProtocols]::Tls12, $false)
    if ((Get-HexHash $tls.RemoteCertificate.GetRawCertData()) -ne $certificate) {
      throw 'The box showed another key: nothing was fetched. / Le boîtier a montré une autre clé : rien n’a été téléchargé.'
    }
    $hostHeader = if ($boxHost.Contains(':')) { "[$boxHost]:$boxPort" } else { "${boxHost}:$boxPort" }
    $request = [Text.Encoding]::ASCII.GetBytes("GET $Path HTTP/1.0`r`nHost: $hostHeader`r`n`r`n")
    $tls.Write($request, 0, $request.Length)
    $head = New-Object Text.StringBuilder
    while (-not $head.ToString().EndsWith("`r`n`r`n")) {
      $byte = $tls.ReadByte()
      if ($byte -lt 0 -or $head.Length -gt 16384) { throw 'The box broke off.' }
      [void]$head.Append([char]$byte)
    }
    if (-not ($head.ToString() -match '^HTTP/1\.\d 200 ')) { throw "The box answered: $(($head.ToString() -split "`r`n")[0])" }
    $out = [IO.File]::Create($File)
    try { $tls.CopyTo($out) } finally { $out.Dispose() }
  }
  finally { $client.Close() }
}

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
  throw 'This needs an administrator: open PowerShell by "Run as administrator". / Il faut un PowerShell ouvert en tant qu’administrateur.'
}
if (-not [Environment]::Is64BitOperatingSystem) { throw 'The box has no agent for this system: it is no 64-bit Windows.' }
$line = $packages -split "`r?`n" | Where-Object { $_ -like 'windows x64 zip *' } | Select-Object -First 1
if (-not $line) { throw 'The box has no agent for Windows. / Le boîtier n’a pas d’agent pour Windows.' }
$file, $hash = ($line -split ' ')[3, 4]

$work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid().ToString())
New-Item -ItemType Directory -Path $work | Out-Null
try {
  $archive = Join-Path $work $file
  Write-Output "$file …"
  Save-FromBox "/get/packages/$file" $archive
  if ((Get-FileHash -Algorithm SHA256 -Path $archive).Hash.ToLowerInvariant() -ne $hash) {
    throw 'The package is not the one that the box promised. / Le paquet n’est pas celui que le boîtier annonce.'
  }
  Expand-Archive -Path $archive -DestinationPath $work
  # A 32-bit PowerShell sees the programs of a 64-bit system by this name only.
  $folder = if ([Environment]::Is64BitProcess) { 'System32' } else { 'Sysnative' }
  $powerShell = "$env:SystemRoot\$folder\WindowsPowerShell\v1.0\powershell.exe"
  & $powerShell -NoProfile -ExecutionPolicy Bypass -File (Join-Path $work 'netmonitor-agent\install.ps1') @options
  if ($LASTEXITCODE -ne 0) { throw "The installation ended with $LASTEXITCODE." }
}
finally { Remove-Item -Recurse -Force -Path $work -ErrorAction SilentlyContinue }
