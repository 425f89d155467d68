import { BlockList, isIP } from 'node:net';

/** Addresses and networks (10.0.0.0/8) to look an address up in; undefined where one of them is neither. */
export function networks(all: readonly string[]): BlockList | undefined {
  const list = new BlockList();
  for (const entry of all) {
    const [address = '', bits] = entry.split('/');
    const version = isIP(address);
    if (version === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (bits !== undefined && Number(bits) > (version === 6 ? 128 : 32)) return undefined;
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
