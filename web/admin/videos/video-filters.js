import { centreIn, h } from '../ui/dom.js';

const pause = 300;
const statuses = [['', 'All'], ['processing', 'Processing'], ['pending', 'Waiting'], ['failed', 'Failed'], ['ready', 'Ready'], ['deleted', 'Deleted']];

/** The search box and the status tabs above the list. */
export class VideoFilters {
  #timer = null;

  constructor(state) {
    this.state = state;
    this.input = h('input', { class: 'input', type: 'search', placeholder: 'Search your videos', 'aria-label': 'Search your videos', maxlength: '200', on: { input: () => this.#typed() } });
    this.tabs = h('nav', { class: 'chips', 'aria-label': 'Status' });
    this.element = h('div', { class: 'filters' }, this.tabs, this.input);
    this.show();
  }

  show() {
    if (document.activeElement !== this.input) this.input.value = this.state.q;
    this.tabs.replaceChildren(...statuses.map(([status, label]) => h('a', {
      class: 'chip', href: this.state.address({ status }), data: { status }, 'aria-current': status === this.state.status ? 'true' : null,
      on: { click: (event) => this.#choose(event, status) },
    }, label)));
    // At first the row is not in the page yet, and has no size.
    queueMicrotask(() => {
      const current = this.tabs.querySelector('[aria-current]');
      if (current) centreIn(this.tabs, current);
    });
  }

  #choose(event, status) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.state.go({ status });
    this.tabs.querySelector(`[data-status="${status}"]`)?.focus();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.state.go({ q: this.input.value.trim() }, false, { replace: true }), pause);
  }
}
