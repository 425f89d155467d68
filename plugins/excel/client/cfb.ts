import * as XLSX from 'xlsx';

/** An OLE compound file, or an unpacked zip in the same form: SheetJS reads workbooks from either. */
export interface Container {
  readonly FullPaths: readonly string[];
}

/** The part of SheetJS's container library that is used here; its own types say `any`. */
export const CFB = XLSX.CFB as {
  read(bytes: Uint8Array, options: { readonly type: 'buffer' }): Container;
  write(container: Container, options: { readonly type: 'array' }): ArrayLike<number>;
  find(container: Container, name: string): { readonly content?: Uint8Array; readonly size: number } | null;
  readonly utils: {
    cfb_new(): Container;
    cfb_add(container: Container, name: string, content: Uint8Array, options?: { readonly unsafe: true }): unknown;
  };
};
