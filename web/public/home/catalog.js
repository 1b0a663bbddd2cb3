import { cardBones, videoCard } from '../video-card.js';
import { h, setText } from '../ui/dom.js';
import { plural } from '../ui/format.js';
import { requestJSON } from '../ui/http.js';
import { errorNotice, notice } from '../ui/notice.js';
import { whileSlow } from '../ui/slow-indicator.js';
import { orderOf } from './sort-choice.js';

const pageSize = 24;

/** The grid of videos, with the line above it and the button below it. */
export class Catalog {
  #results = document.querySelector('#results');
  #more = document.querySelector('#more');
  #summary = document.querySelector('#summary');
  #running = null;
  #grid = null;
  #shown = 0;

  constructor(state) {
    this.state = state;
  }

  /** Shows what the state asks for; a newer call stops an older one. */
  async load() {
    const signal = this.#takeOver();
    try {
      const offsets = Array.from({ length: this.state.pages }, (_, index) => index * pageSize);
      const pages = await whileSlow(Promise.all(offsets.map((offset) => this.#page(offset, signal))), () => this.#showBones());
      this.#show(pages.flatMap((page) => page.items), pages[0].total);
    } catch (error) {
      if (!signal.aborted) this.#showError(error);
    }
  }

  #takeOver() {
    this.#running?.abort();
    this.#running = new AbortController();
    return this.#running.signal;
  }

  #page(offset, signal) {
    const { sort, order } = orderOf(this.state);
    const query = new URLSearchParams({ sort, order, limit: pageSize, offset });
    if (this.state.q) query.set('search', this.state.q);
    if (this.state.category) query.set('category', this.state.category);
    return requestJSON('GET', `/api/videos?${query}`, { signal });
  }

  #show(videos, total) {
    this.#shown = videos.length;
    if (videos.length === 0) return this.#showNothing();
    this.#grid = h('ul', { class: 'grid', role: 'list' }, ...videos.map((video) => h('li', {}, videoCard(video))));
    this.#results.replaceChildren(this.#grid);
    this.#showTotal(total);
  }

  #showTotal(total) {
    const found = this.state.q ? ` for “${this.state.q}”` : '';
    const part = this.#shown < total ? `${this.#shown.toLocaleString('en')} of ` : '';
    setText(this.#summary, `${part}${plural(total, 'video')}${found}`);
    this.#more.replaceChildren();
    if (this.#shown >= total) return;
    const button = h('button', { class: 'button', type: 'button', on: { click: () => this.#loadMore(button) } }, 'Show more');
    this.#more.append(button);
  }

  async #loadMore(button) {
    const signal = this.#takeOver();
    button.disabled = true;
    setText(button, 'Loading…');
    try {
      const page = await this.#page(this.#shown, signal);
      const cards = page.items.map((video) => h('li', {}, videoCard(video)));
      this.#grid.append(...cards);
      this.#shown += cards.length;
      this.state.notePages(Math.ceil(this.#shown / pageSize));
      this.#showTotal(cards.length > 0 ? page.total : this.#shown);
      cards[0]?.querySelector('a').focus({ preventScroll: true });
    } catch (error) {
      if (!signal.aborted) this.#more.replaceChildren(errorNotice(error, { retry: () => this.#loadMore(button) }));
    }
  }

  #showBones() {
    this.#more.replaceChildren();
    if (this.#grid?.isConnected) this.#grid.setAttribute('aria-busy', 'true');
    else this.#results.replaceChildren(h('div', { class: 'grid' }, ...cardBones(8)));
  }

  #showNothing() {
    setText(this.#summary, '');
    this.#more.replaceChildren();
    const { state } = this;
    if (!state.isFiltered) {
      this.#results.replaceChildren(notice({ title: 'No videos yet', text: 'As soon as one is published, it appears here.' }));
      return;
    }
    const filters = [state.q && `“${state.q}”`, state.category && `the category “${state.category}”`].filter(Boolean);
    const clear = () => state.change({ q: '', category: '', sort: '' });
    this.#results.replaceChildren(notice({
      symbol: 'search', title: `Nothing found for ${filters.join(' in ')}`, text: 'Try fewer or other words.',
      actions: [h('button', { class: 'button button-primary', type: 'button', on: { click: clear } }, 'Show all videos')],
    }));
    setText(this.#summary, 'No videos found');
  }

  #showError(error) {
    setText(this.#summary, '');
    this.#more.replaceChildren();
    this.#results.replaceChildren(errorNotice(error, { title: 'The videos could not be loaded', retry: () => this.load() }));
  }
}
