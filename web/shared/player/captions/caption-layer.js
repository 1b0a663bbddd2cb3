import { h } from '../../ui/dom.js';
import { captionStyle, showStyle } from './caption-style.js';
import { cueNodes } from './cue-text.js';

const mostCues = 6;

/** Where the cues of the moment are shown: on the picture, above the controls. */
export class CaptionLayer {
  #shown = [];

  constructor() {
    this.top = h('div', { class: 'vp-captions vp-captions-top' });
    this.bottom = h('div', { class: 'vp-captions' });
    this.element = h('div', { class: 'vp-captions-layer', 'aria-live': 'off' }, this.top, this.bottom);
    this.restyle();
  }

  restyle() {
    showStyle(this.element, captionStyle.get());
  }

  /** @param language of the text, for the voice of a screen reader. */
  show(cues, language = '') {
    const shown = cues.slice(0, mostCues);
    if (shown.length === this.#shown.length && shown.every((cue, index) => cue === this.#shown[index])) return;
    this.#shown = shown;
    this.element.lang = language;
    this.top.replaceChildren(...shown.filter(isAbove).map(box));
    this.bottom.replaceChildren(...shown.filter((cue) => !isAbove(cue)).map(box));
  }
}

function box(cue) {
  const side = { left: 'start', right: 'end', middle: 'center' }[cue.align] ?? cue.align;
  return h('p', { class: 'vp-cue', dir: 'auto', data: { align: side } }, h('span', {}, ...cueNodes(cue)));
}

function isAbove({ line, snapToLines }) {
  if (line === 'auto') return false;
  return snapToLines ? line >= 0 && line < 6 : line < 50;
}
