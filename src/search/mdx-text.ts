/** Reads the words out of a lesson's MDX: no tags, no props, no marks of Markdown. */

/** The headings, one after the other. */
export const headingsOf = (mdx: string): string =>
  [...withoutBlocks(mdx).matchAll(/^#{2,4} (.+)$/gm)].map(([, text]) => plain(text!)).join(' ');

/** All prose, code spans and commands included. */
export const proseOf = (mdx: string): string => plain(withoutBlocks(mdx).replaceAll(/^#{2,4} .+$/gm, ''));

const withoutBlocks = (mdx: string): string =>
  mdx
    .replaceAll(/\{\/\*[\s\S]*?\*\/\}/g, '')
    .replaceAll(/^```.*$/gm, '')
    .replaceAll(/^(?:import|export) .*$/gm, '');

/** Props with words for people in them; others (`id`, `options`) are for the component. */
const SPOKEN = /\s(?:run|ask|because|title|say)="([^"]*)"/g;

function plain(text: string): string {
  return text
    .replaceAll(
      /<\/?[A-Za-z](?:[^<>{}"]|"[^"]*"|\{(?:[^{}]|\{[^{}]*\})*\})*>/g,
      (tag) => ` ${[...tag.matchAll(SPOKEN)].map(([, words]) => words).join(' ')} `,
    )
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*_|]/g, ' ')
    .replaceAll(/&[a-z]+;/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,;:!?])/g, '$1')
    .trim();
}
