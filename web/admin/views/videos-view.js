import { h, setText } from '../ui/dom.js';
import { plural } from '../ui/format.js';
import { errorNotice, notice } from '../ui/notice.js';
import { toast } from '../ui/toast.js';
import { whileSlow } from '../ui/slow-indicator.js';
import { api } from '../session.js';
import { UploadPanel } from '../uploads/upload-panel.js';
import { openEditDialog } from '../videos/edit-dialog.js';
import { LiveUpdates } from '../videos/live-updates.js';
import { openPreviewDialog } from '../videos/preview-dialog.js';
import { VideoFilters } from '../videos/video-filters.js';
import { VideoRow } from '../videos/video-row.js';

const pageSize = 25;

/** The main view: uploads above, the list of videos below, each row live. */
export class VideosView {
  #rows = new Map();
  #categories = [];
  #live = new LiveUpdates();
  #running = null;
  #arrived = () => this.#load();

  constructor({ state, uploads }) {
    this.state = state;
    this.uploads = uploads;
    this.panel = new UploadPanel(uploads);
    this.filters = new VideoFilters(state);
    this.summary = h('p', { class: 'summary', role: 'status' });
    this.connection = h('p', { class: 'connection', role: 'status' });
    this.content = h('div', {});
    this.paging = h('nav', { class: 'paging', 'aria-label': 'Pages' });
    this.element = h('div', {}, h('h1', { class: 'visually-hidden' }, 'Videos'), this.panel.element, this.filters.element,
      h('div', { class: 'list-head' }, this.summary, this.connection), this.content, this.paging);
    this.#live.addEventListener('progress', ({ detail }) => this.#progressed(detail));
    this.#live.addEventListener('connection', ({ detail }) => this.#showConnection(detail));
    uploads.addEventListener('done', this.#arrived);
    this.#loadCategories();
    this.#load();
  }

  follow() {
    this.filters.show();
    this.#load();
  }

  close() {
    this.#live.close();
    this.#running?.abort();
    this.panel.close();
    this.uploads.removeEventListener('done', this.#arrived);
  }

  async #loadCategories() {
    try {
      this.#categories = (await api('GET', '/api/categories')).items;
    } catch {
      this.#categories = []; // the list of videos tells what is wrong
    }
    this.panel.showCategories(this.#categories);
  }

  async #load() {
    this.#running?.abort();
    const { signal } = this.#running = new AbortController();
    const askedAt = performance.now();
    try {
      const list = await whileSlow(api('GET', `/api/videos?${this.#query()}`, { signal }), () => this.#showBones());
      if (list.items.length === 0 && this.state.page > 1) return this.state.go({ page: 1 }, false, { replace: true });
      this.#show(list, askedAt);
    } catch (error) {
      if (signal.aborted) return;
      this.#rows.clear();
      this.#clear();
      this.content.replaceChildren(errorNotice(error, { title: 'The videos could not be loaded', retry: () => this.#load() }));
    }
  }

  #query() {
    const { status, q, page } = this.state;
    const query = new URLSearchParams({ limit: pageSize, offset: (page - 1) * pageSize });
    if (status === 'deleted') query.set('deleted', 'true');
    else if (status) query.set('status', status);
    if (q) query.set('search', q);
    return query;
  }

  #show({ items, total }, askedAt) {
    if (items.length === 0) return this.#showNothing();
    const rows = items.map((video) => this.#row(video, askedAt));
    this.#rows = new Map(rows.map((row) => [row.video.id, row]));
    const list = this.content.querySelector('.videos') ?? h('ul', { class: 'videos', role: 'list' });
    arrange(list, rows.map((row) => row.element));
    if (!list.isConnected) this.content.replaceChildren(list);
    const first = (this.state.page - 1) * pageSize;
    setText(this.summary, total > pageSize ? `${first + 1} to ${first + items.length} of ${plural(total, 'video')}` : plural(total, 'video'));
    this.#showPaging(Math.ceil(total / pageSize));
    this.#live.follow(items.map(({ id }) => id));
  }

  /** A row that is there already is kept, with its open log and its focus. */
  #row(video, askedAt) {
    const known = this.#rows.get(video.id);
    if (known && Boolean(known.video.deleted_at) === Boolean(video.deleted_at)) {
      known.update(video, askedAt);
      return known;
    }
    return new VideoRow(video, {
      preview: openPreviewDialog,
      edit: (current) => this.#edit(current),
      remove: (current) => this.#remove(current),
      restore: (current) => this.#restore(current),
      retry: (current) => this.#retry(current),
      cancel: (current) => this.#cancel(current),
    });
  }

  #progressed(progress) {
    const row = this.#rows.get(progress.video_id);
    if (!row || row.video.deleted_at) return;
    const isNew = row.updateProgress(progress);
    const canPlayNow = !row.video.stream_url && (progress.qualities ?? []).some(({ segments }) => segments > 0);
    if (isNew || canPlayNow) this.#refresh(progress.video_id);
  }

  async #refresh(id) {
    const askedAt = performance.now();
    try {
      const video = await api('GET', `/api/videos/${id}`);
      this.#rows.get(id)?.update(video, askedAt);
    } catch (error) {
      if (error.status === 404) this.#load();
    }
  }

  #edit(video) {
    openEditDialog({
      video,
      categories: this.#categories,
      save: async (body) => {
        this.#rows.get(video.id)?.update(await api('PATCH', `/api/videos/${video.id}`, { body }));
        toast('Saved');
      },
    });
  }

  async #remove(video) {
    await this.#attempt(async () => {
      await api('DELETE', `/api/videos/${video.id}`);
      toast(`“${video.title}” is deleted`, { action: { label: 'Undo', run: () => this.#restore(video) } });
    });
  }

  async #restore(video) {
    await this.#attempt(async () => {
      await api('POST', `/api/videos/${video.id}/restore`);
      toast(`“${video.title}” is back`);
    });
  }

  async #retry(video) {
    await this.#attempt(async () => { this.#rows.get(video.id)?.update(await api('POST', `/api/videos/${video.id}/retry`)); });
  }

  async #cancel(video) {
    await this.#attempt(async () => {
      this.#rows.get(video.id)?.update(await api('POST', `/api/videos/${video.id}/cancel`));
      toast(`“${video.title}” is not transcoded any more`, { action: { label: 'Undo', run: () => this.#retry(video) } });
    });
  }

  /** Does something, says so when it fails, and shows the list as it is afterwards. */
  async #attempt(work) {
    try {
      await work();
    } catch (error) {
      toast(error.message, { isError: true });
    }
    await this.#load();
  }

  #showConnection({ isUp, lastHeardAt }) {
    const since = lastHeardAt ? ` Last heard at ${new Date(lastHeardAt).toLocaleTimeString()}.` : '';
    setText(this.connection, isUp ? '' : `Live updates are interrupted, reconnecting…${since}`);
  }

  #showBones() {
    if (this.#rows.size > 0) return;
    this.content.replaceChildren(h('div', { class: 'videos', 'aria-hidden': 'true' }, ...Array.from({ length: 4 }, () => (
      h('div', { class: 'video' }, h('div', { class: 'video-picture bone' }), h('div', { class: 'video-text' }, h('div', { class: 'bone bone-line' })))))));
  }

  #clear() {
    setText(this.summary, '');
    this.paging.replaceChildren();
    this.#live.follow([]);
  }

  #showNothing() {
    this.#rows.clear();
    this.#clear();
    const { q, status } = this.state;
    const clear = h('button', { class: 'button', type: 'button', on: { click: () => this.state.go({}, true) } }, 'Show all videos');
    if (q || (status && status !== 'deleted')) {
      const what = [q && `“${q}”`, status && `the filter “${status}”`].filter(Boolean).join(' with ');
      this.content.replaceChildren(notice({ symbol: 'search', title: `Nothing found for ${what}`, actions: [clear] }));
    } else if (status === 'deleted') {
      this.content.replaceChildren(notice({ symbol: 'trash', title: 'No deleted videos', text: 'What you delete is kept here and can be restored.', actions: [clear] }));
    } else {
      this.content.replaceChildren(notice({ symbol: 'upload', title: 'No videos yet', text: 'Choose files above, or drop them anywhere on this page.' }));
    }
  }

  #showPaging(pages) {
    const { page } = this.state;
    const link = (to, label) => h('button', {
      class: 'button', type: 'button', disabled: to < 1 || to > pages, on: { click: () => { this.state.go({ page: to }); scrollTo({ top: 0 }); } },
    }, label);
    this.paging.replaceChildren(...(pages > 1 ? [link(page - 1, 'Previous'), h('span', {}, `Page ${page} of ${pages}`), link(page + 1, 'Next')] : []));
  }
}

/** Puts elements into a list in this order, moving only those that are out of place. */
function arrange(list, elements) {
  for (const child of [...list.children]) if (!elements.includes(child)) child.remove();
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}
