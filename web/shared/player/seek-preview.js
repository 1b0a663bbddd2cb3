import { h, setText } from '../ui/dom.js';
import { clock } from '../ui/format.js';

/** What floats above the time line: the time under the pointer and, where there are thumbnails, the picture there. */
export class SeekPreview {
  #thumbnails = null;
  #wanted = null;

  constructor() {
    this.image = h('img', { alt: '', draggable: 'false', on: { load: () => this.#reveal(), error: () => this.#hidePicture() } });
    this.frame = h('div', { class: 'vp-preview-frame', hidden: true }, this.image);
    this.time = h('span', { class: 'vp-preview-time' });
    this.element = h('div', { class: 'vp-seek-tip', 'aria-hidden': 'true' }, this.frame, this.time);
  }

  /** @param thumbnails may be null. */
  setThumbnails(thumbnails) {
    this.#thumbnails = thumbnails;
    this.#hidePicture();
  }

  show(time) {
    this.#wanted = time;
    setText(this.time, clock(time));
    if (this.#thumbnails === null) return;
    this.#showPicture(time);
    this.#thumbnails.load().then(() => { if (this.#wanted !== null) this.#showPicture(this.#wanted); });
  }

  hide() {
    this.#wanted = null;
  }

  #showPicture(time) {
    const picture = this.#thumbnails.at(time);
    if (picture === null) {
      this.#hidePicture();
      return;
    }
    for (const name of ['x', 'y', 'width', 'height']) this.frame.style.setProperty(`--${name}`, `${picture[name]}px`);
    if (this.image.src === picture.url) {
      this.#reveal();
      return;
    }
    this.#hidePicture();
    this.image.src = picture.url;
  }

  #reveal() {
    if (!this.image.complete || this.image.naturalWidth === 0) return;
    this.frame.hidden = false;
    this.element.classList.add('has-picture');
  }

  #hidePicture() {
    this.frame.hidden = true;
    this.element.classList.remove('has-picture');
  }
}
