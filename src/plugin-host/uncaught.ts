/**
 * Listens for errors nobody caught. `take` says whether the error belongs to a plugin: it is then told there and not
 * as an error of the app. Returns how to stop.
 */
export function watchUncaught(
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined,
  take: (error: unknown) => boolean,
): () => void {
  const onRejection = (event: Event) => {
    if (take((event as PromiseRejectionEvent).reason)) event.preventDefault();
  };
  const onError = (event: Event) => {
    if (take((event as ErrorEvent).error)) event.preventDefault();
  };
  target?.addEventListener('unhandledrejection', onRejection);
  target?.addEventListener('error', onError);
  return () => {
    target?.removeEventListener('unhandledrejection', onRejection);
    target?.removeEventListener('error', onError);
  };
}
