const defaults = { view: 'videos', status: '', q: '', page: 1 };

/** Where in the admin page one is, kept in its address so that it can be shared and survives a reload. */
export class AdminState {
  #listeners = [];

  constructor(views) {
    this.views = views;
    this.#read();
    addEventListener('popstate', () => {
      this.#read();
      this.#tell();
    });
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** @param fresh drops the filters of the view that is left. @param replace leaves no step in the history. */
  go(changes, fresh = false, { replace = false } = {}) {
    const address = this.address(changes, fresh);
    history[replace ? 'replaceState' : 'pushState'](null, '', address);
    this.#read();
    this.#tell();
  }

  /** The address of this place with changes; anything but another page begins at the first page again. */
  address(changes, fresh = false) {
    const values = { ...(fresh ? defaults : this.#values), page: 1, ...changes };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) if (value !== defaults[name]) query.set(name, value);
    return query.size > 0 ? `/?${query}` : '/';
  }

  get #values() {
    return { view: this.view, status: this.status, q: this.q, page: this.page };
  }

  #read() {
    const query = new URLSearchParams(location.search);
    const view = query.get('view');
    this.view = this.views.includes(view) ? view : defaults.view;
    this.status = query.get('status') ?? '';
    this.q = query.get('q') ?? '';
    this.page = Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1);
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
