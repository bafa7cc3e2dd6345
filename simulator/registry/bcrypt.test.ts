import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bcrypt, bcryptMatches } from './bcrypt.ts';

describe('bcrypt', () => {
  // Published test vectors of crypt_blowfish.
  it.each([
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
    ['', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
  ])('knows %j behind its hash', (password, hash) => {
    expect(bcryptMatches(password, hash)).toBe(true);
    expect(bcryptMatches(`${password}x`, hash)).toBe(false);
  });

  it('takes the password it hashed, and no other', () => {
    const salt = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), salt, (password, other, bytes) => {
        const hash = bcrypt(password, bytes, 4);
        expect(hash).toMatch(/^\$2y\$04\$[./A-Za-z0-9]{53}$/);
        expect(bcryptMatches(password, hash)).toBe(true);
        expect(bcryptMatches(other, hash)).toBe(password === other);
      }),
      { numRuns: 8 },
    );
    expect(bcryptMatches('x', 'not a hash')).toBe(false);
  });
});
