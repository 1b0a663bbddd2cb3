import { h } from './dom.js';

let region = null;

/** Says something to screen readers without showing it. */
export function announce(text) {
  region ??= document.body.appendChild(h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' }));
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 50);
}
