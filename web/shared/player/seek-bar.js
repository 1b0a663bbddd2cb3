import { h } from '../ui/dom.js';
import { spokenTime } from '../ui/format.js';
import { SeekPreview } from './seek-preview.js';

const scrubInterval = 250;

/**
 * The time line: what is buffered, what was played, and a slider over it. While it is dragged, at most four seeks a
 * second reach the video.
 */
export class SeekBar {
  #player;
  #isScrubbing = false;
  #lastSeek = 0;
  #pending = null;

  constructor(player) {
    this.#player = player;
    this.input = h('input', {
      class: 'vp-seek-input', type: 'range', min: '0', max: '0', step: 'any', value: '0', 'aria-label': 'Position',
      on: {
        input: () => this.#scrub(),
        change: () => this.#commit(),
        keydown: (event) => this.#key(event),
      },
    });
    this.buffered = h('div', { class: 'vp-buffered' });
    this.preview = new SeekPreview();
    this.element = h('div', {
      class: 'vp-seek', on: { pointermove: (event) => this.#hover(event), pointerleave: () => this.#hideTip() },
    }, h('div', { class: 'vp-track' }, this.buffered, h('div', { class: 'vp-played' })), this.input, this.preview.element);
  }

  /** Shows the state of the video; cheap enough for every `timeupdate`. */
  update() {
    const { video, duration } = this.#player;
    this.input.max = String(duration);
    if (!this.#isScrubbing) this.input.value = String(video.currentTime);
    const shown = Number(this.input.value);
    this.element.style.setProperty('--played', duration > 0 ? String(shown / duration) : '0');
    this.input.setAttribute('aria-valuetext', `${spokenTime(shown)} of ${spokenTime(duration)}`);
    this.#showBuffered();
  }

  #showBuffered() {
    const { video, duration } = this.#player;
    const { buffered } = video;
    while (this.buffered.childElementCount > buffered.length) this.buffered.lastChild.remove();
    while (this.buffered.childElementCount < buffered.length) this.buffered.append(h('span'));
    for (let index = 0; index < buffered.length; index += 1) {
      const { style } = this.buffered.children[index];
      style.setProperty('--from', String(duration > 0 ? buffered.start(index) / duration : 0));
      style.setProperty('--size', String(duration > 0 ? (buffered.end(index) - buffered.start(index)) / duration : 0));
    }
  }

  #scrub() {
    this.#isScrubbing = true;
    clearTimeout(this.#pending);
    const wait = this.#lastSeek + scrubInterval - performance.now();
    this.#pending = setTimeout(() => this.#seek(), Math.max(0, wait));
    this.#showTip(Number(this.input.value) / this.#player.duration);
    this.update();
  }

  #commit() {
    clearTimeout(this.#pending);
    if (this.#isScrubbing) this.#seek();
    this.#isScrubbing = false;
    this.#hideTip();
    this.update();
  }

  #seek() {
    this.#lastSeek = performance.now();
    this.#player.seekTo(Number(this.input.value));
  }

  /** A slider's own keys move by its step, which says nothing here; arrows are 5 s, page keys a minute. */
  #key(event) {
    const { video, duration } = this.#player;
    const moves = { ArrowLeft: -5, ArrowRight: 5, ArrowDown: -5, ArrowUp: 5, PageDown: -60, PageUp: 60 };
    const to = { Home: 0, End: duration }[event.key] ?? (event.key in moves ? video.currentTime + moves[event.key] : null);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#player.seekTo(to);
  }

  #hover(event) {
    const { duration } = this.#player;
    if (event.pointerType === 'touch' || !(duration > 0)) return;
    const box = this.input.getBoundingClientRect();
    this.#showTip(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  }

  /** @param share of the whole length, 0 to 1. */
  #showTip(share) {
    this.preview.show(share * this.#player.duration);
    this.element.style.setProperty('--tip', String(share));
    this.element.classList.add('is-hovered');
  }

  #hideTip() {
    this.preview.hide();
    this.element.classList.remove('is-hovered');
  }
}
