import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketAddress } from '../../../appliance/runtime/socket/path.ts';

test('a socket is its file, and a pipe of that name on Windows, which knows no such files', () => {
  assert.equal(
    socketAddress('/run/netmonitor-agent/agent.sock', 'linux'),
    '/run/netmonitor-agent/agent.sock',
  );
  assert.equal(
    socketAddress('C:\\ProgramData\\NetMonitor\\run\\agent.sock', 'win32'),
    '\\\\.\\pipe\\C-ProgramData-NetMonitor-run-agent.sock',
  );
});
