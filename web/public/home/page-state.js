const fields = ['q', 'category', 'sort', 'pages'];

/** What the page shows, kept in its address: search, category, order, and how many pages are open. */
export class PageState {
  #listeners = [];

  constructor() {
    this.#read();
    addEventListener('popstate', () => {
      this.#read();
      this.#tell();
    });
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  begin() {
    this.#tell();
  }

  /** Anything but another page begins at the first page again. @param replace leaves no step in the history. */
  change(changes, { replace = false } = {}) {
    Object.assign(this, { pages: 1 }, changes);
    history[replace ? 'replaceState' : 'pushState'](null, '', this.address());
    this.#tell();
  }

  /** Notes that more pages are open, without telling anybody: they are already shown. */
  notePages(pages) {
    this.pages = pages;
    history.replaceState(null, '', this.address());
  }

  /** The address of this state with changes. */
  address(changes = {}) {
    const values = { q: this.q, category: this.category, sort: this.sort, pages: this.pages > 1 ? this.pages : '', ...changes };
    const query = new URLSearchParams(fields.filter((name) => values[name]).map((name) => [name, values[name]]));
    return query.size > 0 ? `/?${query}` : '/';
  }

  get isFiltered() {
    return this.q !== '' || this.category !== '';
  }

  #read() {
    const query = new URLSearchParams(location.search);
    this.q = (query.get('q') ?? '').trim();
    this.category = query.get('category') ?? '';
    this.sort = query.get('sort') ?? '';
    this.pages = Math.min(20, Math.max(1, Number.parseInt(query.get('pages') ?? '1', 10) || 1));
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
