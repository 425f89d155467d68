/**
 * Comma, semicolon, tab or bar separated text (RFC 4180, with Excel's `sep=` line). Cells stay the texts they are:
 * "0912345678" keeps its zero and a long card number all its digits.
 */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const marked = /^sep=(.)\r?\n/i.exec(text);
  const body = marked ? text.slice(marked[0].length) : text;
  const rows = split(body, marked?.[1] ?? delimiterOf(body));
  return marked ? [[], ...rows] : rows; // the mark is a line of the file too
}

/** Bytes as text: UTF-8 or UTF-16 where it is that, else the Vietnamese Windows code page Excel saves CSV in. */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly encoding: string } {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch {
    // windows-1258 writes Vietnamese tones as separate characters
    return { text: new TextDecoder('windows-1258').decode(bytes).normalize('NFC'), encoding: 'windows-1258' };
  }
}

/** The separator that is most even over the first lines; a comma where there is none. */
function delimiterOf(text: string): string {
  const sample = text.slice(0, 64 * 1024);
  let best = ',';
  let bestScore = 0;
  for (const delimiter of [',', ';', '\t', '|']) {
    const widths = split(sample, delimiter)
      .slice(0, 20)
      .map((row) => row.length)
      .filter((width) => width > 1);
    const common =
      widths.length === 0 ? 0 : Math.max(...widths.map((width) => widths.filter((other) => other === width).length));
    // lines that agree count more than columns: a comma inside addresses splits some lines and not others
    const score = common * 1000 + Math.max(0, ...widths);
    if (score > bestScore) {
      bestScore = score;
      best = delimiter;
    }
  }
  return best;
}

function split(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const end = text.length;
  while (at < end) {
    let cell: string;
    if (text[at] === '"') [cell, at] = quoted(text, at);
    else cell = '';
    // what stands outside quotes, or follows a closing quote by mistake
    const start = at;
    while (at < end && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
    row.push(cell + text.slice(start, at));
    if (at >= end) break;
    if (text[at] === delimiter) {
      at++;
      if (at === end) row.push('');
      continue;
    }
    rows.push(row);
    row = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

/** A quoted cell and where it ends; a quote that never closes takes the rest of the text. */
function quoted(text: string, start: number): [string, number] {
  let cell = '';
  let from = start + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close < 0) return [cell + text.slice(from), text.length];
    cell += text.slice(from, close);
    if (text[close + 1] !== '"') return [cell, close + 1];
    cell += '"';
    from = close + 2;
  }
}
