import { h } from './dom.js';
import { icon } from './icons.js';

const defaultSeconds = 6;
let stack = null;

/**
 * Shows a short message at the foot of the page.
 * @param action `{label, run}`: a button in it, such as Undo; the message then stays for 10 s.
 */
export function toast(text, { action = null, isError = false } = {}) {
  stack ??= document.body.appendChild(h('div', { class: 'toasts', role: 'region', 'aria-label': 'Notifications' }));
  const element = h('div', { class: isError ? 'toast toast-error' : 'toast', role: isError ? 'alert' : 'status' });
  const close = () => {
    clearTimeout(timer);
    element.remove();
  };
  element.append(h('span', {}, text));
  if (action) {
    const run = () => {
      close();
      action.run();
    };
    element.append(h('button', { class: 'button button-small', type: 'button', on: { click: run } }, action.label));
  }
  const label = { class: 'button button-quiet button-icon', type: 'button', 'aria-label': 'Dismiss', on: { click: close } };
  element.append(h('button', label, icon('close')));
  stack.append(element);
  const timer = setTimeout(close, (action || isError ? 10 : defaultSeconds) * 1000);
}
