import { focusOnSlash } from './home/search.js';
import { h } from './ui/dom.js';
import { requestJSON } from './ui/http.js';
import { errorNotice, notice } from './ui/notice.js';
import { themeButton } from './ui/theme-button.js';
import { whileSlow } from './ui/slow-indicator.js';
import { showVideo } from './watch/video-page.js';

const main = document.querySelector('#main');
const slug = decodeURIComponent(location.pathname.split('/').filter(Boolean)[1] ?? '');

document.querySelector('#theme').append(themeButton());
focusOnSlash(document.querySelector('#q'));
load();

async function load() {
  try {
    const request = requestJSON('GET', `/api/videos/${encodeURIComponent(slug)}`);
    showVideo(main, await whileSlow(request, showBones));
  } catch (error) {
    if (error.name !== 'HTTPError') throw error;
    if (error.status === 404 || error.status === 400) showMissing();
    else main.replaceChildren(errorNotice(error, { title: 'The video could not be loaded', level: 'h1', retry: load }));
  }
}

function showBones() {
  main.replaceChildren(h('div', { class: 'watch-stage', 'aria-hidden': 'true' }, h('div', { class: 'bone bone-picture' })));
}

function showMissing() {
  document.title = 'Not found – VLog';
  main.replaceChildren(notice({
    symbol: 'search',
    title: 'This video is not here',
    level: 'h1',
    text: 'It may have been taken down, not be published yet, or the link may be mistyped.',
    actions: [h('a', { class: 'button button-primary', href: '/' }, 'See all videos')],
  }));
}
