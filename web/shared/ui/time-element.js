import { h } from './dom.js';
import { absoluteDate, relativeDate } from './format.js';

/** A date as people say it; the exact one on hover, and in the markup. */
export function timeElement(text, properties = {}) {
  return h('time', { datetime: text, title: absoluteDate(text), ...properties }, relativeDate(text));
}
