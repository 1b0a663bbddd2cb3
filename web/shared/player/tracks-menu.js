import { setIcon } from '../ui/icons.js';
import { openStyleDialog } from './captions/style-dialog.js';
import { setLabel } from './control-button.js';
import { Menu } from './menu.js';

/** One menu for the sound and the captions, as far as there is something to choose. */
export class TracksMenu {
  constructor(player) {
    this.player = player;
    this.menu = new Menu({ label: 'Sound and captions', name: 'vp-tracks', items: () => this.#groups() });
    this.element = this.menu.element;
  }

  update() {
    const { captions } = this.player;
    const [hasSounds, hasCaptions] = [this.#sounds.length > 1, captions.tracks.length > 0];
    this.element.hidden = !hasSounds && !hasCaptions;
    setIcon(this.menu.button, hasCaptions ? 'captions' : 'sound');
    const name = hasSounds && hasCaptions ? 'Sound and captions' : hasSounds ? 'Sound' : 'Captions';
    const sound = hasSounds ? soundName(this.#sounds[this.player.engine.selectedAudio]) : null;
    const caption = hasCaptions ? `captions ${captions.selected?.name ?? 'off'}` : null;
    setLabel(this.menu.button, `${name}: ${[sound, caption].filter(Boolean).join(', ')}`, null);
    this.menu.button.classList.toggle('is-on', captions.selected !== null);
  }

  get #sounds() {
    return this.player.engine?.audioTracks ?? [];
  }

  #groups() {
    const { captions } = this.player;
    const groups = [];
    if (this.#sounds.length > 1) groups.push({ heading: 'Sound', items: this.#sounds.map((sound) => this.#sound(sound)) });
    if (captions.tracks.length > 0) {
      const off = { label: 'Off', isChecked: captions.selected === null, run: () => this.player.setCaptions(null) };
      const tracks = captions.tracks.map((track) => ({
        label: track.name, isChecked: track === captions.selected, run: () => this.player.setCaptions(track),
      }));
      const style = { label: 'Style…', run: () => openStyleDialog(() => captions.layer.restyle()) };
      groups.push({ heading: 'Captions', items: [off, ...tracks, style] });
    }
    return groups;
  }

  #sound(sound) {
    return {
      label: sound.name,
      hint: layout(sound.channels),
      isChecked: sound.index === this.player.engine.selectedAudio,
      run: () => this.player.setAudio(sound.index),
    };
  }
}

function soundName(sound) {
  return sound ? `${sound.name} ${layout(sound.channels)}`.trim() : 'unknown';
}

function layout(channels) {
  return channels > 2 ? { 6: '5.1', 8: '7.1' }[channels] ?? `${channels} channels` : '';
}
