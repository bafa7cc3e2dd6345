import { expect, test } from 'vitest';
import { instructionCounts } from './instruction-counts.ts';

test('instructions are counted where they stand as code', () => {
  const mdx = [
    'RUN is written in capitals, and `RUN apt-get install` leaves a layer.',
    '{/* $ sed -i "s/`RUN`/x/" Dockerfile */}',
    '<Ref step="COPY . .">`COPY . .`</Ref>',
    '```dockerfile',
    'FROM busybox',
    'RUN date',
    '```',
    '<code>ONBUILD RUN</code>',
  ].join('\n');
  expect(Object.fromEntries(instructionCounts(mdx))).toEqual({ RUN: 3, COPY: 2, FROM: 1, ONBUILD: 1 });
});
