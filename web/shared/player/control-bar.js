import { h, setText } from '../ui/dom.js';
import { setIcon } from '../ui/icons.js';
import { clock } from '../ui/format.js';
import { controlButton, setLabel } from './control-button.js';
import { Menu } from './menu.js';
import { SeekBar } from './seek-bar.js';
import { TracksMenu } from './tracks-menu.js';

export const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** The time line and the row of buttons. */
export class ControlBar {
  constructor(player) {
    this.player = player;
    this.seekBar = new SeekBar(player);
    this.play = controlButton({ symbol: 'play', label: 'Play', shortcut: 'K', run: () => player.togglePlay() });
    this.time = h('div', { class: 'vp-time' });
    this.tracks = new TracksMenu(player);
    this.speed = new Menu({ label: 'Speed', name: 'vp-speed', items: () => this.#speedItems() });
    this.quality = new Menu({ label: 'Quality', name: 'vp-quality', items: () => this.#qualityItems() });
    this.pip = controlButton({
      symbol: 'pip', label: 'Picture in picture', shortcut: 'I', name: 'vp-pip', run: () => player.togglePictureInPicture(),
    });
    this.fullscreen = controlButton({
      symbol: 'fullscreen', label: 'Full screen', shortcut: 'F', run: () => player.toggleFullscreen(),
    });
    this.pip.hidden = !document.pictureInPictureEnabled;
    this.element = h('div', { class: 'vp-controls' }, this.seekBar.element, h('div', { class: 'vp-row' },
      this.play, player.volume.element, this.time, h('div', { class: 'vp-space' }),
      this.tracks.element, this.speed.element, this.quality.element, this.pip, this.fullscreen));
  }

  get hasOpenMenu() {
    return this.#menus.some((menu) => menu.isOpen);
  }

  closeMenus() {
    for (const menu of this.#menus) menu.close();
  }

  get #menus() {
    return [this.tracks.menu, this.speed, this.quality];
  }

  updateTime() {
    const { video, duration } = this.player;
    setText(this.time, `${clock(video.currentTime)} / ${clock(duration)}`);
    this.seekBar.update();
  }

  updateState() {
    const { video, engine } = this.player;
    const isOver = video.ended;
    setIcon(this.play, isOver ? 'replay' : video.paused ? 'play' : 'pause');
    setLabel(this.play, isOver ? 'Play again' : video.paused ? 'Play' : 'Pause');
    setIcon(this.fullscreen, document.fullscreenElement ? 'shrink' : 'fullscreen');
    setLabel(this.fullscreen, document.fullscreenElement ? 'Leave full screen' : 'Full screen');
    setText(this.speed.button, `${video.playbackRate}×`);
    setLabel(this.speed.button, `Speed: ${video.playbackRate}×`, null);
    this.tracks.update();
    this.quality.element.hidden = !engine || engine.levels.length === 0;
    setLabel(this.quality.button, `Quality: ${this.#qualityName()}`, null);
    setText(this.quality.button, engine?.levels[engine.currentLevel]?.name ?? 'Auto');
  }

  #speedItems() {
    const { video } = this.player;
    return speeds.map((speed) => ({
      label: speed === 1 ? 'Normal' : `${speed}×`,
      isChecked: video.playbackRate === speed,
      run: () => this.player.setSpeed(speed),
    }));
  }

  #qualityItems() {
    const { engine } = this.player;
    const rungs = engine.levels.map((level) => ({
      label: level.name,
      hint: `${(level.bandwidth / 1e6).toFixed(1)} Mbit/s`,
      isChecked: engine.selectedLevel === level.index,
      run: () => this.player.setQuality(level.index),
    }));
    return [...rungs.reverse(), {
      label: this.#autoName(), isChecked: engine.selectedLevel < 0, run: () => this.player.setQuality(-1),
    }];
  }

  #autoName() {
    const { engine } = this.player;
    return engine.currentLevel >= 0 ? `Auto (${engine.levels[engine.currentLevel].name})` : 'Auto';
  }

  #qualityName() {
    const { engine } = this.player;
    if (!engine || engine.selectedLevel < 0) return engine ? this.#autoName() : 'Auto';
    return engine.levels[engine.selectedLevel]?.name ?? 'Auto';
  }
}
