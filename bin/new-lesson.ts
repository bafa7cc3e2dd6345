/** Lays out the folder of a new lesson: small, complete and passing its own test, so that an author changes what works. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { lessonOrder, matterOf } from '../src/lessons/folder.ts';

const [place = '', title = 'What does this container say?'] = process.argv.slice(2);
const [, part, lesson] = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(place) ?? [];
if (!part || !lesson) {
  console.error(
    'Usage: npm run new-lesson PART/LESSON "The question it answers?"\n' +
      'PART and LESSON are folder names: small letters, digits and hyphens, e.g. networks/why-is-the-port-closed',
  );
  process.exit(1);
}
if (title.length < 8 || title.length > 60) {
  console.error(`The title has to be 8 to 60 characters long; “${title}” has ${title.length}.`);
  process.exit(1);
}
const course = 'content/courses/docker';
const folder = join(course, part, lesson);
if (existsSync(folder)) {
  console.error(`${folder} is already there.`);
  process.exit(1);
}

const coursePath = join(course, 'course.yaml');
const source = readFileSync(coursePath, 'utf8');
const { parts } = parse(source) as { parts: { id: string }[] };
if (!parts.some((p) => p.id === part)) {
  const document = parseDocument(source);
  document.addIn(['parts'], {
    id: part,
    title: part.replaceAll('-', ' '),
    about: 'What the lessons of this part are about.',
  });
  writeFileSync(coursePath, document.toString({ lineWidth: 0 }));
  console.log(`${coursePath}: added the part ${part}; give it a title.`);
}
const order =
  Math.max(
    0,
    ...lessonOrder()
      .filter((id) => id.startsWith(`docker/${part}/`))
      .map((id) => matterOf(id).order),
  ) + 1;

const FILES: Record<string, string> = {
  'index.mdx': `---
title: ${JSON.stringify(title)}
summary: One sentence about what the reader understands afterwards.
minutes: 6
order: ${order}
images: [busybox]
open: greeting.txt
panel: containers
---

<p class="lead">
  Begin with something that surprises: two sentences, no definition.
</p>

## Say first, then see

<Predict
  ask="Say first, then see. What does the container’s log hold?"
  run="docker run --name greeter busybox echo Ahoy"
  of="docker logs greeter"
  wrong={['Hello']}
  because="What the main process writes is what docker logs shows."
/>

## Then look closer

Every line of output in a lesson is the machine’s own: write the command, then \`npm run quote ${part}/${lesson}\`.

\`\`\`console
$ docker logs greeter
Ahoy
\`\`\`

Now do it yourself: the tasks say what has to be true in the end.
`,
  'tasks.yaml': `- id: greet
  text: Run a container called \`mine\` that prints the text of \`greeting.txt\`.
  hints:
    - Options come first, then the image, then the command.
    - '\`docker run --name mine busybox echo "$(cat greeting.txt)"\`'
  output: { of: mine, contains: Good morning }
`,
  'solution.session': `# title: print the greeting
$ docker run --name mine busybox echo "$(cat greeting.txt)"
`,
  'wrong/another-text.session': `# title: the right container says something else
# hint: greet: the last line that mine printed is “Good night”.
$ docker run --name mine busybox echo "Good night"
`,
  'start/greeting.txt': 'Good morning\n',
  'questions.json': `${JSON.stringify({ 'Say first, then see. What does the container’s log hold?': [{ label: 'Ahoy' }, { label: 'Hello' }, { label: 'nothing at all' }] }, null, 2)}
`,
};
for (const [name, text] of Object.entries(FILES)) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
console.log(`${folder} is there. See it with npm run dev, prove it with:
  npm test -- test/lessons -t ${part}/${lesson}
How lessons are made: docs/authoring.md`);
