// before the first paint, so that a dark screen never flashes white; the app itself takes over in preferences.svelte.ts
try {
  var theme = localStorage.getItem('lienhe:theme');
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  if (localStorage.getItem('lienhe:locale') === 'en') document.documentElement.lang = 'en';
} catch {
  document.documentElement.dataset.theme = 'light'; // no storage in private mode
}
