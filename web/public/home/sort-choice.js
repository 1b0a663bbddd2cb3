import { h } from '../ui/dom.js';

/** Names of orders, with what the API calls them. */
const orders = {
  newest: { label: 'Newest', sort: 'date', order: 'desc' },
  oldest: { label: 'Oldest', sort: 'date', order: 'asc' },
  title: { label: 'Title', sort: 'title', order: 'asc' },
  longest: { label: 'Longest', sort: 'duration', order: 'desc' },
  shortest: { label: 'Shortest', sort: 'duration', order: 'asc' },
  relevance: { label: 'Best match', sort: 'relevance', order: 'desc' },
};

/** The order in force: what was chosen, or the best for what is shown. */
export function orderOf(state) {
  const name = Object.hasOwn(orders, state.sort) ? state.sort : '';
  if (name === 'relevance' && state.q === '') return orders.newest;
  return orders[name] ?? (state.q === '' ? orders.newest : orders.relevance);
}

/** The box that chooses the order; "best match" is there only during a search. */
export class SortChoice {
  #select = document.querySelector('#sort');

  constructor(state) {
    this.state = state;
    this.#select.addEventListener('change', () => state.change({ sort: this.#select.value }));
  }

  show() {
    const current = orderOf(this.state);
    const offered = Object.entries(orders).filter(([name]) => name !== 'relevance' || this.state.q !== '');
    this.#select.replaceChildren(...offered.map(([name, order]) => (
      h('option', { value: name, selected: order === current }, order.label))));
  }
}
