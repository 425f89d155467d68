import { TransferError, type TransferChunk, type TransferSpec } from '#plugin-api';
import type { Entry, PluginPort } from '../app-context.ts';

export type FileHead = NonNullable<TransferChunk['head']>;

/** Why a file was not taken; `failed` = the plugin broke, which is on its page. */
export type ReadProblem =
  { readonly type: TransferError['type']; readonly detail: TransferError['detail'] } | { readonly type: 'failed' };
export type ReadOutcome =
  { readonly ok: true; readonly head: FileHead } | { readonly ok: false; readonly problem: ReadProblem };

/** The transfer for a file: by the end of its name, else the first that reads; the content is checked by the reader. */
export function transferFor(entries: readonly Entry<TransferSpec>[], name: string): Entry<TransferSpec> | undefined {
  const readers = entries.filter(({ spec }) => spec.read);
  return readers.find(({ spec }) => spec.accept.some((end) => name.toLowerCase().endsWith(end))) ?? readers[0];
}

/**
 * Reads a file through a plugin and hands each chunk to `take`. What the plugin throws ends here: a `TransferError` as
 * its type, anything else on the plugin's page. What `take` throws is the app's and goes through. Rejects with the
 * signal's reason when it aborts.
 */
export async function readFile(
  plugins: PluginPort,
  entry: Entry<TransferSpec>,
  file: Blob,
  options: { readonly signal: AbortSignal; readonly sheet?: string },
  take: (rows: TransferChunk['rows'], head: FileHead) => Promise<void>,
): Promise<ReadOutcome> {
  type Step<T> = { readonly value: T } | { readonly refused: TransferError };
  const step = async <T>(run: () => Promise<T>): Promise<Step<T> | undefined> => {
    const result = await plugins.call(entry, async (): Promise<Step<T>> => {
      try {
        return { value: await run() };
      } catch (error) {
        if (error instanceof TransferError) return { refused: error };
        throw error;
      }
    });
    options.signal.throwIfAborted();
    return result;
  };
  const problem = (result: { readonly refused: TransferError } | undefined): ReadOutcome =>
    result
      ? { ok: false, problem: { type: result.refused.type, detail: result.refused.detail } }
      : { ok: false, problem: { type: 'failed' } };

  const opened = await step(async () => {
    const { default: read } = await entry.spec.read!();
    return read(plugins.ctx(entry.plugin), file, options)[Symbol.asyncIterator]();
  });
  if (!opened || 'refused' in opened) return problem(opened);
  const iterator = opened.value;
  let head: FileHead | undefined;
  try {
    for (;;) {
      const next = await step(() => iterator.next());
      if (!next || 'refused' in next) return problem(next);
      if (next.value.done) break;
      const chunk = next.value.value;
      head ??= chunk.head;
      if (!head) return problem(undefined);
      await take(chunk.rows, head);
    }
  } finally {
    // ends the plugin's worker; whatever that throws cannot change the outcome
    void plugins.call(entry, async () => void (await iterator.return?.()));
  }
  return head ? { ok: true, head } : { ok: false, problem: { type: 'empty', detail: {} } };
}
