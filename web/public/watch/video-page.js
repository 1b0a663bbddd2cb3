import '../player/player.js';
import { videoCard } from '../video-card.js';
import { h } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { requestJSON } from '../ui/http.js';
import { timeElement } from '../ui/time-element.js';
import { openShareDialog } from './share-dialog.js';

const mostSuggestions = 8;

/** Fills the watch page with a video and starts the player. */
export function showVideo(main, video) {
  document.title = `${video.title} – VLog`;
  const player = document.createElement('vlog-player');
  const suggestions = h('aside', { class: 'watch-next', 'aria-label': 'More videos' });
  main.replaceChildren(h('div', { class: 'watch-stage' }, player, ...facts(video, player)), suggestions);
  const query = new URLSearchParams(location.search);
  player.load({
    url: video.stream_url,
    title: video.title,
    key: video.slug,
    poster: video.thumbnail_url,
    duration: video.duration,
    startAt: startTime(query),
    autoplay: cameFromHere(),
    tracks: video.captions?.map(({ url, language, label }) => ({ src: url, srclang: language, label })),
    thumbnails: video.sprites_url,
    renew: async () => (await requestJSON('GET', `/api/videos/${encodeURIComponent(video.slug)}`)).stream_url,
    // Transport streams have no DASH, and only the browser itself may know how to play them.
    engine: query.get('engine') ?? (video.dash_url ? null : 'native'),
  });
  window.__vlogPlayer = player;
  suggest(video, suggestions);
}

function facts(video, player) {
  const share = h('button', { class: 'button', type: 'button', on: { click: () => openShareDialog(video, player) } },
    icon('share'), 'Share');
  const chip = video.category
    && h('a', { class: 'chip', href: `/?category=${encodeURIComponent(video.category.slug)}` }, video.category.name);
  return [
    h('div', { class: 'watch-head' }, h('h1', {}, video.title), share),
    h('div', { class: 'watch-facts' }, chip, timeElement(video.published_at)),
    video.description && h('div', { class: 'watch-text' }, video.description),
  ].filter(Boolean);
}

/** `?t=83` begins there; undefined leaves it to where the viewer was. */
function startTime(query) {
  const time = Number(query.get('t'));
  return query.has('t') && time >= 0 ? time : undefined;
}

/** Who chose the video on this site wants it to start; a link from outside should not make a noise. */
function cameFromHere() {
  return URL.parse?.(document.referrer)?.origin === location.origin;
}

async function suggest(video, place) {
  const query = new URLSearchParams({ sort: 'date', order: 'desc', limit: mostSuggestions + 1 });
  try {
    const { items } = await requestJSON('GET', `/api/videos?${query}`);
    const others = items.filter(({ id }) => id !== video.id).slice(0, mostSuggestions);
    if (others.length === 0) return;
    place.append(h('h2', {}, 'More videos'), h('ul', { role: 'list' }, ...others.map((other) => h('li', {}, videoCard(other, 'h3')))));
  } catch {
    place.replaceChildren(); // suggestions are an extra: the video itself is there
  }
}
