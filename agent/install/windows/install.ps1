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

$path = [Environment]::GetEnvironmentVariable('Path', 'Machine')
if (($path -split ';') -notcontains $program) {
  [Environment]::SetEnvironmentVariable('Path', "$path;$program", 'Machine')
}
if ($options.Count -gt 0) {
  & "$program\netmonitor-agent.cmd" configure --no-restart @options
  if ($LASTEXITCODE -ne 0) { throw "netmonitor-agent configure ended with $LASTEXITCODE." }
}
& $service start
& "$program\netmonitor-agent.cmd" --version
