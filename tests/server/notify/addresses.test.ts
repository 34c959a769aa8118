import { describe, expect, it } from 'vitest';
import { checkedAddresses, isNetwork, mayReach, PRIVATE_NETWORKS } from '../../../server/notify/addresses.ts';

const INNER = [
  ['this network', '0.0.0.0'],
  ['this network, any', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['loopback, the last', '127.255.255.254'],
  ['private 10', '10.1.2.3'],
  ['private 172.16', '172.16.0.1'],
  ['private 172.31', '172.31.255.254'],
  ['private 192.168', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['link-local', '169.254.1.1'],
  ['cloud metadata', '169.254.169.254'],
  ['metadata inside a shared network', '100.100.100.200'],
  ['metadata on a public address', '168.63.129.16'],
  ['protocol assignments', '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['benchmarks', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified IPv6', '::'],
  ['IPv6 loopback', '::1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
  ['IPv4-mapped in hex', '::ffff:7f00:1'],
  ['IPv4-mapped public', '::ffff:8.8.8.8'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['local NAT64', '64:ff9b:1::a00:1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001:0:7f00:1::'],
  ['unique-local', 'fd00::1'],
  ['metadata, unique-local', 'fd00:ec2::254'],
  ['IPv6 link-local', 'fe80::1'],
  ['IPv6 link-local with its zone', 'fe80::1%lo'],
  ['site-local', 'fec0::1'],
  ['IPv6 multicast', 'ff02::1'],
  ['IPv6 documentation', '2001:db8::1'],
  ['discard', '100::1'],
  ['IPv6 that is handed out to nobody', '4000::1'],
  ['no address at all', 'localhost'],
  ['nothing', ''],
] as const;

describe('addresses that may be reached', () => {
  it.each(INNER)('SE-70 refuses %s', (_what, address) => {
    expect(mayReach(address, [])).toBe(false);
  });

  it.each(['8.8.8.8', '1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700:4700::1111', '240e::1'])(
    'SE-70 takes the public address %s',
    (address) => {
      expect(mayReach(address, [])).toBe(true);
    },
  );

  it('SE-70 takes inner networks that are named, and no others', () => {
    expect(mayReach('10.2.3.4', ['10.2.0.0/16'])).toBe(true);
    expect(mayReach('10.3.3.4', ['10.2.0.0/16'])).toBe(false);
    expect(mayReach('fd12::1', ['fd12::/16'])).toBe(true);
    // An IPv4 network does not open its addresses inside IPv6 ones.
    expect(mayReach('::ffff:10.2.3.4', ['10.2.0.0/16'])).toBe(false);
  });

  it.each([
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
  ])('SE-70 never reaches the metadata address %s, whatever is allowed', (address) => {
    expect(mayReach(address, ['0.0.0.0/0', '::/0'])).toBe(false);
  });

  it('SE-70 opens private networks, not link-local ones, with all of them', () => {
    const opened = INNER.map(([, a]) => a).filter((address) => mayReach(address, PRIVATE_NETWORKS));
    expect(opened).toEqual([
      '127.0.0.1',
      '127.255.255.254',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.254',
      '192.168.1.1',
      '100.64.0.1',
      '::1',
      'fd00::1',
    ]);
  });

  it('SE-71 refuses a name as a whole where one of its addresses is inner', async () => {
    const lookup = async () => [{ address: '8.8.8.8' }, { address: '10.0.0.1' }];
    expect(await checkedAddresses('both.test', [], lookup)).toEqual({ ok: false, error: 'inner-address' });
    const outer = async () => [{ address: '8.8.8.8' }, { address: '2606:4700::1' }];
    expect(await checkedAddresses('outer.test', [], outer)).toEqual({
      ok: true,
      value: [
        { address: '8.8.8.8', family: 4 },
        { address: '2606:4700::1', family: 6 },
      ],
    });
  });

  it('SE-71 a name without an address, and a look-up that fails, are said so', async () => {
    const none = async () => [];
    const fails = () => Promise.reject(new Error('ENOTFOUND'));
    for (const lookup of [none, fails]) {
      expect(await checkedAddresses('x.test', [], lookup)).toEqual({ ok: false, error: 'not-resolved' });
    }
  });

  it('SE-71 the machine’s own name leads inside', async () => {
    expect(await checkedAddresses('localhost', [])).toEqual({ ok: false, error: 'inner-address' });
  });

  it.each([
    ['10.0.0.0/8', true],
    ['fd00::/8', true],
    ['10.0.0.0', false],
    ['10.0.0.0/40', false],
    ['0x7f.1/8', false],
    ['office', false],
  ])('SE-70 %s as a network: %s', (text, is) => {
    expect(isNetwork(text)).toBe(is);
  });
});
