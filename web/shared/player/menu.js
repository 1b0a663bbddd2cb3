import { h, uniqueID } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { controlButton } from './control-button.js';

/**
 * A button with a menu of choices above it. Arrows move, Escape closes and gives the focus back.
 * @param items called at each opening: `[{label, isChecked, run}]`.
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
    this.list.replaceChildren(...this.items().map((item) => this.#entry(item)));
    this.list.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    const checked = this.list.querySelector('[aria-checked="true"]') ?? this.list.firstElementChild;
    if (checked) this.#focus(checked);
  }

  close({ refocus = false } = {}) {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    if (refocus) this.button.focus();
  }

  #entry({ label, hint = '', isChecked, run }) {
    const choose = () => {
      this.close({ refocus: true });
      run();
    };
    const properties = {
      class: 'vp-menu-item', type: 'button', role: 'menuitemradio', tabindex: '-1', 'aria-checked': String(isChecked),
      on: { click: choose },
    };
    return h('button', properties, icon('check'), h('span', {}, label), hint && h('small', {}, hint));
  }

  /** The Tab key finds one entry only, the one that has the focus. */
  #focus(entry) {
    for (const other of this.list.children) other.tabIndex = other === entry ? 0 : -1;
    entry.focus();
  }

  #key(event) {
    const entries = [...this.list.children];
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
