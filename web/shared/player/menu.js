import { h, uniqueID } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { controlButton } from './control-button.js';

/**
 * A button with a menu of choices above it. Arrows move, Escape closes and gives the focus back.
 * @param items called at each opening: `[{label, isChecked, run}]`, where `isChecked` is left out for what is no choice,
 *   or groups of them: `[{heading, items}]`.
 */
export class Menu {
  constructor({ label, name, items }) {
    this.items = items;
    const id = uniqueID('vp-menu');
    this.button = controlButton({ label, name, run: () => this.toggle() });
    this.button.setAttribute('aria-haspopup', 'menu');
    this.button.setAttribute('aria-controls', id);
    this.button.setAttribute('aria-expanded', 'false');
    this.list = h('div', { class: 'vp-menu', id, role: 'menu', 'aria-label': label, hidden: true });
    this.list.addEventListener('keydown', (event) => this.#key(event));
    this.element = h('div', { class: `vp-menu-host ${name}-host` }, this.button, this.list);
    this.element.addEventListener('focusout', (event) => {
      if (!this.element.contains(event.relatedTarget)) this.close();
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    this.list.replaceChildren(...this.items().map((item) => (item.heading ? this.#group(item) : this.#entry(item))));
    this.list.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    const checked = this.list.querySelector('[aria-checked="true"]') ?? this.#entries[0];
    if (checked) this.#focus(checked);
  }

  close({ refocus = false } = {}) {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    if (refocus) this.button.focus();
  }

  get #entries() {
    return [...this.list.querySelectorAll('[role^="menuitem"]')];
  }

  #group({ heading, items }) {
    return h('div', { class: 'vp-menu-group', role: 'group', 'aria-label': heading },
      h('div', { class: 'vp-menu-heading', 'aria-hidden': 'true' }, heading), ...items.map((item) => this.#entry(item)));
  }

  #entry({ label, hint = '', isChecked, run }) {
    const choose = () => {
      this.close({ refocus: true });
      run();
    };
    const properties = {
      class: 'vp-menu-item', type: 'button', tabindex: '-1', on: { click: choose },
      ...(isChecked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': String(isChecked) }),
    };
    return h('button', properties, icon('check'), h('span', {}, label), hint && h('small', {}, hint));
  }

  /** The Tab key finds one entry only, the one that has the focus. */
  #focus(entry) {
    for (const other of this.#entries) other.tabIndex = other === entry ? 0 : -1;
    entry.focus();
  }

  #key(event) {
    const entries = this.#entries;
    const index = entries.indexOf(document.activeElement);
    const last = entries.length - 1;
    const to = { ArrowDown: index === last ? 0 : index + 1, ArrowUp: index <= 0 ? last : index - 1, Home: 0, End: last };
    if (event.key in to) this.#focus(entries[to[event.key]]);
    else if (event.key === 'Escape') this.close({ refocus: true });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
