import type { RunWatch } from '#data-worker/port.ts';

/** A command over many records as somebody looks on: how far it is, and the way to stop it. */
export class BulkRun {
  /** Absent before the first pack, and where all is one. */
  progress = $state.raw<{ readonly done: number; readonly total: number }>();
  stopping = $state(false);
  #stop = new AbortController();

  begin(): RunWatch {
    this.#stop = new AbortController();
    this.progress = undefined;
    this.stopping = false;
    return { onProgress: (progress) => (this.progress = progress), signal: this.#stop.signal };
  }
  /** What is written stays, with its undo. */
  stop(): void {
    this.stopping = true;
    this.#stop.abort();
  }
  end(): void {
    this.progress = undefined;
  }
}
