// `npm run verify` = what CI runs: lint, import rules, types, then every test.
import { ensureInstalled, run } from './setup.js';

ensureInstalled();
const npm = process.env.npm_execpath;
const script = (name) =>
  npm?.endsWith('.js') ? run(process.execPath, [npm, 'run', name], name) : run('npm', ['run', name], name);
script('lint');
script('check');
script('test');
