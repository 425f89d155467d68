// before everything else, so that nothing waits for the app's code; plain, since it is not built

// before the first paint, so that a dark screen never flashes white; the app itself takes over in preferences.svelte.ts
try {
  var theme = localStorage.getItem('lienhe:theme');
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  if (localStorage.getItem('lienhe:locale') === 'en') document.documentElement.lang = 'en';
} catch {
  document.documentElement.dataset.theme = 'light'; // no storage in private mode
}

// the data worker reads its copy while the page's code loads (src/data-worker/wake.ts wrote the note)
try {
  var wake = JSON.parse(localStorage.getItem('lienhe:wake'));
  var me = JSON.parse(localStorage.getItem('lienhe:me'));
  if (wake && me && wake.config.user === me.id && wake.config.build === document.currentScript.dataset.build) {
    var worker = new SharedWorker(wake.url, { type: 'module', name: wake.name });
    worker.port.postMessage({ type: 'wake', config: wake.config });
    globalThis.wokenWorker = { worker: worker, name: wake.name }; // src/data-worker/wire.ts takes it
  }
} catch {
  // no note, or no SharedWorker: the app starts the worker itself
}
