import type { Token, XmlReader } from './xml-reader.ts';

/**
 * Collects the text of a shared or inline string (ECMA-376 18.4.8, CT_Rst): its `<t>` or those of its runs. Phonetic
 * hints `<rPh>` are no part of it.
 */
export class RichText {
  #text = '';
  #phonetic = false;

  begin(): void {
    this.#text = '';
    this.#phonetic = false;
  }

  take(token: Token, xml: XmlReader): void {
    if (xml.is('rPh')) this.#phonetic = token === 'open';
    else if (token === 'close' && !this.#phonetic && xml.is('t')) this.#text += xml.text();
  }

  text(): string {
    return this.#text;
  }
}
