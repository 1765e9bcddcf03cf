@echo off
rem Runs the agent, and runs it again when it failed. Exit code 78 means that another try would not help.
setlocal
set "NETMONITOR_HOME=%ProgramData%\NetMonitor"
set "log=%NETMONITOR_HOME%\logs\agent.log"
:again
if exist "%log%" for %%F in ("%log%") do if %%~zF GTR 5000000 move /y "%log%" "%log%.1" >nul
"%~dp0..\node.exe" @FLAGS@ "%~dp0main.mjs" >>"%log%" 2>&1
if %errorlevel%==0 exit /b 0
if %errorlevel%==78 exit /b 78
ping -n 6 127.0.0.1 >nul
goto again
