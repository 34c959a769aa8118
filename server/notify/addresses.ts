/**
 * Which addresses this server may connect to by itself: public ones, and inner ones only where the configuration names
 * them. Anything that is not known to be public is refused (IANA special-purpose registries, RFC 6890).
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { err, ok, type Result } from '../contract/result.ts';

export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Every address of a host name. Rejects where it has none. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

export const lookupByName: Lookup = (host) =>
  new Promise<LookupAddress[]>((resolve, reject) => {
    systemLookup(host, { all: true }, (cause, addresses) => (cause ? reject(cause) : resolve(addresses)));
  });

/** What `allowPrivate` opens: private, shared and unique-local networks and this machine; never link-local ones. */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '::1/128',
  'fc00::/7',
];

/** Where clouds tell a machine its credentials; reached by nobody, whatever is allowed. */
const METADATA: readonly string[] = [
  '169.254.0.0/16',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
];

type Ip = ReturnType<typeof ipaddr.parse>;

/** The part of IPv6 that is handed out to the public (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

const within = (ip: Ip, networks: readonly string[]): boolean =>
  networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return ip.kind() === base.kind() && ip.match(base, bits);
  });

/** True for `10.0.0.0/8`, `fd00::/8`: what `allow` lists are made of. */
export const isNetwork = (text: string): boolean =>
  ipaddr.isValidCIDR(text) && isIP(text.split('/')[0]!) !== 0;

/** Whether what is sent there may go unencrypted: only on inner networks that were named. */
export const mayBePlain = (
  addresses: readonly { readonly address: string }[],
  allow: readonly string[],
): boolean => addresses.every(({ address }) => isIP(address) !== 0 && within(ipaddr.parse(address), allow));

/**
 * Whether an address may be connected to. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) never may: it
 * would lead where it says, past the check.
 */
export function mayReach(address: string, allow: readonly string[]): boolean {
  if (isIP(address) === 0) return false;
  const ip = ipaddr.parse(address);
  if (within(ip, METADATA)) return false;
  if (within(ip, allow)) return true;
  return ip.range() === 'unicast' && (ip.kind() === 'ipv4' || ip.match(GLOBAL_UNICAST));
}

/**
 * The addresses behind a host (a name, or an address as `URL` writes it), all of them checked. What is connected to later
 * has to be one of these: a name asked again may answer something else (DNS rebinding). One that has an inner address
 * among others is refused as a whole.
 */
export async function checkedAddresses(
  host: string,
  allow: readonly string[],
  lookup: Lookup = lookupByName,
): Promise<Result<readonly CheckedAddress[], 'inner-address' | 'not-resolved'>> {
  const bare = bareHost(host);
  let found: readonly { readonly address: string }[];
  try {
    found = isIP(bare) === 0 ? await lookup(bare) : [{ address: bare }];
  } catch {
    return err('not-resolved');
  }
  if (found.length === 0) return err('not-resolved');
  if (!found.every(({ address }) => mayReach(address, allow))) return err('inner-address');
  return ok(found.map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 })));
}

/** A look-up for `connect` that answers what was checked and asks nobody again. */
export const pinned =
  (addresses: readonly CheckedAddress[]): LookupFunction =>
  (_host, options, answer) => {
    if (options.all === true) answer(null, [...addresses]);
    else answer(null, addresses[0]!.address, addresses[0]!.family);
  };

/** A host without the brackets that URLs put around IPv6 addresses. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
