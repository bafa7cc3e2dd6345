/** Puts the images that the address asks for on the free machine; runs before the machine is started. */
import { wantedImages, type Tags } from './wanted-images.ts';

const data = document.getElementById('lesson-data')!;
const { known, unknown } = wantedImages(
  location.search,
  JSON.parse(document.getElementById('catalogue-tags')!.textContent) as Tags,
);
if (known.length > 0) {
  const lesson = JSON.parse(data.textContent) as Record<string, unknown>;
  data.textContent = JSON.stringify({ ...lesson, images: known });
}
for (const box of document.querySelectorAll<HTMLInputElement>('.images input')) box.checked = known.includes(box.value);
const say = document.querySelector('[data-images-say]');
if (say && known.length + unknown.length > 0)
  say.textContent = [
    known.length > 0 ? `On the machine from the start: ${known.join(', ')}.` : '',
    unknown.length > 0 ? `Not in this registry: ${unknown.join(', ')}.` : '',
  ].join(' ');
