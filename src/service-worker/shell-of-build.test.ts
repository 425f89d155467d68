import { describe, expect, it } from 'vitest';
import { foreignFile, immutableUrls } from './shell-of-build.ts';

const page = `<link href="/_app/immutable/assets/0.css" rel="stylesheet">
<link rel="modulepreload" href="./_app/immutable/entry/start.A1.js">
<script src="/start.js"></script>
<script>Promise.all([import("/_app/immutable/entry/start.A1.js"), import( './_app/immutable/entry/app.B2.js' )])</script>`;
const files = ['/_app/immutable/assets/0.css', '/_app/immutable/entry/start.A1.js', '/_app/immutable/entry/app.B2.js'];

describe('page and build', () => {
  it('finds every file of the build that the page names, once', () => {
    expect(immutableUrls(page, 'https://lienhe.vn/').sort()).toEqual([...files].sort());
  });
  it('accepts a page of this build', () => {
    expect(foreignFile(page, 'https://lienhe.vn/', new Set(files))).toBeUndefined();
  });
  it('names the file of another build, so that two are never mixed', () => {
    expect(foreignFile(page, 'https://lienhe.vn/', new Set(files.slice(0, 2)))).toBe('/_app/immutable/entry/app.B2.js');
  });
});
