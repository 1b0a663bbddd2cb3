import { centreIn, h } from '../ui/dom.js';
import { requestJSON } from '../ui/http.js';

/** A row of links, one for each category that has something to show. */
export class CategoryChips {
  #nav = document.querySelector('#categories');
  #categories = [];

  constructor(state) {
    this.state = state;
    this.#nav.addEventListener('click', (event) => this.#click(event));
  }

  async load() {
    try {
      const { items } = await requestJSON('GET', '/api/categories');
      this.#categories = items.filter((category) => category.video_count > 0);
      this.show();
    } catch {
      this.#nav.replaceChildren(); // the videos say what is wrong; without categories the page still works
    }
  }

  show() {
    if (this.#categories.length === 0) return;
    this.#nav.replaceChildren(
      this.#chip('', 'All', null),
      ...this.#categories.map(({ slug, name, video_count: count }) => this.#chip(slug, name, count)),
    );
    const current = this.#nav.querySelector('[aria-current]');
    if (current) centreIn(this.#nav, current);
  }

  #chip(slug, name, count) {
    return h('a', {
      class: 'chip', href: this.state.address({ category: slug, pages: '' }), data: { category: slug },
      'aria-current': this.state.category === slug ? 'true' : null,
    }, name, count !== null && h('small', {}, count.toLocaleString('en')));
  }

  #click(event) {
    const chip = event.target.closest('a');
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { category } = chip.dataset;
    this.state.change({ category });
    this.#nav.querySelector(`a[data-category="${CSS.escape(category)}"]`)?.focus();
  }
}
