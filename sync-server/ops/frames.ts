/** One message as one unmasked binary frame (RFC 6455 §5.2). */
export function frameOf(message: Uint8Array): Buffer {
  const { length } = message;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x82; // the only fragment, binary
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(message, head);
  return frame;
}

/**
 * Frames a message once, however many sockets it is sent to in a row: a fan-out then costs one write of one buffer for
 * each. Remembers the last message only.
 */
export function createFramer(): (message: Uint8Array) => Buffer {
  let last: { readonly message: Uint8Array; readonly frame: Buffer } | undefined;
  return (message) => {
    if (last?.message !== message) last = { message, frame: frameOf(message) };
    return last.frame;
  };
}
