import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { openSqliteEngine } from '../../sync-server/store/sqlite-engine.ts';

/**
 * Node's own streams deflate in other threads, which are ready when they like: a run would not be its seed. These give
 * the same bytes in the turn they are asked in.
 */
export function deflateInTurn(): void {
  const streams = (work: (bytes: Uint8Array) => Uint8Array) =>
    class {
      readonly readable: ReadableStream<Uint8Array>;
      readonly writable: WritableStream<Uint8Array>;
      constructor() {
        const parts: Uint8Array[] = [];
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
          transform: (part) => void parts.push(part),
          flush: (out) => out.enqueue(new Uint8Array(work(Buffer.concat(parts)))),
        });
        this.readable = readable;
        this.writable = writable;
      }
    };
  Object.assign(globalThis, {
    CompressionStream: streams((bytes) => deflateRawSync(bytes)),
    DecompressionStream: streams((bytes) => inflateRawSync(bytes)),
  });
}

/** A folder for databases that live as long as a run; in memory where the system has such a place. */
export function makeFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), name));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

let empty: Buffer | undefined;

/** Puts an empty database of the relay's there: made once, for its tables cost more than a short run. */
export function putEmptyDatabase(file: string): void {
  if (!empty) {
    openSqliteEngine({ file }).close();
    empty = readFileSync(file);
  } else writeFileSync(file, empty);
}
