// `npm run dev`: Vite and the relay together; Ctrl-C ends both.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, relayArgs, root } from './setup.js';

ensureInstalled();
const options = { cwd: root, stdio: 'inherit', env: { PUBLIC_URL: 'http://localhost:5173', ...process.env } };
const children = [
  spawn(pinnedNode(), ['--watch', '--watch-path=sync-server', ...relayArgs], options),
  spawn(pinnedNode(), [join('node_modules', 'vite', 'bin', 'vite.js'), 'dev', ...process.argv.slice(2)], options),
];
const stop = (code) => {
  for (const child of children) child.kill('SIGTERM');
  process.exitCode = code;
};
for (const child of children) child.on('exit', (code) => stop(code ?? 0));
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
