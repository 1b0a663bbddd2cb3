import { h } from '../ui/dom.js';
import { setIcon } from '../ui/icons.js';

/** A button of the control bar. @param shortcut the key that does the same, as `aria-keyshortcuts` spells it. */
export function controlButton({ symbol, label, shortcut = null, name = '', run }) {
  const button = h('button', {
    class: `vp-button ${name}`.trim(), type: 'button', 'aria-keyshortcuts': shortcut, on: { click: run },
  });
  if (symbol) setIcon(button, symbol);
  setLabel(button, label, shortcut);
  return button;
}

export function setLabel(button, label, shortcut = button.getAttribute('aria-keyshortcuts')) {
  button.setAttribute('aria-label', label);
  button.title = shortcut ? `${label} (${shortcut.split(' ')[0].toLowerCase()})` : label;
}
