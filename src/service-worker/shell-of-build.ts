/**
 * The build's own files that a page loads at once: `/_app/immutable/…` in `href`, `src` and `import()`. Relative forms
 * (`./_app/…`) count too. Used to see that a page and a list of files are of one build.
 */
export function immutableUrls(html: string, base: string): string[] {
  const found = html.matchAll(/(?:href|src)=["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g);
  const urls = [...found].map((match) => new URL(match[1] ?? match[2]!, base));
  return [...new Set(urls.map((url) => url.pathname))].filter((path) => path.includes('/_app/immutable/'));
}

/** The first file of the page that is not of this build; undefined when page and build belong together. */
export const foreignFile = (html: string, base: string, build: ReadonlySet<string>): string | undefined =>
  immutableUrls(html, base).find((path) => !build.has(path));
