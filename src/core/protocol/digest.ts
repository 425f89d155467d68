/**
 * 53 bits that stand for a record's state in a manifest (V5): equal bytes have equal digests, other bytes have another
 * one but for one chance in 2^53. The same document may be written as other bytes; then it is sent, and nothing changes.
 * Two FNV-1a lanes with different primes, finished as in MurmurHash3.
 */
export function stateDigest(state: Uint8Array): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c ^ state.length;
  for (let i = 0; i < state.length; i++) {
    const byte = state[i]!;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x85ebca6b);
    high ^= high >>> 15;
  }
  return (finish(high ^ low) & 0x1fffff) * 0x1_0000_0000 + finish(low);
}

function finish(lane: number): number {
  let hash = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
