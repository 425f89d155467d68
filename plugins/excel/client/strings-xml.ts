import type { Cell } from '#plugin-api';
import { RichText } from './rich-text.ts';
import { textCell } from './sheet.ts';
import { UnusualXml, XmlReader } from './xml-reader.ts';

/** The shared strings of a workbook (ECMA-376 18.4.9) as cells, by their index. Throws `UnusualXml`. */
export async function readStringsXml(parts: AsyncIterable<Uint8Array>): Promise<readonly Cell[]> {
  const strings: Cell[] = [];
  const xml = new XmlReader();
  const item = new RichText();
  let place = 'before' as 'before' | 'list' | 'item' | 'after';

  const take = () => {
    for (let token = xml.next(); token !== 'more'; token = xml.next()) {
      if (place === 'item') {
        if (token === 'close' && xml.is('si')) {
          strings.push(textCell(item.text()));
          place = 'list';
        } else item.take(token, xml);
      } else if (place === 'list' && xml.is('si')) {
        item.begin();
        if (token === 'empty') strings.push(null);
        else place = 'item';
      } else if (place === 'before' && xml.is('sst')) place = token === 'open' ? 'list' : 'after';
      else if (place === 'list' && xml.is('sst')) place = 'after';
      else throw new UnusualXml('shared strings');
    }
  };
  for await (const part of parts) {
    xml.push(part);
    take();
  }
  if (place !== 'after') throw new UnusualXml('shared strings without an end');
  return strings;
}
