import { decodeXml } from './xml-text.ts';

/** XML that is not read here: rare forms a workbook is free to use. SheetJS reads the sheet then. */
export class UnusualXml extends Error {
  override readonly name = 'UnusualXml';
}

/** What `next` met: a start tag, an end tag, an element without content (`<c/>`), or the end of the bytes so far. */
export type Token = 'open' | 'close' | 'empty' | 'more';

const LESS = 60;
const GREATER = 62;
const SLASH = 47;
const QUOTE = 34;
const APOSTROPHE = 39;
/** Most bytes from one tag to the next (a cell's text has 32,767 characters); a piece is looked at again as it grows. */
const LONGEST_PIECE = 1 << 20;

/**
 * Tags of XML in UTF-8, from bytes that come in parts of any size. It does not validate: names are compared as they
 * stand, prefixes included. Comments, CDATA sections and processing instructions belong to the text around them. It
 * throws `UnusualXml` for a document type, another encoding and what is no XML.
 *
 * One reader goes over 40 MB and five million tags for 100,000 rows, so it makes no object and no text for a tag: the
 * last token is described by its fields, good until `next` or `push`.
 */
export class XmlReader {
  /** The text before the last tag holds comments, CDATA or instructions. */
  #mixed = false;
  #bytes = new Uint8Array(1 << 18);
  #at = 0;
  #end = 0;
  #textStart = 0;
  #textEnd = 0;
  #nameStart = 0;
  #nameEnd = 0;
  #attributeAt = 0;
  #tagEnd = 0;
  #keyStart = 0;
  #keyEnd = 0;
  /** Value of the last attribute: `byteAt(valueStart …  valueEnd)`. */
  valueStart = 0;
  valueEnd = 0;

  /** More bytes; everything `next` gave is used by then. */
  push(part: Uint8Array): void {
    const left = this.#end - this.#at;
    if (left + part.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (left + part.length));
      larger.set(this.#bytes.subarray(this.#at, this.#end));
      this.#bytes = larger;
    } else this.#bytes.copyWithin(0, this.#at, this.#end);
    this.#bytes.set(part, left);
    this.#at = 0;
    this.#end = left + part.length;
  }

  next(): Token {
    const bytes = this.#bytes;
    const end = this.#end;
    let i = this.#at;
    this.#mixed = false;
    for (;;) {
      while (i < end && bytes[i] !== LESS) i++;
      if (i + 1 >= end) return this.#more();
      const second = bytes[i + 1];
      if (second !== 33 && second !== 63) break; // '!' or '?'
      i = this.#afterMarkup(i);
      if (i < 0) return this.#more();
      this.#mixed = true;
    }
    const closing = bytes[i + 1] === SLASH;
    const nameStart = closing ? i + 2 : i + 1;
    let j = nameStart;
    while (j < end && bytes[j]! > 32 && bytes[j] !== GREATER && bytes[j] !== SLASH) j++;
    const nameEnd = j;
    for (let quote = 0; ; j++) {
      if (j >= end) return this.#more();
      const byte = bytes[j]!;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === GREATER) break;
      else if (byte === QUOTE || byte === APOSTROPHE) quote = byte;
    }
    if (nameEnd === nameStart) throw new UnusualXml('a tag without a name');
    const empty = !closing && bytes[j - 1] === SLASH;
    this.#textStart = this.#at;
    this.#textEnd = i;
    this.#nameStart = nameStart;
    this.#nameEnd = this.#attributeAt = nameEnd;
    this.#tagEnd = empty ? j - 1 : j;
    this.#at = j + 1;
    return closing ? 'close' : empty ? 'empty' : 'open';
  }

  /** Is this the name of the last tag? */
  is(name: string): boolean {
    return this.#spells(name, this.#nameStart, this.#nameEnd);
  }

  /** The text before the last tag, decoded. */
  text(): string {
    return decodeXml(this.#bytes, this.#textStart, this.#textEnd, this.#mixed);
  }

  /** The text before the last tag as a whole number; undefined where it is anything else. */
  textAsInteger(): number | undefined {
    return this.integer(this.#textStart, this.#textEnd);
  }

  /** Goes to the next attribute of the last tag; false behind the last one. */
  nextAttribute(): boolean {
    const bytes = this.#bytes;
    const end = this.#tagEnd;
    let i = this.#attributeAt;
    while (i < end && bytes[i]! <= 32) i++;
    this.#keyStart = i;
    while (i < end && bytes[i]! > 32 && bytes[i] !== 61) i++;
    this.#keyEnd = i;
    if (i >= end) return false;
    while (i < end && bytes[i] !== QUOTE && bytes[i] !== APOSTROPHE) i++;
    const quote = bytes[i++];
    this.valueStart = i;
    while (i < end && bytes[i] !== quote) i++;
    this.valueEnd = i;
    if (i >= end) throw new UnusualXml('an attribute without a value');
    this.#attributeAt = i + 1;
    return true;
  }

  /** Is this the name of the last attribute? */
  isKey(name: string): boolean {
    return this.#spells(name, this.#keyStart, this.#keyEnd);
  }

  byteAt(index: number): number {
    return this.#bytes[index]!;
  }

  value(): string {
    return decodeXml(this.#bytes, this.valueStart, this.valueEnd, false);
  }

  /** Digits as a number that is exact; undefined for anything else. */
  integer(start: number, end: number): number | undefined {
    const bytes = this.#bytes;
    if (end - start > 15 || end <= start) return undefined;
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = bytes[i]! - 48;
      if (digit < 0 || digit > 9) return undefined;
      value = value * 10 + digit;
    }
    return value;
  }

  #spells(name: string, start: number, end: number): boolean {
    const { length } = name;
    if (end - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[start + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  #more(): Token {
    if (this.#end - this.#at > LONGEST_PIECE) throw new UnusualXml('a text without an end');
    return 'more';
  }

  /** Where the markup `<!…` or `<?…` at `start` ends; -1 when that is not there yet. */
  #afterMarkup(start: number): number {
    if (this.#end - start < 9) return -1; // '<![CDATA['
    if (this.#spells('<!--', start, start + 4)) return this.#after('-->', start + 4);
    if (this.#spells('<![CDATA[', start, start + 9)) return this.#after(']]>', start + 9);
    if (this.#bytes[start + 1] !== 63) throw new UnusualXml('a document type');
    const end = this.#after('?>', start + 2);
    if (end > 0 && this.#spells('<?xml', start, start + 5)) {
      const encoding = /encoding\s*=\s*["']([^"']*)/.exec(decodeXml(this.#bytes, start + 5, end, false));
      if (encoding && !/^utf-?8$/i.test(encoding[1]!)) throw new UnusualXml(`encoding ${encoding[1]}`);
    }
    return end;
  }

  #after(mark: string, from: number): number {
    for (let i = from; i + mark.length <= this.#end; i++)
      if (this.#spells(mark, i, i + mark.length)) return i + mark.length;
    return -1;
  }
}
