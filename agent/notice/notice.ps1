# Shows one notice to the person at this machine; called by the agent. The words come by the environment and become text nodes.
$ErrorActionPreference = 'Stop'
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$lines = $xml.GetElementsByTagName('text')
$null = $lines.Item(0).AppendChild($xml.CreateTextNode($env:NETMONITOR_TITLE))
$null = $lines.Item(1).AppendChild($xml.CreateTextNode($env:NETMONITOR_TEXT))
$toast = New-Object Windows.UI.Notifications.ToastNotification $xml
# A toast belongs to a program of the start menu; PowerShell is one on every Windows.
$program = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe'
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($program).Show($toast)
