import { announce } from '../ui/announcer.js';
import { h } from '../ui/dom.js';
import { clock } from '../ui/format.js';
import { rememberedAudio } from './audio-memory.js';
import { autoplay } from './autoplay.js';
import { Captions } from './captions/captions.js';
import { ControlBar, speeds } from './control-bar.js';
import { chooseEngine } from './engine/choose-engine.js';
import { Fetcher } from './engine/fetcher.js';
import { Gestures } from './gestures.js';
import { openHelpSheet } from './help-sheet.js';
import { Overlay } from './overlay.js';
import { resume } from './resume.js';
import { listenForShortcuts } from './shortcuts.js';
import { Thumbnails } from './thumbnails.js';
import { Volume } from './volume.js';

const idleMilliseconds = 2500;
const resumeMilliseconds = 5000;
const frameSeconds = 1 / 30;

const failures = {
  missing: ['This video is not here any more', 'It may have been moved or taken down.'],
  forbidden: ['This video may not be played', 'The server refused it. Signing in again may help.'],
  unavailable: ['The connection to the server is gone', 'Play goes on from here once it is back.'],
};

/**
 * `<vlog-player>`: a video with controls of our own. `load` starts it; taking it out of the page ends it.
 */
export class VLogPlayer extends HTMLElement {
  engine = null;
  #lifetime = null;
  #idleTimer = null;
  #source = null;
  #files = null;

  connectedCallback() {
    if (this.#lifetime) return;
    this.#lifetime = new AbortController();
    this.video = h('video', { playsinline: true, preload: 'metadata', tabindex: '-1' });
    this.volume = new Volume(this.video);
    this.overlay = new Overlay(this);
    this.captions = new Captions(this.video, {
      signal: this.#lifetime.signal,
      onChange: () => this.bar && this.#showState(),
      onFailure: (track) => this.overlay.say(`The captions “${track.name}” could not be loaded.`),
    });
    this.bar = new ControlBar(this);
    this.classList.add('vp');
    this.setAttribute('role', 'region');
    this.append(this.video, this.overlay.element, this.captions.layer.element, this.bar.element);
    new Gestures(this.video, this);
    this.#listen();
    this.#showState();
  }

  disconnectedCallback() {
    this.#remember();
    this.#lifetime.abort();
    this.#lifetime = null;
    clearTimeout(this.#idleTimer);
    this.engine?.destroy();
    this.engine = null;
    this.#files?.close();
    this.replaceChildren();
  }

  /**
   * @param source `{url, title, key, poster, duration, startAt, autoplay, tracks, thumbnails, renew, engine}`: `key`
   *   names the video for resuming, `duration` is shown until the real one is known, `startAt` overrules the remembered
   *   place, `tracks` are `{src, srclang, label}` of captions, `thumbnails` is the address of a WebVTT file of pictures,
   *   `renew` gives a new `url` when the server refuses the old one, `engine` is `native` or `mse`.
   */
  load(source) {
    this.#source = source;
    this.setAttribute('aria-label', `Video player: ${source.title}`);
    if (source.poster) this.video.poster = source.poster;
    this.#files = new Fetcher();
    this.captions.setFiles(source.tracks ?? [], this.#files);
    this.bar.seekBar.preview.setThumbnails(source.thumbnails ? new Thumbnails(new URL(source.thumbnails, location.href).href) : null);
    const remembered = source.key ? resume.get(source.key) : 0;
    const startAt = source.startAt ?? remembered;
    this.#start(startAt, source.autoplay ?? false);
    if (source.startAt === undefined && remembered > 0) this.#offerRestart(remembered);
  }

  /** Seconds; what is known beforehand until the video itself says. */
  get duration() {
    const { duration } = this.video;
    return Number.isFinite(duration) && duration > 0 ? duration : this.#source?.duration ?? 0;
  }

  togglePlay() {
    if (this.video.paused || this.video.ended) this.#play();
    else this.video.pause();
  }

  seekTo(time) {
    if (!(this.duration > 0)) return;
    this.video.currentTime = Math.min(Math.max(0, time), this.duration, this.engine?.seekableEnd ?? Infinity);
    this.bar.updateTime();
  }

  seekBy(seconds) {
    this.seekTo(this.video.currentTime + seconds);
    this.overlay.flash(`${seconds > 0 ? '+' : '−'}${Math.abs(seconds)} s`);
  }

  stepFrame(direction) {
    this.video.pause();
    this.seekTo(this.video.currentTime + direction * frameSeconds);
  }

  setSpeed(speed) {
    this.video.playbackRate = speed;
    this.overlay.flash(`${speed}×`);
  }

  changeSpeed(direction) {
    const index = speeds.indexOf(this.video.playbackRate);
    const next = speeds[Math.min(speeds.length - 1, Math.max(0, (index < 0 ? 3 : index) + direction))];
    this.setSpeed(next);
  }

  /** @param level an index of `engine.levels`; -1 is automatic. */
  setQuality(level) {
    this.engine?.setLevel(level);
    this.#showState();
  }

  /** @param index of `engine.audioTracks`; remembered for this and other videos. */
  setAudio(index) {
    this.engine.setAudio(index);
    rememberedAudio.set(this.engine.audioTracks[index]);
    this.#showState();
  }

  /** @param track one of `captions.tracks`; null is off. */
  setCaptions(track) {
    this.captions.choose(track);
    this.#tellCaptions();
  }

  toggleCaptions() {
    this.captions.toggle();
    this.#tellCaptions();
  }

  turnOnSound() {
    this.volume.set(this.video.volume || 0.5);
  }

  async togglePictureInPicture() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.video.requestPictureInPicture();
    } catch {
      this.overlay.flash('Picture in picture is not possible here');
    }
  }

  async toggleFullscreen() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else if (this.requestFullscreen) await this.requestFullscreen();
      else this.video.webkitEnterFullscreen?.(); // iPhones know it on the video only
    } catch {
      this.overlay.flash('Full screen is not possible here');
    }
  }

  showHelp() {
    openHelpSheet();
  }

  toggleControls() {
    if (this.classList.contains('is-idle')) this.wakeControls();
    else if (!this.video.paused) this.classList.add('is-idle');
  }

  /** Shows the controls; while playing they go after a moment without use. */
  wakeControls() {
    this.classList.remove('is-idle');
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      const isInUse = this.bar.hasOpenMenu || this.bar.element.querySelector(':focus-visible') !== null;
      if (!this.video.paused && !isInUse) this.classList.add('is-idle');
    }, idleMilliseconds);
  }

  #start(startAt, autoplay) {
    this.engine?.destroy();
    this.overlay.clearFailure();
    this.engine = chooseEngine(this.video, this.#source.engine);
    if (!this.engine) {
      this.overlay.fail('This browser cannot play the video', 'A current version of any browser can.', () => location.reload());
      return;
    }
    this.engine.addEventListener('error', ({ detail }) => this.#failed(detail));
    this.engine.addEventListener('retry', ({ detail }) => this.#retrying(detail));
    this.engine.addEventListener('skip', () => this.overlay.say('A damaged part of the video was skipped.'));
    for (const type of ['levels', 'audiochange']) this.engine.addEventListener(type, () => this.#tellSound());
    this.engine.addEventListener('levels', () => this.captions.setOffered(this.engine.subtitles));
    for (const type of ['levels', 'levelchange', 'audiochange']) this.engine.addEventListener(type, () => this.#showState());
    const { url, renew } = this.#source;
    this.engine.load(new URL(url, location.href).href, { startAt, renew, audio: rememberedAudio.get() });
    if (autoplay) this.#autoplay();
  }

  async #autoplay() {
    if (await autoplay(this.video) === 'muted') this.overlay.offerSound(true);
    this.#showState();
  }

  #play() {
    if (this.video.ended) this.video.currentTime = 0;
    this.video.play().catch(() => this.#showState());
  }

  #failed({ code, message }) {
    const [title, text] = failures[code] ?? ['The video cannot be played', message];
    const time = this.video.currentTime;
    this.overlay.fail(title, text, () => this.#start(time, true));
  }

  #retrying({ attempt }) {
    if (attempt >= 2 || this.video.readyState < 3) this.overlay.say('The server does not answer. Trying again…');
  }

  #offerRestart(time) {
    const restart = () => {
      this.overlay.say('');
      this.seekTo(0);
    };
    this.overlay.say(`Goes on at ${clock(time)}.`, { label: 'Start over', run: restart });
    setTimeout(() => this.overlay.say(''), 8000);
  }

  #listen() {
    const options = { signal: this.#lifetime.signal };
    const on = (types, listener, target = this.video) => {
      for (const type of types.split(' ')) target.addEventListener(type, listener, options);
    };
    on('play pause ended ratechange loadedmetadata emptied', () => this.#showState());
    on('timeupdate progress durationchange seeking seeked loadedmetadata', () => this.bar.updateTime());
    on('waiting seeking', () => this.overlay.setWaiting(true));
    on('playing seeked canplay pause ended', () => this.overlay.setWaiting(false));
    on('playing', () => this.#playing());
    on('pause ended', () => this.#remember());
    on('volumechange', () => { if (!this.video.muted) this.overlay.offerSound(false); });
    on('fullscreenchange', () => this.#showState(), document);
    on('pointermove focusin', () => this.wakeControls(), this);
    on('pagehide', () => this.#remember(), window);
    listenForShortcuts(this, this.#lifetime.signal);
    const timer = setInterval(() => { if (!this.video.paused) this.#remember(); }, resumeMilliseconds);
    options.signal.addEventListener('abort', () => clearInterval(timer));
  }

  /** Captions that are shown without being asked for are those of the sound. */
  #tellSound() {
    const { audioTracks, selectedAudio } = this.engine;
    this.captions.setSound(audioTracks[selectedAudio]?.language ?? '');
  }

  #tellCaptions() {
    const { tracks, selected } = this.captions;
    const text = tracks.length === 0 ? 'There are no captions' : selected ? `Captions: ${selected.name}` : 'Captions off';
    this.overlay.flash(text);
    announce(text);
  }

  #playing() {
    this.wakeControls();
    if (!this.overlay.status.querySelector('button')) this.overlay.say('');
  }

  #remember() {
    if (this.#source?.key && this.video.currentTime > 0) {
      resume.note(this.#source.key, this.video.currentTime, this.duration);
    }
  }

  #showState() {
    const { paused, ended } = this.video;
    this.classList.toggle('is-paused', paused);
    this.overlay.showPlay(paused && this.overlay.failure.hidden, ended);
    if (paused) this.classList.remove('is-idle');
    this.bar.updateState();
    this.bar.updateTime();
  }
}

customElements.define('vlog-player', VLogPlayer);
