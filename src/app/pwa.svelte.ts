const CHECK_EVERY_MS = 60 * 60 * 1000;

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
    let registration: ServiceWorkerRegistration;
    try {
      registration = await navigator.serviceWorker.register('/service-worker.js', { updateViaCache: 'none' });
    } catch {
      return; // forbidden here (private mode, an old browser): the app works, but only with a network
    }
    const controlled = navigator.serviceWorker.controller !== null;
    if (registration.waiting && controlled) this.waiting = registration.waiting;
    registration.addEventListener('updatefound', () => this.#follow(registration.installing));
    this.#follow(registration.installing);
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (this.#applying) location.reload();
      else if (controlled) this.stale = true;
    });
    const check = () => {
      registration.update().catch(() => undefined); // no network: the next check will do
    };
    setInterval(check, CHECK_EVERY_MS);
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
  later(): void {
    this.#later = this.waiting;
  }

  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) this.waiting = worker;
    });
  }
}
export const pwa = new Pwa();
