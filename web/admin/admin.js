import { h } from './ui/dom.js';
import { icon } from './ui/icons.js';
import { themeButton } from './ui/theme-button.js';
import { AdminState } from './admin-state.js';
import { session } from './session.js';
import { UploadQueue } from './uploads/upload-queue.js';
import { DropZone } from './uploads/drop-zone.js';
import { AccountView } from './views/account-view.js';
import { CategoriesView } from './views/categories-view.js';
import { VideosView } from './views/videos-view.js';
import { WorkersView } from './views/workers-view.js';

const views = {
  videos: { title: 'Videos', symbol: 'film', View: VideosView },
  categories: { title: 'Categories', symbol: 'tag', View: CategoriesView },
  workers: { title: 'Workers', symbol: 'server', View: WorkersView },
  account: { title: 'Account', symbol: 'account', View: AccountView },
};

const state = new AdminState(Object.keys(views));
const uploads = new UploadQueue();
const main = document.querySelector('#main');
let current = null;

session.begin().then(() => {
  document.querySelector('#theme').append(themeButton());
  new DropZone(document.body, (files) => {
    uploads.add(files);
    if (state.view !== 'videos') state.go({ view: 'videos' });
  });
  addEventListener('beforeunload', (event) => { if (uploads.hasUnsentBytes) event.preventDefault(); });
  state.onChange(show);
  show();
});

/** Shows the view of the address; one that is already there is told to follow it. */
function show() {
  const { title, View } = views[state.view];
  document.title = `${title} – VLog admin`;
  showNavigation();
  if (current instanceof View) return current.follow?.();
  const isFirst = current === null;
  current?.close?.();
  current = new View({ state, uploads });
  main.replaceChildren(current.element);
  if (!isFirst) main.focus();
}

function showNavigation() {
  const links = Object.entries(views).map(([view, { title, symbol }]) => h('a', {
    href: state.address({ view }, true), 'aria-current': view === state.view ? 'page' : null, on: { click: (event) => follow(event, view) },
  }, icon(symbol), h('span', {}, title)));
  document.querySelector('#views').replaceChildren(...links);
}

function follow(event, view) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (view !== state.view) state.go({ view }, true);
}
