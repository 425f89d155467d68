import { version } from '$app/environment';

const CHECK_EVERY_MS = 60 * 60 * 1000;
/** Where the first worker could not fetch all files, it is tried again after this. */
const INSTALL_AGAIN_MS = 30_000;

/**
 * The installed app and its builds. A new build is fetched in the background and waits; it takes over only when the
 * person asks for it, and then every other tab is told instead of being reloaded under somebody's hands.
 */
class Pwa {
  /** A new build waits. */
  waiting = $state.raw<ServiceWorker>();
  /** This tab runs a build whose other files are gone. */
  stale = $state(false);
  /** The person wants it later: not asked again in this tab, until a still newer one comes. */
  #later = $state.raw<ServiceWorker>();
  #applying = false;

  get offered(): boolean {
    return this.waiting !== undefined && this.waiting !== this.#later;
  }

  async register(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    // asked before the registration: a first worker that claims the page meanwhile is no update
    let controlled = navigator.serviceWorker.controller !== null;
    let registration: ServiceWorkerRegistration;
    try {
      registration = await navigator.serviceWorker.register('/service-worker.js', { updateViaCache: 'none' });
    } catch {
      return; // forbidden here (private mode, an old browser): the app works, but only with a network
    }
    if (registration.waiting && controlled) this.waiting = registration.waiting;
    registration.addEventListener('updatefound', () => this.#follow(registration.installing));
    this.#follow(registration.installing);
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (this.#applying) location.reload();
      else if (controlled) this.stale = true;
      controlled = true;
    });
    const check = () => {
      registration.update().catch(() => undefined); // no network: the next check will do
    };
    setInterval(check, CHECK_EVERY_MS);
    this.#installAgain();
    // a page that was loading while the first worker claimed all pages was missed by it
    void navigator.serviceWorker.ready.then(({ active }) => {
      if (!navigator.serviceWorker.controller) active?.postMessage(`CLAIM ${version}`);
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') check();
    });
  }

  apply(): void {
    if (this.stale || !this.waiting) {
      location.reload();
      return;
    }
    this.#applying = true;
    this.waiting.postMessage('SKIP_WAITING');
  }
  /** Fetches the newest build and starts it; false where the relay has none that this tab does not run already. */
  async update(): Promise<boolean> {
    const registration = await navigator.serviceWorker?.getRegistration();
    // without a worker in between a reload brings what the relay has
    if (this.stale || this.waiting || !registration?.active) {
      this.apply();
      return true;
    }
    await registration.update().catch(() => undefined); // no network: there is none to be had
    const coming = registration.waiting ?? registration.installing;
    if (!coming || !(await installed(coming))) return false;
    this.waiting = coming;
    this.apply();
    return true;
  }
  later(): void {
    this.#later = this.waiting;
  }
  /**
   * A file of this build did not come. `stale` = the relay or another tab has a newer build (the prompt shows);
   * `unreachable` = the network went away before this device had all files, so the person may try again later.
   */
  async fileMissing(): Promise<'stale' | 'unreachable'> {
    // a worker that serves the page has every file of its build, so this page is of another one
    this.stale = Boolean(navigator.serviceWorker?.controller) || (await newerBuildThere());
    return this.stale ? 'stale' : 'unreachable';
  }

  /** A first worker whose install was cut off is not tried again by the browser until the next page. */
  #installAgain(): void {
    const timer = setInterval(() => {
      void navigator.serviceWorker.getRegistration().then((known) => {
        if (known?.active || known?.waiting) clearInterval(timer);
        else if (!known?.installing)
          navigator.serviceWorker
            .register('/service-worker.js', { updateViaCache: 'none' })
            .then((again) => this.#follow(again.installing))
            .catch(() => undefined);
      });
    }, INSTALL_AGAIN_MS);
  }

  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) this.waiting = worker;
    });
  }
}
/** Does the relay serve another build than the one this page runs? false where it does not answer. */
async function newerBuildThere(): Promise<boolean> {
  try {
    const answer = await fetch('/_app/version.json', { cache: 'no-store' });
    return answer.ok && ((await answer.json()) as { version?: unknown }).version !== version;
  } catch {
    return false;
  }
}

/** Resolves when a worker has all its files; false where it could not get them. */
const installed = (worker: ServiceWorker): Promise<boolean> =>
  new Promise((resolve) => {
    const look = () => {
      if (worker.state === 'installed') resolve(true);
      else if (worker.state !== 'installing') resolve(worker.state !== 'redundant');
    };
    worker.addEventListener('statechange', look);
    look();
  });

export const pwa = new Pwa();
