import { h, uniqueID } from './dom.js';
import { icon } from './icons.js';

/**
 * Opens a modal dialog. Escape and a click beside it close it; focus goes back to where it was.
 * @param content nodes below the heading. @param footer nodes of the last line, usually buttons.
 * @returns `{element, close, closed}`; `closed` is a promise.
 */
export function openDialog({ title, content = [], footer = [], wide = false, onClose = () => {} }) {
  const opener = document.activeElement;
  const heading = uniqueID('dialog');
  const close = () => element.close();
  const element = h('dialog', { class: wide ? 'dialog dialog-wide' : 'dialog', 'aria-labelledby': heading },
    h('div', { class: 'dialog-head' },
      h('h2', { id: heading }, title),
      h('button', { class: 'button button-quiet button-icon', type: 'button', 'aria-label': 'Close', on: { click: close } },
        icon('close'))),
    h('div', { class: 'dialog-body' }, ...content),
    footer.length > 0 && h('div', { class: 'dialog-foot' }, ...footer));
  const closed = new Promise((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      opener?.focus?.();
      onClose();
      resolve();
    });
  });
  element.addEventListener('pointerdown', (event) => { if (event.target === element && isBeside(event, element)) close(); });
  document.body.append(element);
  element.showModal();
  return { element, close, closed };
}

/** Asks before something that cannot be undone; resolves to whether it may be done. */
export async function confirmDialog({ title, text, action }) {
  let answer = false;
  const cancel = h('button', { class: 'button', type: 'button' }, 'Cancel');
  const go = h('button', { class: 'button button-danger', type: 'button' }, action);
  const dialog = openDialog({ title, content: [h('p', {}, text)], footer: [cancel, go] });
  cancel.addEventListener('click', dialog.close);
  cancel.focus();
  go.addEventListener('click', () => {
    answer = true;
    dialog.close();
  });
  await dialog.closed;
  return answer;
}

function isBeside({ clientX: x, clientY: y }, element) {
  const box = element.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
