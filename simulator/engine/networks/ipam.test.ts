import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, formatAddress, formatSubnet, overlaps, parseAddress, parseSubnet, subnetSize } from './address.ts';
import { AddressPool, nextSubnet } from './ipam.ts';

const subnet = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 30 }))
  .map(([address, prefix]) => parseSubnet(`${formatAddress(address)}/${prefix}`)!);

describe('addresses', () => {
  it('read back what they print', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (address) => {
        expect(parseAddress(formatAddress(address))).toBe(address);
      }),
    );
    fc.assert(
      fc.property(subnet, (one) => {
        expect(parseSubnet(formatSubnet(one))).toEqual(one);
      }),
    );
  });
  it('overlap exactly when they share an address', () => {
    fc.assert(
      fc.property(subnet, subnet, (a, b) => {
        const shared = Math.max(a.base, b.base) < Math.min(a.base + subnetSize(a), b.base + subnetSize(b));
        expect(overlaps(a, b)).toBe(shared);
      }),
    );
  });
  it('refuse what is none', () => {
    for (const text of ['', '1.2.3', '1.2.3.256', '1.2.3.4/33', 'a.b.c.d', '1.2.3.4/'])
      expect(parseSubnet(text), text).toBeUndefined();
  });
});

describe('pools', () => {
  it('give each address once, lowest first, and again after its release', () => {
    fc.assert(
      fc.property(fc.integer({ min: 24, max: 28 }), fc.array(fc.nat(), { maxLength: 20 }), (prefix, picks) => {
        const net = parseSubnet(`10.0.0.0/${prefix}`)!;
        const pool = new AddressPool(net);
        const held: number[] = [];
        for (const pick of picks) {
          if (pick % 3 === 0 && held.length > 0) {
            const [gone] = held.splice(pick % held.length, 1);
            pool.release(gone!);
          } else {
            const free = Array.from({ length: subnetSize(net) - 2 }, (_, i) => net.base + 1 + i).filter(
              (a) => !held.includes(a),
            );
            if (free.length === 0) return;
            expect(pool.next()).toBe(free[0]);
            held.push(free[0]!);
          }
          expect(pool.used).toBe(held.length + 2);
          expect(pool.used + pool.available).toBe(subnetSize(net));
        }
      }),
    );
  });
  it('take the range of a network first, its gateway included', () => {
    const pool = new AddressPool(parseSubnet('10.20.0.0/24')!, parseSubnet('10.20.0.128/25')!);
    expect([pool.next(), pool.next()].map(formatAddress)).toEqual(['10.20.0.128', '10.20.0.129']);
  });
  it('follow the order of the default pools and skip what is taken', () => {
    const taken = ['172.17.0.0/16', '172.19.0.0/16'].map((text) => parseSubnet(text)!);
    const given: string[] = [];
    for (let i = 0; i < 15; i++) {
      const next = nextSubnet(taken);
      expect(taken.some((other) => overlaps(next, other))).toBe(false);
      taken.push(next);
      given.push(formatSubnet(next));
    }
    expect([given[0], given[1], given[12], given[13], given[14]]).toEqual([
      '172.18.0.0/16',
      '172.20.0.0/16',
      '172.31.0.0/16',
      '192.168.0.0/20',
      '192.168.16.0/20',
    ]);
    expect(contains(taken[0]!, parseAddress('172.17.255.255')!)).toBe(true);
  });
  it('refuse an address twice', () => {
    const pool = new AddressPool(parseSubnet('10.0.0.0/30')!);
    pool.take(parseAddress('10.0.0.1')!);
    expect(() => pool.take(parseAddress('10.0.0.1')!)).toThrow('Address already in use');
    pool.next();
    expect(() => pool.next()).toThrow('no available IPv4 addresses');
  });
});
