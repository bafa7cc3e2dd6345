/** A random UUID (version 4) from 32 hexadecimal digits. */
export function uuid(digits: string): string {
  const variant = ((parseInt(digits[16]!, 16) & 3) | 8).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
