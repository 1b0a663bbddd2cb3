import { h } from '../ui/dom.js';
import { openDialog } from '../ui/dialog.js';
import { shortcutTable, shortcutsChoice } from './shortcuts.js';

/** The list of keys, with a switch for the single letters (WCAG 2.1.4). */
export function openHelpSheet() {
  const rows = shortcutTable.map(([keys, meaning]) => h('div', { class: 'key-row' },
    h('dt', {}, ...keys.split(/( \/ | or | … )/).map((part, index) => (index % 2 ? part : h('kbd', {}, part)))),
    h('dd', {}, meaning)));
  const box = h('input', { type: 'checkbox', checked: shortcutsChoice.get() !== 'off' });
  box.addEventListener('change', () => shortcutsChoice.set(box.checked ? 'on' : 'off'));
  openDialog({
    title: 'Keyboard shortcuts',
    content: [h('dl', { class: 'key-list' }, ...rows), h('label', { class: 'check' }, box, 'Single-letter shortcuts')],
  });
}
