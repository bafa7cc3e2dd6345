import type { Sys } from '../kernel/abi.ts';

/** All of standard input as text. */
export async function standardInput(sys: Sys): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for (;;) {
    const chunk = await sys.read(0, 65536);
    if (chunk.length === 0) return text + decoder.decode();
    text += decoder.decode(chunk, { stream: true });
  }
}
