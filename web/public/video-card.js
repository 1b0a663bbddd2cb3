import { h } from './ui/dom.js';
import { icon } from './ui/icons.js';
import { clock, spokenTime } from './ui/format.js';
import { timeElement } from './ui/time-element.js';
import { resume } from './player/resume.js';

/** A video in a grid or a list. The link covers the card. @param level of the heading. */
export function videoCard(video, level = 'h2') {
  const picture = h('div', { class: 'card-picture' });
  const image = h('img', { src: video.thumbnail_url, alt: '', loading: 'lazy', decoding: 'async' });
  image.addEventListener('error', () => image.replaceWith(icon('film')));
  picture.append(image, h('span', { class: 'card-duration' },
    h('span', { class: 'visually-hidden' }, spokenTime(video.duration)),
    h('span', { 'aria-hidden': 'true' }, clock(video.duration))));
  const seen = resume.get(video.slug);
  if (seen > 0) picture.append(h('div', { class: 'card-seen', style: { '--share': String(Math.min(1, seen / video.duration)) } }));
  return h('article', { class: 'card' }, picture,
    h(level, {}, h('a', { class: 'card-title', href: `/watch/${encodeURIComponent(video.slug)}` }, h('span', {}, video.title))),
    h('div', { class: 'card-facts' },
      video.category && h('span', {}, video.category.name),
      h('span', {}, timeElement(video.published_at))));
}

export function cardBones(count) {
  const bone = () => h('div', { class: 'card', 'aria-hidden': 'true' },
    h('div', { class: 'bone bone-picture' }), h('div', { class: 'bone bone-line' }), h('div', { class: 'bone bone-line bone-short' }));
  return Array.from({ length: count }, bone);
}
