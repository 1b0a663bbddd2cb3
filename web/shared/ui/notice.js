import { h } from './dom.js';
import { icon } from './icons.js';

/**
 * A panel in place of content: nothing here yet, nothing found, or an error.
 * @param actions buttons or links that lead on. @param level of the heading; `h1` where the panel is the whole page.
 */
export function notice({ symbol = 'film', title, level = 'h2', text = '', actions = [], isError = false, detail = null }) {
  return h('div', { class: isError ? 'notice notice-error' : 'notice', role: isError ? 'alert' : null },
    icon(symbol),
    h(level, {}, title),
    text && h('p', {}, text),
    actions.length > 0 && h('div', { class: 'notice-actions' }, ...actions),
    detail && h('p', { class: 'notice-detail' }, detail));
}

/** The panel for a request that failed, with a button that tries again. */
export function errorNotice(error, { title = 'This could not be loaded', level, retry }) {
  const button = h('button', { class: 'button button-primary', type: 'button', on: { click: retry } }, 'Try again');
  const detail = error.requestID ? `Request ${error.requestID}` : null;
  return notice({ symbol: 'replay', title, level, text: error.message, actions: [button], isError: true, detail });
}
