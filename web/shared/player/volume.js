import { h } from '../ui/dom.js';
import { setIcon } from '../ui/icons.js';
import { stored } from '../ui/stored.js';
import { controlButton, setLabel } from './control-button.js';

const choice = stored('vlog.volume', '1');

/** The mute button and its slider; the volume is remembered. */
export class Volume {
  #video;

  constructor(video) {
    this.#video = video;
    const volume = Number(choice.get());
    video.volume = volume >= 0 && volume <= 1 ? volume : 1;
    this.button = controlButton({ symbol: 'volume', label: 'Mute', shortcut: 'M', run: () => this.toggle() });
    this.slider = h('input', {
      class: 'vp-volume-slider', type: 'range', min: '0', max: '100', step: '5', 'aria-label': 'Volume',
      on: { input: () => this.set(Number(this.slider.value) / 100) },
    });
    this.element = h('div', { class: 'vp-volume' }, this.button, this.slider);
    video.addEventListener('volumechange', () => this.#show());
    this.#show();
  }

  toggle() {
    const video = this.#video;
    if (video.muted || video.volume === 0) this.set(video.volume || 0.5);
    else video.muted = true;
  }

  /** @param value 0 to 1; what lies outside is brought in. */
  set(value) {
    this.#video.muted = false;
    this.#video.volume = Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
    choice.set(String(this.#video.volume));
  }

  change(by) {
    this.set((this.#video.muted ? 0 : this.#video.volume) + by);
  }

  #show() {
    const { muted, volume } = this.#video;
    const isSilent = muted || volume === 0;
    setIcon(this.button, isSilent ? 'muted' : 'volume');
    setLabel(this.button, isSilent ? 'Sound on' : 'Mute');
    const share = isSilent ? 0 : volume;
    this.slider.value = String(Math.round(share * 100));
    this.slider.style.setProperty('--share', String(share));
    this.slider.setAttribute('aria-valuetext', isSilent ? 'muted' : `${Math.round(share * 100)} percent`);
  }
}
