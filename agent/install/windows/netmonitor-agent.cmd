@echo off
rem The command, on the machine's path. Its place: %ProgramFiles%\NetMonitor
setlocal
set "NETMONITOR_HOME=%ProgramData%\NetMonitor"
"%~dp0node.exe" "%~dp0agent\cli.mjs" %*
