/** Everything that search finds, collected when the site is built. */
import MiniSearch from 'minisearch';
import { INSTRUCTION_HELP } from '../editor/instruction-help.ts';
import { lessonSlug, loadCourse } from '../lessons/course.ts';
import { loadChecks } from '../reference/checks.ts';
import { commands } from '../reference/commands.ts';
import { loadTerms } from '../reference/glossary.ts';
import { INDEX_OPTIONS, type Entry } from './index-options.ts';
import { headingsOf, proseOf } from './mdx-text.ts';

const NONE = { also: '', headings: '', text: '', flags: '', weight: 1 };

/** The entries, lessons first. */
export async function entries(): Promise<Entry[]> {
  const [course, reference, checks, terms] = await Promise.all([loadCourse(), commands(), loadChecks(), loadTerms()]);
  return [
    ...course.parts.flatMap((part) =>
      part.lessons.map((lesson): Entry => {
        const body = lesson.body ?? '';
        return {
          ...NONE,
          id: `lesson:${lesson.id}`,
          kind: 'lesson',
          title: lesson.data.title,
          href: `/lessons/${lessonSlug(lesson)}/`,
          summary: lesson.data.summary,
          also: part.title,
          headings: headingsOf(body),
          text: proseOf(body),
        };
      }),
    ),
    ...reference.pages.map((page): Entry => ({
      ...NONE,
      id: `command:${page.slug}`,
      kind: 'command',
      title: page.path,
      href: `/reference/commands/${page.slug}/`,
      summary: page.short,
      also: page.also.join(' '),
      flags: page.flags.map((flag) => flag.name).join(' '),
      text: page.flags.map((flag) => flag.usage).join(' '),
    })),
    ...Object.entries(INSTRUCTION_HELP).map(([name, help]): Entry => ({
      ...NONE,
      id: `instruction:${name}`,
      kind: 'instruction',
      title: name,
      href: `/reference/dockerfile/#${name.toLowerCase()}`,
      summary: firstSentence(help.text),
      text: `${help.text} ${Object.entries(help.flags).flat().join(' ')}`,
    })),
    ...checks.map((check): Entry => ({
      ...NONE,
      id: `check:${check.rule}`,
      kind: 'check',
      title: check.rule,
      href: `/reference/checks/#${check.rule.toLowerCase()}`,
      summary: check.description,
      // “WorkdirRelativePath” is found by its words, too.
      also: check.rule.replaceAll(/([a-z])([A-Z])/g, '$1 $2'),
      text: check.why,
    })),
    ...terms.map((term): Entry => ({
      ...NONE,
      id: `term:${term.id}`,
      kind: 'term',
      title: term.term,
      href: `/glossary/#${term.id}`,
      summary: firstSentence(term.text),
      also: term.also.join(' '),
      text: term.text,
    })),
  ];
}

const firstSentence = (text: string): string => /^.*?[.;](?=\s|$)/.exec(text)?.[0].replace(/;$/, '.') ?? text;

/** The index as the page loads it. */
export async function indexJson(): Promise<string> {
  const index = new MiniSearch<Entry>(INDEX_OPTIONS);
  index.addAll(await entries());
  return JSON.stringify(index);
}
