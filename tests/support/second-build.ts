import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The same app under another version, as a deploy leaves it: another worker and another page (`meta[name=build]`). */
export function deploySecondBuild(folder: string): void {
  const { version } = JSON.parse(readFileSync(join(folder, '_app', 'version.json'), 'utf8')) as { version: string };
  const change = (name: string, from: string, to: string) => {
    const text = readFileSync(join(folder, name), 'utf8');
    if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
    writeFileSync(join(folder, name), text.replaceAll(from, to));
    for (const packed of ['.br', '.gz']) rmSync(join(folder, name + packed), { force: true });
  };
  change('service-worker.js', version, `${version}-second`);
  change('index.html', '</head>', '<meta name="build" content="second" /></head>');
}
