# Installs the agent from the folder into which its archive was unpacked, in a PowerShell of an administrator:
#   powershell -ExecutionPolicy Bypass -File install.ps1 [--box-hash=HEX] [--token=HEX] [--box=ADDRESS] [--interval=TIME] [--name=NAME]
#   powershell -ExecutionPolicy Bypass -File install.ps1 --uninstall [--keep]
# The options are those of `netmonitor-agent configure`.
$ErrorActionPreference = 'Stop'
$program = Join-Path $env:ProgramFiles 'NetMonitor'
$options = @($args)

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
  throw 'This needs an administrator: open PowerShell by "Run as administrator". / Il faut un PowerShell ouvert en tant qu’administrateur.'
}

# There %ProgramFiles% is another folder, and the system shows another registry.
if (-not [Environment]::Is64BitProcess) { throw 'This needs the 64-bit PowerShell. / Il faut le PowerShell 64 bits.' }

$service = Join-Path $program 'agent\service.ps1'
if ($options.Count -gt 0 -and $options[0] -eq '--uninstall') {
  $keep = ''
  if ($options -contains '--keep') { $keep = 'keep' }
  & $service uninstall $keep
  return
}

if (Test-Path $service) { & $service stop }
# Of an earlier version: names of pieces change.
if (Test-Path "$program\agent") { Remove-Item -Recurse -Force -Path "$program\agent" }
New-Item -ItemType Directory -Force -Path $program | Out-Null
Copy-Item -Recurse -Force -Path (Join-Path $PSScriptRoot '*') -Destination $program
& $service user

# Not by netmonitor-agent.cmd: cmd.exe would read names and addresses once more, with an eye for & and %.
$env:NETMONITOR_HOME = Join-Path $env:ProgramData 'NetMonitor'
if ($options.Count -gt 0) {
  & "$program\node.exe" "$program\agent\cli.mjs" configure --no-restart @options
  if ($LASTEXITCODE -ne 0) { throw "netmonitor-agent configure ended with $LASTEXITCODE." }
}
& $service start
& "$program\node.exe" "$program\agent\cli.mjs" --version
