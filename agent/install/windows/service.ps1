# How the agent of this machine is prepared, started, stopped, read and taken away: tasks of the Task Scheduler, which unlike
# the service manager starts a program that is no service. Called by install.ps1 and by netmonitor-agent.
# Its place: %ProgramFiles%\NetMonitor\agent\service.ps1
param(
  [Parameter(Mandatory = $true)][ValidateSet('user', 'start', 'restart', 'stop', 'logs', 'uninstall')][string]$Verb,
  [string]$First = '',
  [string]$Second = ''
)
$ErrorActionPreference = 'Stop'
$program = Join-Path $env:ProgramFiles 'NetMonitor'
$data = Join-Path $env:ProgramData 'NetMonitor'
$log = Join-Path $data 'logs\agent.log'
$tasks = @{ agent = 'NetMonitor agent'; sleep = 'NetMonitor agent, before a sleep'; shutdown = 'NetMonitor agent, before a shutdown' }
$rules = @{ mdns = 'NetMonitor agent (mDNS)'; beacon = 'NetMonitor agent (beacon)' }
$node = Join-Path $program 'node.exe'
$environmentKey = 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
  throw 'This needs an administrator: open PowerShell by "Run as administrator". / Il faut un PowerShell ouvert en tant qu’administrateur.'
}

# LOCAL SERVICE exists everywhere, has no password, is nobody on the network and may read what the agent measures. SYSTEM could
# do anything, for one figure more (the temperature that the firmware tells administrators only).
function New-Folders {
  # Everybody may make folders in %ProgramData%, and whoever made one may do anything with it.
  if (Test-Path $data) {
    $owner = (Get-Acl -Path $data).GetOwner([Security.Principal.SecurityIdentifier]).Value
    $mine = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    if (@('S-1-5-18', 'S-1-5-32-544', $mine) -notcontains $owner) {
      throw "$data belongs to somebody else ($owner): remove it, then install again. / Ce dossier est à quelqu’un d’autre : enlevez-le, puis recommencez."
    }
  }
  New-Item -ItemType Directory -Force -Path $data | Out-Null
  Set-Rights $data '/setowner' '*S-1-5-32-544'
  # By their numbers, because names of accounts are translated: SYSTEM, Administrators, LOCAL SERVICE. Nobody else reads the key.
  # Before anything is put in: what lies inside inherits it.
  Set-Rights $data '/inheritance:r' '/grant:r' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-19:(OI)(CI)RX'
  foreach ($folder in 'config', 'state\agent', 'run', 'logs') {
    New-Item -ItemType Directory -Force -Path (Join-Path $data $folder) | Out-Null
  }
  foreach ($folder in 'state', 'run', 'logs') { Set-Rights (Join-Path $data $folder) '/grant:r' '*S-1-5-19:(OI)(CI)M' }
}

# A program that fails is no error to PowerShell.
function Set-Rights {
  $said = & icacls.exe @args
  if ($LASTEXITCODE -ne 0) { throw "The rights of $($args[0]) could not be set: $said" }
}

# The path of all users as it stands in the registry: [Environment] would read it with %SystemRoot% and the like replaced, and
# write it as text in which nothing is ever replaced again.
function Edit-MachinePath([scriptblock]$Change) {
  $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($environmentKey, $true)
  try {
    $kind = [Microsoft.Win32.RegistryValueKind]::ExpandString
    if ($key.GetValueNames() -contains 'Path') { $kind = $key.GetValueKind('Path') }
    $before = [string]$key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
    $after = @(& $Change ($before -split ';')) -join ';'
    if ($after -ceq $before) { return }
    $key.SetValue('Path', $after, $kind)
  }
  finally { $key.Close() }
  # To take away a variable that there is not changes nothing, and .NET tells every window that the environment has changed.
  [Environment]::SetEnvironmentVariable('NETMONITOR_AGENT_PATH', [NullString]::Value, 'Machine')
}

function Add-ToPath {
  Edit-MachinePath {
    param([string[]]$Entries)
    if (@($Entries | ForEach-Object { $_.TrimEnd('\') }) -contains $program) { return $Entries }
    if ($Entries[-1] -ne '') { return $Entries + $program }
    # Whoever wrote it ended it with a semicolon; it stays at the end.
    @($Entries | Select-Object -SkipLast 1) + $program + ''
  }
}

function Remove-FromPath {
  Edit-MachinePath {
    param([string[]]$Entries)
    $Entries | Where-Object { $_.TrimEnd('\') -ne $program }
  }
}

function New-EventTrigger([string]$Provider, [int]$Id) {
  $class = Get-CimClass -Namespace 'Root/Microsoft/Windows/TaskScheduler' -ClassName 'MSFT_TaskEventTrigger'
  $trigger = New-CimInstance -CimClass $class -ClientOnly
  $trigger.Enabled = $true
  $trigger.Subscription = "<QueryList><Query Id=`"0`" Path=`"System`"><Select Path=`"System`">*[System[Provider[@Name='$Provider'] and EventID=$Id]]</Select></Query></QueryList>"
  $trigger
}

function Register-Agent {
  # The name that the Task Scheduler has for the account in every language: Windows itself translates "NT AUTHORITY\LOCAL SERVICE".
  $principal = New-ScheduledTaskPrincipal -UserId 'LOCALSERVICE' -LogonType ServiceAccount
  $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 255 -RestartInterval (New-TimeSpan -Minutes 1) `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable -MultipleInstances IgnoreNew
  # run.cmd starts the agent again by itself; every five minutes the task looks whether run.cmd is still there.
  $triggers = @(
    (New-ScheduledTaskTrigger -AtStartup),
    (New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes 5))
  )
  $action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" -Argument "/d /c `"`"$program\agent\run.cmd`"`"" -WorkingDirectory $data
  Register-ScheduledTask -Force -TaskName $tasks.agent -Action $action -Trigger $triggers -Principal $principal -Settings $settings `
    -Description 'Measures this machine and tells the box.' | Out-Null
  $short = New-ScheduledTaskSettingsSet -ExecutionTimeLimit (New-TimeSpan -Seconds 30) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
  $farewells = @(
    @{ name = $tasks.sleep; reason = 'sleep'; trigger = (New-EventTrigger 'Microsoft-Windows-Kernel-Power' 42) },
    @{ name = $tasks.shutdown; reason = 'shutdown'; trigger = (New-EventTrigger 'User32' 1074) }
  )
  foreach ($farewell in $farewells) {
    $goodbye = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" -Argument "/d /c `"`"$program\netmonitor-agent.cmd`" goodbye $($farewell.reason)`""
    Register-ScheduledTask -Force -TaskName $farewell.name -Action $goodbye -Trigger $farewell.trigger -Principal $principal -Settings $short | Out-Null
  }
}

# Answers of boxes: to a multicast question they come from a port that Windows has not heard of before.
function Add-FirewallRules {
  Remove-FirewallRules
  New-NetFirewallRule -DisplayName $rules.mdns -Direction Inbound -Action Allow -Protocol UDP -LocalPort 5353 -RemoteAddress LocalSubnet -Program $node | Out-Null
  New-NetFirewallRule -DisplayName $rules.beacon -Direction Inbound -Action Allow -Protocol UDP -RemotePort 7411 -RemoteAddress LocalSubnet -Program $node | Out-Null
}

function Remove-FirewallRules {
  foreach ($rule in $rules.Values) { Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue | Remove-NetFirewallRule }
}

function Start-Agent {
  Register-Agent
  Add-FirewallRules
  Add-ToPath
  Start-ScheduledTask -TaskName $tasks.agent
}

# A task is ended hard, so the agent first tells the box and writes what the box has not got to disk.
function Stop-Agent([string]$Reason) {
  $task = Get-ScheduledTask -TaskName $tasks.agent -ErrorAction SilentlyContinue
  if ($null -eq $task) { return }
  if ($task.State -eq 'Running') {
    # PowerShell 5 makes an error of each line on stderr, and 'Stop' would end here where the agent does not answer.
    & { $ErrorActionPreference = 'Continue'; & "$program\netmonitor-agent.cmd" goodbye $Reason 2>&1 | Out-Null }
    Stop-ScheduledTask -TaskName $tasks.agent
  }
  # What looks at this machine is a process of its own; the command that called this script is none of them.
  $running = @(Get-CimInstance Win32_Process -Filter "Name = 'node.exe'" |
      Where-Object { $_.ExecutablePath -eq $node -and $_.CommandLine -like '*main.mjs*' } | ForEach-Object { $_.ProcessId })
  if ($running.Count -eq 0) { return }
  Stop-Process -Id $running -Force -ErrorAction SilentlyContinue
  # As long as one of them ends, node.exe can be neither replaced nor removed.
  Wait-Process -Id $running -Timeout 10 -ErrorAction SilentlyContinue
}

function Uninstall-Agent([bool]$Keep) {
  Stop-Agent 'shutdown'
  foreach ($task in $tasks.Values) { Unregister-ScheduledTask -TaskName $task -Confirm:$false -ErrorAction SilentlyContinue }
  Remove-FirewallRules
  Remove-FromPath
  # By rmdir, which takes a link for a link: the agent may write there, and Remove-Item of old PowerShells follows one.
  if (-not $Keep -and (Test-Path $data)) {
    & "$env:SystemRoot\System32\cmd.exe" /d /c rmdir /s /q $data
    if (Test-Path $data) { Write-Warning "$data could not be removed whole. / Ce dossier n’a pas pu être enlevé en entier." }
  }
  # This script and the command that called it lie in the folder; it goes when they have ended, within half a minute.
  $later = "for /l %n in (1,1,15) do if exist `"$program`" (ping -n 3 127.0.0.1 >nul & rmdir /s /q `"$program`" 2>nul)"
  Start-Process -WindowStyle Hidden -FilePath "$env:SystemRoot\System32\cmd.exe" -WorkingDirectory $env:SystemRoot -ArgumentList "/d /c $later"
}

switch ($Verb) {
  'user' { New-Folders }
  'start' { Start-Agent }
  'restart' {
    Stop-Agent 'restart'
    Start-ScheduledTask -TaskName $tasks.agent
  }
  'stop' { Stop-Agent 'shutdown' }
  'logs' {
    $lines = 200
    if ($First -ne '') { $lines = [int]$First }
    if (-not (Test-Path $log)) { throw 'There is no log: the agent never ran. / Il n’y a pas de journal : l’agent n’a jamais tourné.' }
    Get-Content -Path $log -Encoding UTF8 -Tail $lines -Wait:($Second -eq 'follow')
  }
  # Without dashes: behind them PowerShell looks for a parameter of that name.
  'uninstall' { Uninstall-Agent ($First -eq 'keep') }
}
